"""Rights over files, processes, users, limits and devices that a slot must refuse. The answer is right only if something was granted."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import SUM, only_if

STEPS: Final = {
    "a right by a file": """
        import os, stat
        for folder, names, files in os.walk("/"):
            names[:] = [name for name in names if folder != "/" or name not in ("proc", "sys")]
            for name in files:
                try:
                    mode = os.lstat(f"{folder}/{name}")
                    won |= stat.S_ISREG(mode.st_mode) and bool(mode.st_mode & 0o6000) and mode.st_uid != os.getuid()
                except OSError:
                    pass
        """,
    "a file that all may write": """
        import os
        allowed = ("/work", "/tmp", "/dev/shm", "/dev/mqueue", "/proc", "/sys")
        for folder, names, files in os.walk("/"):
            names[:] = [name for name in names if f"{folder}/{name}".replace("//", "/") not in allowed]
            won |= os.access(folder, os.W_OK)
            for name in files:
                path = f"{folder}/{name}"
                won |= os.access(path, os.W_OK) and not path.startswith("/dev/") and not os.path.islink(path)
        """,
    "a setting of the kernel": """
        for name in ("kernel/hostname", "kernel/core_pattern", "kernel/ns_last_pid", "kernel/pid_max", "vm/overcommit_memory",
                     "net/ipv4/ip_forward", "fs/mqueue/queues_max", "kernel/shmmax", "user/max_user_namespaces"):
            try:
                with open("/proc/sys/" + name, "r+b", 0) as file:
                    file.write(file.read())
                won = True
            except OSError:
                pass
        """,
    "a file of the kernel": """
        import os, stat
        for top in ("/proc", "/sys"):
            for folder, names, files in os.walk(top):
                names[:] = [name for name in names if not (folder == "/proc" and (name.isdigit() or name in ("self", "thread-self")))]
                for name in files:
                    try:
                        fd = os.open(f"{folder}/{name}", os.O_RDWR | os.O_NONBLOCK)
                        won |= stat.S_ISREG(os.fstat(fd).st_mode) and os.write(fd, os.read(fd, 64)) > 0
                        os.close(fd)
                    except OSError:
                        pass
        """,
    "a file of the cgroup": """
        import glob, os
        for path in glob.glob("/sys/fs/cgroup/**", recursive=True):
            try:
                if os.path.isdir(path):
                    os.mkdir(path + "/mine")
                else:
                    os.close(os.open(path, os.O_WRONLY))
                won = True
            except OSError:
                pass
        """,
    "a cgroup that tells of an end": """
        import glob
        for name in ("release_agent", "notify_on_release", "cgroup.procs", "devices.allow", "memory.limit_in_bytes"):
            for path in glob.glob(f"/sys/fs/cgroup/**/{name}", recursive=True):
                try:
                    open(path, "w").write("1")
                    won = True
                except OSError:
                    pass
        """,
    "a file of another process": """
        import os
        for pid in (1, os.getppid()):
            for name in ("mem", "oom_score_adj", "oom_adj", "comm", "coredump_filter", "uid_map", "gid_map", "setgroups",
                         "clear_refs", "timerslack_ns", "attr/current", "autogroup", "loginuid"):
                try:
                    with open(f"/proc/{pid}/{name}", "r+b", 0) as file:
                        file.write(b"0")
                    won = True
                except OSError:
                    pass
        """,
    "a secret of another process": """
        import os
        for pid in (1, os.getppid()):
            for name in ("mem", "maps", "smaps", "environ", "auxv", "pagemap", "stack", "syscall", "io", "personality"):
                try:
                    with open(f"/proc/{pid}/{name}", "rb", 0) as file:
                        won |= bool(file.read(1 if name != "mem" else 0)) or name == "mem"
                except OSError:
                    pass
            for name in ("fd", "fdinfo", "map_files", "cwd", "root", "exe", "ns/net"):
                try:
                    os.listdir(f"/proc/{pid}/{name}") if "fd" in name or "map" in name else os.readlink(f"/proc/{pid}/{name}")
                    won = True
                except OSError:
                    pass
        """,
    "the agent's or the zygote's life": """
        import os, signal
        for pid in (1, os.getppid()):
            for number in (0, 9, 15, 19, 18, 11):
                try:
                    os.kill(pid, number)
                    won = True
                except OSError:
                    pass
        """,
    "a signal through a descriptor": """
        import os, signal
        for pid in (1, os.getppid()):
            try:
                signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL)
                won = True
            except OSError:
                pass
        """,
    "a signal of a file's owner": """
        import fcntl, os
        read_end, write_end = os.pipe()
        for pid in (1, os.getppid()):
            try:
                fcntl.fcntl(read_end, fcntl.F_SETOWN, pid)
                fcntl.fcntl(read_end, fcntl.F_SETFL, fcntl.fcntl(read_end, fcntl.F_GETFL) | fcntl.FASYNC)
                os.write(write_end, b"x")
            except OSError:
                pass
        """,
    "the scheduling of another process": """
        import os
        for pid in (1, os.getppid()):
            for attempt in (lambda: os.sched_setaffinity(pid, {0}), lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
                            lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))):
                try:
                    attempt()
                    won = True
                except OSError:
                    pass
        """,
    "another user": """
        import os
        for attempt in (lambda: os.setuid(0), lambda: os.setreuid(-1, 0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0),
                        lambda: os.setgroups([0]), lambda: os.setuid(os.getuid() - 1), lambda: os.setuid(65533),
                        lambda: os.chown("/work", os.getuid(), -1), lambda: os.chmod("/work", 0o777)):
            try:
                attempt()
                won = True
            except OSError:
                pass
        """,
    "a larger limit": """
        import resource
        for name in ("NPROC", "NOFILE", "CORE", "MSGQUEUE", "CPU", "NICE", "RTPRIO", "MEMLOCK"):
            which = getattr(resource, "RLIMIT_" + name)
            soft, hard = resource.getrlimit(which)
            try:
                resource.setrlimit(which, (hard + 1, hard + 1))
                won |= hard >= 0
            except (OSError, ValueError):
                pass
        """,
    "a life without the filter": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.prctl(22, 0, 0, 0, 0)
        libc.prctl(38, 0, 0, 0, 0)
        libc.prctl(8, 1, 0, 0, 0)
        won = libc.unshare(0x10000000) == 0 or libc.prctl(39, 0, 0, 0, 0) == 0
        """,
    "an oom score below all others": """
        import os
        for score in range(-1000, 0, 100):
            try:
                with open("/proc/self/oom_score_adj", "w") as file:
                    file.write(str(score))
                won = True
            except OSError:
                pass
        """,
    "a mount by its helper": """
        import os, subprocess
        for name in ("mount", "umount", "su", "sudo", "newuidmap", "passwd", "chsh", "fusermount", "pkexec", "ping", "bwrap", "unshare"):
            try:
                won |= subprocess.run([name], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
            except OSError:
                pass
        """,
    "a compiler, or a package": """
        import importlib.util, shutil
        won = any(map(shutil.which, ("cc", "gcc", "tcc", "clang", "ld", "as", "pip", "pip3", "apt", "dpkg", "curl", "wget")))
        won |= any(importlib.util.find_spec(name) for name in ("pip", "setuptools", "numpy", "docker", "ensurepip"))
        """,
    "another program's file to run": """
        import os, stat, subprocess
        for place in ("/work", "/tmp", "/dev/shm"):
            path = place + "/tool"
            open(path, "w").write("#!/bin/sh\\nexit 0\\n")
            os.chmod(path, 0o4755)
            try:
                won |= subprocess.run([path]).returncode == 0
            except OSError:
                pass
        """,
    "a host name that can be resolved": """
        import socket
        for attempt in (lambda: socket.getaddrinfo("example.com", 80), lambda: socket.create_connection(("10.0.0.1", 80), 1),
                        lambda: socket.create_server(("127.0.0.1", 0)), lambda: socket.if_nameindex()[1]):
            try:
                attempt()
                won = True
            except (OSError, IndexError):
                pass
        """,
    "a terminal of the host": """
        import glob, os
        for path in ("/dev/console", "/dev/tty", "/dev/tty0", *glob.glob("/dev/pts/[0-9]*")):
            try:
                os.close(os.open(path, os.O_RDWR | os.O_NOCTTY))
                won = True
            except OSError:
                pass
        """,
    "a device of the host": """
        import os, stat
        allowed = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}
        for folder, _, files in os.walk("/dev"):
            for name in files:
                try:
                    mode = os.stat(f"{folder}/{name}").st_mode
                    if (stat.S_ISCHR(mode) or stat.S_ISBLK(mode)) and name not in allowed:
                        os.close(os.open(f"{folder}/{name}", os.O_RDWR | os.O_NONBLOCK))
                        won = True
                except OSError:
                    pass
        """,
}

_WEAK: Final = {"another program's file to run": "AC"}
_WEAKEST: Final = {
    "a file that all may write": "AC",
    "another user": "AC",
    "the scheduling of another process": "AC",
    "the agent's or the zygote's life": "VIOLATION",
    "a signal through a descriptor": "VIOLATION",
    "a signal of a file's owner": "VIOLATION",
}

PRIVILEGES: Final = [
    Entry(name, SUM, "WA", only_if(step), _WEAK.get(name, ""), _WEAKEST.get(name, "")) for name, step in STEPS.items()
]
