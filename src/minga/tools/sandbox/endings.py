"""From what was heard and counted to one outcome with one plain sentence."""

from __future__ import annotations

import errno
import os
import signal

from minga.tools.base import ToolError
from minga.tools.sandbox.running import Running
from minga.tools.sandbox.words import Limits, NoIsolation, Outcome

REMEDY = (
    "Nothing was run. The service needs to be root, or an ordinary user who may make user namespaces "
    "(sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0), on Linux 5.12 or "
    "newer with Python 3.12 or newer; in a container, CAP_SYS_ADMIN and a seccomp profile that allows unshare and "
    "mount. See docs/sandbox.md."
)
_LEFT_OUT = {
    "missing": "was not written",
    "link": "is or lies behind a symbolic link, which is not followed",
    "closed": "is closed to reading by its own rights",
    "special": "is not a plain file",
    "large": "is larger than the {output_bytes} bytes that may come back",
}


def describe(running: Running) -> Outcome:
    """The outcome of a run that is over. Raises NoIsolation or, where the files cannot be read inside, ToolError."""
    report, limits = running.report, running.limits
    _raise_refusal(running)
    ended, explanation = _ending(running, limits)
    return Outcome(
        ended=ended,
        exit_status=None if running.ended else report.exit_status,
        stdout=bytes(running.streams.stdout[: limits.output_bytes]),
        stderr_tail=running.streams.stderr.decode(errors="replace"),
        files=dict(report.files) if ended == "finished" else {},
        cpu_seconds=running.counted.cpu_seconds,
        wall_seconds=running.wall_seconds,
        peak_memory_bytes=running.counted.peak_bytes,
        explanation=explanation,
    )


def _raise_refusal(running: Running) -> None:
    report = running.report
    if report.unreadable:
        raise ToolError(
            f"The user of the sandbox cannot read {report.unreadable}, because the file system there cannot lend it "
            "the rights of the owner. Let all read the files given to the run: chmod -R o+rX."
        )
    if report.refused:
        raise NoIsolation(f"The isolation failed at this step: {report.refused}. {REMEDY}")
    if not report.ready and not running.ended:
        tail = running.streams.stderr.decode(errors="replace").strip()[-500:]
        raise NoIsolation(f"The launcher of the sandbox ended before the isolation was complete ({tail}). {REMEDY}")


def _ending(running: Running, limits: Limits) -> tuple[str, str]:
    report = running.report
    ended = running.ended
    if not ended and running.counted.out_of_memory:
        ended = "out_of_memory"
    if not ended and report.exit_status is None and running.wall_seconds >= limits.wall_seconds:
        ended = "timed_out"
    if not ended and (report.signal == signal.SIGXCPU or running.counted.cpu_seconds > limits.cpu_seconds):
        ended = "timed_out"
    if ended:
        return ended, _cut_short(ended, running, limits)
    if report.cannot_start:
        return "failed", _not_started(report.cannot_start, running.order.command[0])
    if report.exit_status is None:
        return "killed", _by_signal(report.signal)
    if report.exit_status:
        return "failed", f"The command ended with status {report.exit_status}, which means an error of its own."
    return _contract(running, limits)


def _cut_short(ended: str, running: Running, limits: Limits) -> str:
    if ended == "timed_out":
        if running.counted.cpu_seconds > limits.cpu_seconds or running.report.signal == signal.SIGXCPU:
            return f"It was stopped after the {limits.cpu_seconds:g} seconds of computing time that it was allowed."
        return f"It was stopped after the {limits.wall_seconds:g} seconds that it was allowed."
    if ended == "out_of_memory":
        return f"It was stopped because it needed more than the {limits.memory_bytes:,} bytes of memory it was allowed."
    if ended == "too_much_output":
        return f"It was stopped because it wrote more than the {limits.output_bytes:,} bytes that may come back."
    return "It was stopped from outside before it had ended."


def _not_started(number: int, command: str) -> str:
    if number == errno.ENOENT:
        return (
            f"The command {command!r} is not there inside the sandbox. Programs come from the system, the Python of "
            "the service, or the supplier's folder at /program."
        )
    if number == errno.EACCES:
        return f"The command {command!r} may not be executed. Check that the file is marked as a program (chmod +x)."
    return f"The command {command!r} could not be started: {os.strerror(number)}."


def _by_signal(number: int) -> str:
    if number == signal.SIGXFSZ:
        return "It was ended by the system for writing a file larger than the scratch folder."
    try:
        name = signal.Signals(number).name
    except ValueError:
        return "It was ended from outside or by the kernel without a status."
    return f"It was ended by the signal {name}, which means a crash or a kill inside."


def _contract(running: Running, limits: Limits) -> tuple[str, str]:
    """A command that ended well still fails when a declared file is not there to take."""
    for name, why in running.report.without.items():
        words = _LEFT_OUT[why].format(output_bytes=f"{limits.output_bytes:,}")
        return ("too_much_output" if why == "large" else "failed"), f"The declared output {name!r} {words}."
    return "finished", "The command ended by itself within its limits."
