"""The launcher of one run: three processes, each with one duty.

The *launcher* stays outside, holds the lifeline to the service and kills everything when it breaks or the time is over.
The *keeper* is process 1 of the new namespaces: builds the view, drops all privileges, starts the command, ends what
the command left behind, and hands back the declared files. The *command* is the supplier's. Nothing runs before every
step of the isolation has succeeded. Reports go to one pipe, as lines: ``ready``, ``refused STEP``,
``unreadable PATH``, ``cannot_start ERRNO``, ``exit STATUS SIGNAL``, ``file INDEX SIZE`` followed by the bytes,
``without INDEX WHY``, ``done CPU_SECONDS PEAK_BYTES``.
"""

import contextlib
import marshal
import os
import resource
import select
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from minga.tools.sandbox.inside import kernel, view
else:
    import kernel
    import view


def say(report: int, line: str) -> None:
    view.write_all(report, line.replace("\n", " ").encode() + b"\n")


def told(error: Exception) -> str:
    """One line: the kernel's words and the file, without Python's."""
    words = getattr(error, "strerror", None) or str(error)
    return f"{words} ({error.filename})" if isinstance(error, OSError) and error.filename else words


def main() -> None:
    """``argv``: descriptors of the plan, the report and the lifeline."""
    plan_fd, report, lifeline = (int(text) for text in sys.argv[1:4])
    with os.fdopen(plan_fd, "rb") as stream:
        plan = marshal.load(stream)  # noqa: S302  written a moment ago by the service itself
    for descriptor in (report, lifeline):
        os.set_inheritable(descriptor, False)
    try:
        joins = [os.open(folder + "/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC) for folder in plan["groups"]]
        owners = {owner: view.owner_map(owner, plan["user"]) for owner in plan["owners"]}
        enter_process_namespace(plan)
        breath, alive = os.pipe()
        keeper = os.fork()
    except (OSError, TypeError) as error:
        say(report, f"refused {told(error)}")
        finish(plan, report, lifeline)
        return
    if keeper == 0:
        os.close(alive)
        os.close(lifeline)
        keep(plan, report, breath, joins, owners)
    silence()
    for descriptor in (*joins, *(fd for fd in owners.values() if fd is not None), breath):
        os.close(descriptor)
    watch(keeper, lifeline, plan["wall_seconds"])
    finish(plan, report, lifeline)


def enter_process_namespace(plan: "dict[str, Any]") -> None:
    """The next child is process 1. Without root a user namespace comes first: it gives the right to make the others."""
    if plan["rooted"]:
        kernel.leave("new process namespace", os.CLONE_NEWPID)
        return
    outside_user, outside_group = os.geteuid(), os.getegid()
    kernel.leave("new user and process namespaces", os.CLONE_NEWUSER | os.CLONE_NEWPID)
    inside = plan["user"]
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {outside_user} 1"),
        ("gid_map", f"{inside} {outside_group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as stream:
            stream.write(text)


def silence() -> None:
    """Let go of the command's pipes, so that their other end sees when the command has closed them."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def watch(keeper: int, lifeline: int, wall_seconds: float) -> None:
    """Wait for the keeper; kill it, and with it its whole namespace, when the service goes or the time is over."""
    pid_fd = os.pidfd_open(keeper)
    poll = select.poll()
    poll.register(pid_fd, select.POLLIN)
    poll.register(lifeline, select.POLLIN)
    events = poll.poll(wall_seconds * 1000)
    if not any(descriptor == pid_fd for descriptor, _ in events):
        os.kill(keeper, signal.SIGKILL)
        if events:
            os.read(lifeline, 1)
    os.waitpid(keeper, 0)
    os.close(pid_fd)


def finish(plan: "dict[str, Any]", report: int, lifeline: int) -> None:
    """Tell the cost, wait until the service has read the groups' counters, then remove the groups."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with contextlib.suppress(BrokenPipeError):  # a service that is gone does not listen; its groups still have to go
        say(report, f"done {used.ru_utime + used.ru_stime:.6f} {used.ru_maxrss * 1024}")
    os.close(report)
    while os.read(lifeline, 1):  # a late order to kill says nothing new; the end of the line does
        pass
    for folder in plan["groups"]:
        view.remove_group(folder)


def keep(
    plan: "dict[str, Any]", report: int, breath: int, joins: "list[int]", owners: "dict[int, int | None]"
) -> "NoReturn":
    """Process 1: isolate, start the command, wait, clear away, hand back. Never returns."""
    status = 1
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # process 1 is deaf to what it has no handler for
    try:
        kernel.leave("new network, mount and message namespaces", kernel.NEW_NAMESPACES)
        view.build(plan, owners)
        for descriptor in joins:
            os.write(descriptor, b"0")
            os.close(descriptor)
        kernel.leave("new control group namespace", os.CLONE_NEWCGROUP)
        kernel.become(plan["user"], plan["rooted"])
        kernel.die_with_parent()
        if select.select([breath], [], [], 0)[0]:
            os._exit(1)
        kernel.install_filter(plan["filter"])
        refuse_privileges(plan["user"])
        for path in plan["must_read"]:
            if not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
                say(report, f"unreadable {path}")
                os._exit(1)
        say(report, "ready")
        run_command(plan, report)
        status = 0
    except Exception as error:
        say(report, f"refused {told(error)}")
    finally:
        os._exit(status)


def refuse_privileges(user: int) -> None:
    if os.getresuid() != (user, user, user) or user == 0 or kernel.capabilities():
        raise OSError("privileges were not dropped")


def run_command(plan: "dict[str, Any]", report: int) -> None:
    command = os.fork()
    if command == 0:
        start(plan, report)
    silence()
    while True:
        ended, status = os.wait()
        if ended == command:
            break
    clear_away()
    code = os.waitstatus_to_exitcode(status)
    say(report, f"exit {max(code, 0)} {max(-code, 0)}")
    if code == 0:
        view.hand_back(plan["outputs"], plan["output_bytes"], report)


def clear_away() -> None:
    """Kill whatever the command left running, however it hid: no process outside this namespace can be meant."""
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        return
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def start(plan: "dict[str, Any]", report: int) -> "NoReturn":
    """In the child: session of its own, limits, and the supplier's program in place of this one."""
    try:
        os.setsid()
        os.chdir("/scratch")
        os.umask(0o022)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        for kind, *wanted in plan["bounds"]:
            most = resource.getrlimit(kind)[1]
            soft, hard = (bound if most == resource.RLIM_INFINITY else min(bound, most) for bound in wanted)
            resource.setrlimit(kind, (soft, hard))
        os.execvpe(plan["command"][0], plan["command"], plan["environment"])  # noqa: S606  no shell is meant
    except OSError as error:
        say(report, f"cannot_start {error.errno}")
    finally:
        os._exit(127)
