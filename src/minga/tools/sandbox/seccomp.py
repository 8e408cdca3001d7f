"""The system-call filter: a short classic BPF program that takes away what a supplier's command never needs.

Namespaces do not cover everything: sockets to the host of a virtual machine (``AF_VSOCK``) pass a network namespace,
kernel keys are shared, and new user namespaces or ``io_uring`` open more of the kernel than a classifier should see.
What is denied answers with an error number; a foreign instruction set kills the process. Numbers: the kernel's
``unistd.h``.
"""

from __future__ import annotations

import errno
import os
import struct

from minga.tools.sandbox.words import NoIsolation

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
YOUNG = {
    **{"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429},
    **{"fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442},
    **{"memfd_secret": 447, "clone3": 435},
}
"""Calls with one number on every architecture."""
X86_64 = {
    **{"socket": 41, "clone": 56, "ptrace": 101, "syslog": 103, "personality": 135, "vhangup": 153, "pivot_root": 155},
    **{"adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167},
    **{"swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173},
    **{"init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227, "kexec_load": 246},
    **{"add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298},
    **{"fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308},
    **{"process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320},
    **{"bpf": 321, "userfaultfd": 323, "memfd_create": 319, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240},
}
AARCH64 = {
    **{"socket": 198, "clone": 220, "ptrace": 117, "syslog": 116, "personality": 92, "vhangup": 58, "pivot_root": 41},
    **{"adjtimex": 171, "chroot": 51, "acct": 89, "settimeofday": 170, "mount": 40, "umount2": 39, "swapon": 224},
    **{"swapoff": 225, "reboot": 142, "sethostname": 161, "setdomainname": 162},
    **{"init_module": 105, "delete_module": 106, "quotactl": 60, "clock_settime": 112, "kexec_load": 104},
    **{"add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "perf_event_open": 241},
    **{"fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268},
    **{"process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "kexec_file_load": 294},
    **{
        "bpf": 280,
        "userfaultfd": 282,
        "memfd_create": 279,
        "shmget": 194,
        "msgget": 186,
        "semget": 190,
        "mq_open": 180,
    },
}
TABLES = {"x86_64": X86_64 | YOUNG, "aarch64": AARCH64 | YOUNG}
UNCOUNTED = ("memfd_create", "shmget", "msgget", "semget", "mq_open")
"""Memory that no process limit counts; a control group does, so these stay allowed where there is one."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_FAMILIES = (1, 2, 10)
_NEW_NAMESPACES = 0x7E020080
_X32 = 0x40000000


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, when_true, when_false, value)


def _denied(number: int, error: int) -> bytes:
    return _step(_EQUAL, number, 0, 1) + _step(_RETURN, _FAIL | error)


def _sockets(number: int) -> bytes:
    """Only Unix, IPv4 and IPv6: in an empty network namespace none of them reaches anybody."""
    families = b"".join(_step(_EQUAL, family, len(_FAMILIES) - at) for at, family in enumerate(_FAMILIES))
    check = _step(_LOAD, _FIRST_ARGUMENT) + families + _step(_RETURN, _FAIL | errno.EAFNOSUPPORT)
    check += _step(_RETURN, _ALLOW)
    return _step(_EQUAL, number, 0, len(check) // 8) + check


def _clone(number: int) -> bytes:
    check = _step(_LOAD, _FIRST_ARGUMENT) + _step(_ANY_BIT, _NEW_NAMESPACES, 0, 1)
    check += _step(_RETURN, _FAIL | errno.EPERM) + _step(_RETURN, _ALLOW)
    return _step(_EQUAL, number, 0, len(check) // 8) + check


def program(counted: bool, machine: str = "") -> bytes:
    """The filter for this machine; ``counted`` when a control group counts all memory. Raises NoIsolation elsewhere."""
    machine = machine or os.uname().machine
    if machine not in TABLES:
        raise NoIsolation(
            f"The system-call filter is not known for {machine} processors, and without it the isolation has gaps. "
            "Run suppliers' tools on an x86_64 or aarch64 machine."
        )
    numbers = TABLES[machine]
    steps = _step(_LOAD, _ARCHITECTURE) + _step(_EQUAL, AUDIT_ARCH[machine], 1) + _step(_RETURN, _KILL)
    steps += _step(_LOAD, _NUMBER)
    if machine == "x86_64":
        steps += _step(_AT_LEAST, _X32, 0, 1) + _step(_RETURN, _KILL)
    steps += _denied(numbers["clone3"], errno.ENOSYS)
    special = {"socket", "clone", "clone3", *(UNCOUNTED if counted else ())}
    steps += b"".join(_denied(number, errno.EPERM) for name, number in numbers.items() if name not in special)
    steps += _clone(numbers["clone"]) + _sockets(numbers["socket"])
    return steps + _step(_RETURN, _ALLOW)
