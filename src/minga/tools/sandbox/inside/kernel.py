"""The system calls that Python has no name for. Each raises OSError with the call's name when the kernel refuses."""

import ctypes
import os
import struct

NEW_NAMESPACES = os.CLONE_NEWNS | os.CLONE_NEWNET | os.CLONE_NEWIPC | os.CLONE_NEWUTS

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_REC, _MS_PRIVATE = 1, 2, 4, 8, 32, 1 << 14, 1 << 18
_MNT_DETACH = 2
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _ATTR_NOEXEC, _ATTR_IDMAP = 1, 2, 4, 8, 0x100000
# These three carry the same number on every architecture, being younger than the common table.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SIGKILL = 9

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(what: str, number: int, *arguments: int | bytes | None) -> int:
    given = [ctypes.c_long(a) if isinstance(a, int) else ctypes.c_char_p(a) for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *given), what)


def _prctl(what: str, *arguments: int) -> int:
    padded = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:5]]
    return _checked(_libc.prctl(*padded), what)


def _mount(kind: str, target: str, flags: int, options: str = "") -> None:
    result = _libc.mount(
        kind.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode() if options else None
    )
    _checked(result, f"mount {kind} on {target}")


def leave(what: str, namespaces: int) -> None:
    """Leave the shared ``namespaces`` for new ones of this process; ``what`` names them in the error."""
    try:
        os.unshare(namespaces)
    except OSError as error:
        raise OSError(error.errno, f"{what}: {error.strerror}") from error


def make_mounts_private() -> None:
    """What is mounted from here on is seen by this mount namespace only."""
    result = _libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None)
    _checked(result, "mark the mounts as private")


def set_host_name(name: bytes) -> None:
    _checked(_libc.sethostname(name, len(name)), "name the machine")


def mount_tmpfs(target: str, options: str) -> None:
    _mount("tmpfs", target, _MS_NOSUID | _MS_NODEV, options)


def mount_proc(target: str) -> None:
    """Only the folders of the processes of this process namespace, read-only."""
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY
    _mount("proc", target, flags, "subset=pid,hidepid=invisible")


def read_only_root() -> None:
    result = _libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV), None)
    _checked(result, "make the root read-only")


def clone_tree(source: str, device: bool, user_namespace: int | None) -> int:
    """A read-only copy of what is mounted at ``source``, as a descriptor that ``attach`` puts in its place.

    With ``user_namespace`` the owners are shown through that namespace's map (kernel 5.12, where the file system can).
    """
    what = f"read-only view of {source}"
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    tree = _syscall(what, _OPEN_TREE, _AT_FDCWD, os.fsencode(source), flags)
    attributes = _ATTR_RDONLY | _ATTR_NOSUID | (_ATTR_NOEXEC if device else _ATTR_NODEV)
    _set_attributes(what, tree, attributes, 0)
    if user_namespace is not None:
        _set_attributes(what, tree, _ATTR_IDMAP, user_namespace)
    return tree


def _set_attributes(what: str, tree: int, attributes: int, user_namespace: int) -> None:
    packed = struct.pack("QQQQ", attributes, 0, 0, user_namespace)
    _syscall(what, _MOUNT_SETATTR, tree, b"", _AT_EMPTY_PATH | _AT_RECURSIVE, packed, len(packed))


def attach(tree: int, target: str) -> None:
    what = f"put the view at {target}"
    _syscall(what, _MOVE_MOUNT, tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH)
    os.close(tree)


def enter_root(folder: str) -> None:
    """``folder`` becomes the root and the old root disappears from this mount namespace for good."""
    os.chdir(folder)
    number = _PIVOT_ROOT[os.uname().machine]
    _syscall("change the root", number, b".", b".")
    _checked(_libc.umount2(b".", _MNT_DETACH), "let go of the old root")
    os.chdir("/")


def become(user: int, rooted: bool) -> None:
    """Drop every privilege for good: groups, user, all capabilities, and any gain by set-user-id files."""
    if rooted:
        os.setgroups([])
    for capability in range(64):
        try:
            _prctl("drop a capability", _PR_CAPBSET_DROP, capability)
        except OSError:
            break
    _prctl("clear the ambient capabilities", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    header, nothing = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    _checked(_libc.capset(header, nothing), "drop the capabilities")
    _prctl("forbid new privileges", _PR_SET_NO_NEW_PRIVS, 1)
    _prctl("forbid looking into this process", _PR_SET_DUMPABLE, 0)


def capabilities() -> int:
    """All capabilities held, as bits; 0 when none are."""
    header, held = struct.pack("Ii", _CAPABILITY_VERSION_3, 0), ctypes.create_string_buffer(24)
    _checked(_libc.capget(header, held), "read the capabilities")
    found = struct.unpack("IIIIII", held.raw)
    return (found[0] | found[1] | found[2]) | (found[3] | found[4] | found[5]) << 32


def die_with_parent() -> None:
    _prctl("die with the launcher", _PR_SET_PDEATHSIG, _SIGKILL)


def install_filter(program: bytes) -> None:
    """Install a seccomp filter (8 bytes an instruction) for this process and all that it starts."""
    held = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    pointer = ctypes.create_string_buffer(described, len(described))
    _prctl("install the system-call filter", _PR_SET_SECCOMP, 2, ctypes.addressof(pointer))
