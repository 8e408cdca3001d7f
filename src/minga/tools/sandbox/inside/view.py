"""What a run sees: a small read-only root, a scratch folder of bounded size, and nothing of the service."""

import contextlib
import errno
import os
import stat
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from minga.tools.sandbox.inside import kernel
else:
    import kernel

_CHUNK = 1 << 16
_REFUSALS = {errno.ENOENT: "missing", errno.ELOOP: "link", errno.ENOTDIR: "link", errno.EACCES: "closed"}


def write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def owner_map(owner: int, user: int) -> "int | None":
    """A user namespace in which the files of ``owner`` appear as those of ``user``; None where it cannot be made."""
    ready, made = os.pipe()
    go, told = os.pipe()
    child = os.fork()
    if child == 0:
        _hold_namespace(made, told, go)
    for descriptor in (made, go):
        os.close(descriptor)
    try:
        if os.read(ready, 1) != b"1":
            return None
        for name in ("uid_map", "gid_map"):
            with open(f"/proc/{child}/{name}", "w") as stream:
                stream.write(f"{owner} {user} 1")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    finally:
        os.close(told)
        os.close(ready)
        os.waitpid(child, 0)


def _hold_namespace(made: int, told: int, go: int) -> None:
    try:
        os.close(told)
        os.unshare(os.CLONE_NEWUSER)
        os.write(made, b"1")
        os.read(go, 1)
    finally:
        os._exit(0)


def build(plan: "dict[str, Any]", owners: "dict[int, int | None]") -> None:
    """Replace the root of this mount namespace by the plan's view."""
    kernel.make_mounts_private()
    kernel.set_host_name(b"sandbox")
    trees = [(target, _tree(source, owner, owners), os.path.isdir(source)) for source, target, owner in plan["binds"]]
    base = plan["base"]
    kernel.mount_tmpfs(base, "size=1m,nr_inodes=4096,mode=755")
    for folder in ("/scratch", "/proc", "/dev", "/etc", "/data"):
        os.makedirs(base + folder, exist_ok=True)
    for path, text in plan["texts"]:
        with open(base + path, "x") as stream:
            stream.write(text)
    for target, tree, is_folder in trees:
        _place(tree, base + target, is_folder)
    for path, leads_to in plan["links"]:
        if not os.path.lexists(base + path):
            os.symlink(leads_to, base + path)
    _scratch(base + "/scratch", plan)
    with contextlib.suppress(OSError):  # some containers forbid it; an empty /proc shows nothing either
        kernel.mount_proc(base + "/proc")
    kernel.enter_root(base)
    kernel.read_only_root()


def _tree(source: str, owner: int, owners: "dict[int, int | None]") -> int:
    device = stat.S_ISCHR(os.stat(source).st_mode)
    namespace = owners.get(owner)
    if namespace is not None:
        try:
            return kernel.clone_tree(source, device, namespace)
        except OSError:
            pass  # the file system cannot show other owners: only what all may read is then readable
    return kernel.clone_tree(source, device, None)


def _place(tree: int, target: str, folder: bool) -> None:
    if folder:
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.attach(tree, target)


def _scratch(path: str, plan: "dict[str, Any]") -> None:
    kernel.mount_tmpfs(path, f"size={plan['scratch_bytes']},nr_inodes=8192,mode=700")
    os.chown(path, plan["user"], plan["user"])


def hand_back(names: "list[str]", most: int, report: int) -> None:
    """Send the declared files: plain files under /scratch only, reached without following any link."""
    for index, name in enumerate(names):
        try:
            descriptor = _open_beneath(name)
        except OSError as error:
            why = _REFUSALS.get(error.errno or 0, "special")
            write_all(report, f"without {index} {why}\n".encode())
            continue
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            write_all(report, f"without {index} special\n".encode())
        elif found.st_size > most:
            write_all(report, f"without {index} large\n".encode())
        else:
            _send(descriptor, index, found.st_size, report)
        os.close(descriptor)


def _open_beneath(name: str) -> int:
    at = os.open("/scratch", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    parts = name.split("/")
    for part in parts[:-1]:
        below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
        os.close(at)
        at = below
    try:
        return os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
    finally:
        os.close(at)


def _send(descriptor: int, index: int, size: int, report: int) -> None:
    write_all(report, f"file {index} {size}\n".encode())
    while size:
        chunk = os.read(descriptor, min(size, _CHUNK))
        if not chunk:
            raise OSError("a declared file became shorter while it was read")
        write_all(report, chunk)
        size -= len(chunk)


def remove_group(folder: str) -> None:
    """Remove a control group; its last process may take a moment to be gone."""
    for _ in range(100):
        try:
            os.rmdir(folder)
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
