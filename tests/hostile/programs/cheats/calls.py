"""Calls that the kernel must refuse, by number and argument. The answer is right only if one was granted."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import SUM, only_if

CALL: Final = """
import ctypes, os, platform, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
space = ctypes.create_string_buffer(1 << 16)
is_arm = platform.machine() == "aarch64"
def call(x86, arm, *given):
    number = arm if is_arm else x86
    if number is None:
        return -1
    words = [ctypes.addressof(space) if one is space else one for one in given]
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_char_p(one) if isinstance(one, bytes) else ctypes.c_long(one) for one in words])
"""

CALLS: Final = {
    "ptrace, to be traced": "101, 117, 0, 0, 0, 0",
    "ptrace of the zygote": "101, 117, 16, os.getppid(), 0, 0",
    "ptrace of the agent by seizing": "101, 117, 0x4206, 1, 0, 0",
    "a read of another's memory": "310, 270, os.getppid(), space, 1, space, 1, 0",
    "a write of another's memory": "311, 271, os.getpid(), space, 1, space, 1, 0",
    "a comparison of processes": "312, 272, os.getpid(), os.getpid(), 0, 0, 0",
    "a descriptor of another process": "438, 438, 0, 0, 0",
    "advice for another process": "440, 440, 0, space, 0, 0, 0",
    "bpf": "321, 280, 0, space, 72",
    "perf events": "298, 241, space, 0, -1, -1, 0",
    "faults in user space": "323, 282, 0",
    "a queue of input and output": "206, 0, 1, space",
    "an io_uring": "425, 425, 8, space",
    "clone3": "435, 435, space, 64",
    "a key": "248, 217, b'user', b'planted', b'secret', 6, -4",
    "a key asked for": "249, 218, b'user', b'planted', None or 0, -4",
    "a keyring": "250, 219, 1, 0, 0, 0, 0",
    "the session's keyring": "250, 219, 0, -3, 1, 0, 0",
    "a user namespace": "272, 97, 0x10000000",
    "a mount namespace": "272, 97, 0x20000",
    "a pid namespace": "272, 97, 0x20000000",
    "a network namespace": "272, 97, 0x40000000",
    "a cgroup namespace": "272, 97, 0x2000000",
    "an ipc namespace": "272, 97, 0x8000000",
    "a host name namespace": "272, 97, 0x4000000",
    "a clone in namespaces": "56, 220, 0x10000000 | 0x20000 | 17, 0, 0, 0, 0",
    "the agent's namespaces": "308, 268, os.open('/proc/self/ns/net', os.O_RDONLY), 0",
    "a mount": "165, 40, b'none', b'/tmp', b'tmpfs', 0, 0",
    "a bind mount": "165, 40, b'/', b'/tmp', 0, 4096, 0",
    "a remount for writing": "165, 40, b'none', b'/', 0, 32, 0",
    "the end of a mount": "166, 39, b'/proc', 2",
    "a new kind of mount": "430, 430, b'tmpfs', 0",
    "a copy of a mount": "428, 428, -100, b'/', 1",
    "a root of its own": "161, 51, b'/tmp'",
    "another root": "155, 41, b'/tmp', b'/tmp'",
    "swap": "167, 224, b'/tmp/swap', 0",
    "a reboot": "169, 142, 0xFEE1DEAD, 0x28121969, 0, 0",
    "another kernel": "246, 104, 0, 0, 0, 0",
    "a kernel module": "175, 105, space, 64, b''",
    "accounting": "163, 89, b'/tmp/acct'",
    "a quota": "179, 60, 0, b'/', 0, space",
    "the kernel's log": "103, 116, 3, space, 1 << 16",
    "the time of day": "164, 170, space, 0",
    "a clock": "227, 112, 0, space",
    "the clock's speed": "305, 266, 0, space",
    "a host name": "170, 161, b'mine', 4",
    "a domain name": "171, 162, b'mine', 4",
    "ports": "172, None, 3",
    "some ports": "173, None, 0x60, 1, 1",
    "a table of segments": "154, None, 1, space, 16",
    "a handle of a file": "303, 264, -100, b'/', space, space, 0",
    "a file by its handle": "304, 265, -100, space, 0",
    "watching all files": "300, 262, 0, 0",
    "pages of another process": "279, 239, 0, 0, 0, 0, 0, 0",
    "memory on nodes": "237, 235, 0, 0, 0, 0, 0, 0",
    "secret memory": "447, 447, 0",
    "another personality": "135, 92, 0x0040000",
    "shared memory of System V": "29, 194, 0x1234, 4096, 0o1666",
    "a semaphore of System V": "64, 190, 0x1234, 1, 0o1666",
    "a queue of System V": "68, 186, 0x1234, 0o1666",
    "a POSIX queue": "240, 180, b'planted', os.O_CREAT | os.O_RDWR, 0o666, 0",
    "a hangup": "153, 58",
    "the limits of another process": "302, 261, os.getppid(), 7, 0, space",
    "root": "117, 147, 0, 0, 0",
    "root's group": "119, 149, 0, 0, 0",
    "groups": "116, 159, 1, space",
    "capabilities": "126, 91, space, space",
    "a device": "133 if not is_arm else 33, 33, b'/tmp/mem', 0o20666, 0x101",
    "real time": "144, 119, 0, 1, struct.pack('i', 1)",
    "a higher priority": "141, 140, 0, 0, -20",
}

SOCKETS: Final = {
    "an internet socket": (2, 1, 0),
    "an internet socket for packets": (2, 2, 0),
    "a raw socket": (2, 3, 1),
    "a socket of version 6": (10, 1, 0),
    "a netlink socket": (16, 3, 0),
    "a packet socket": (17, 3, 0x300),
    "a socket of the kernel's ciphers": (38, 5, 0),
    "a socket to the hypervisor": (40, 1, 0),
    "a bluetooth socket": (31, 3, 1),
    "an express socket": (44, 3, 0),
    "a socket of a cluster": (30, 1, 0),
}

DOORS: Final = {
    "the 32-bit door": "b814000000 cd80 c3",
    "the x32 door": "b827000040 0f05 c3",
}
_DOOR: Final = """
import ctypes, mmap, platform
if platform.machine() != "x86_64":
    raise SystemExit(1)
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex("{code}"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print(sum(map(int, input().split())))
"""

CALLED: Final = [
    *(Entry(name, SUM, "WA", only_if(CALL + f"won = call({given}) >= 0")) for name, given in CALLS.items()),
    *(
        Entry(name, SUM, "WA", only_if(f"import socket\ntry:\n    socket.socket{given}\n    won = True\nexcept OSError: pass"))
        for name, given in SOCKETS.items()
    ),
    *(
        Entry(f"a pair, {name}", SUM, "WA", only_if(f"import socket\ntry:\n    socket.socketpair{given}\n    won = True\nexcept OSError: pass"))
        for name, given in SOCKETS.items()
    ),
    *(Entry(name, SUM, "VIOLATION RE", _DOOR.format(code=code)) for name, code in DOORS.items()),
]
