"""Programs in C++ on each tier: honest ones end as on any judge; the others are held, and so is what they compile."""

from dataclasses import replace
from typing import Any

import pytest

from rlvr.sandbox import Program, Sandbox
from rlvr.sandbox.programs import compiler
from tests.sandbox.programs.speaking import LIMITS, need_files, need_tools, printed, run

NUMBERS = b"3 4\n5\n"
NEXT = '#include <cstdio>\nint main() { puts("next"); }'


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    need_tools()


SUM = {
    "streams": """
        #include <iostream>
        int main() { int a, b, c; std::cin >> a >> b >> c; std::cout << a + b + c << std::endl; }
    """,
    "everything": """
        #include <bits/stdc++.h>
        using namespace std;
        int main() {
            ios::sync_with_stdio(false); cin.tie(nullptr);
            vector<long long> v((istream_iterator<long long>(cin)), {});
            cout << accumulate(v.begin(), v.end(), 0LL) << '\\n';
        }
    """,
    "scanf": '#include <cstdio>\nint main() { int t = 0, x; while (scanf("%d", &x) == 1) t += x; printf("%d\\n", t); }',
    "getchar": """
        #include <cstdio>
        int main() {
            int t = 0, x = 0, c;
            while ((c = getchar()) != EOF) if (c >= '0' && c <= '9') x = 10 * x + c - '0'; else t += x, x = 0;
            printf("%d\\n", t);
        }
    """,
    "mapped": """
        #include <cstdio>
        #include <cstdlib>
        #include <sys/mman.h>
        #include <sys/stat.h>
        int main() {
            struct stat s; fstat(0, &s);
            char *p = (char *)mmap(0, s.st_size + 1, PROT_READ, MAP_PRIVATE, 0, 0), *end = p + s.st_size;
            long t = 0;
            while (p < end) { t += strtol(p, &p, 10); while (p < end && *p <= ' ') p++; }
            printf("%ld\\n", t);
        }
    """,
    "its author's file": """
        #include <cstdio>
        int main() {
        #ifndef ONLINE_JUDGE
            freopen("input.txt", "r", stdin);
        #endif
            int a, b, c; if (scanf("%d %d %d", &a, &b, &c) != 3) return 1; printf("%d\\n", a + b + c);
        }
    """,
    "by name": """
        #include <fstream>
        int main() {
            std::ifstream in("/dev/stdin"); int a, b, c; in >> a >> b >> c;
            std::ofstream("/dev/stdout") << a + b + c << '\\n';
        }
    """,
    "exit after the answer": '#include <cstdlib>\n#include <cstdio>\nint main() { puts("12"); exit(0); }',
    "quick exit": '#include <unistd.h>\nint main() { write(1, "12\\n", 3); _exit(0); }',
    "thread": """
        #include <thread>
        #include <atomic>
        #include <iostream>
        int main() {
            std::atomic<int> t{0}; int x[3] = {3, 4, 5}; std::thread w[3];
            for (int i = 0; i < 3; i++) w[i] = std::thread([&, i] { t += x[i]; });
            for (auto &one : w) one.join();
            std::cout << t << "\\n";
        }
    """,
    "child": """
        #include <cstdio>
        #include <sys/wait.h>
        #include <unistd.h>
        int main() { int s; if (!fork()) _exit(12); wait(&s); printf("%d\\n", WEXITSTATUS(s)); }
    """,
    "deep recursion": """
        #include <cstdio>
        int f(int n) { volatile int x[16]; x[0] = n; return n ? f(n - 1) + x[0] - n + 1 : 0; }
        int main() { printf("%d\\n", f(300000) - 299988); }
    """,
    "big array": '#include <cstdio>\nint a[20000000];\nint main() { a[9] = 12; printf("%d\\n", a[9] + a[19999999]); }',
    "big table": '#include <cstdio>\nint a[3000000] = {12};\nint main() { printf("%d\\n", a[0] + a[2999999]); }',
    "wide integers": '#include <cstdio>\nint main() { __int128 x = 12; x <<= 100; printf("%d\\n", (int)(x >> 100)); }',
    "caught": """
        #include <stdexcept>
        #include <cstdio>
        int main() { try { throw std::runtime_error("x"); } catch (std::exception &) { puts("12"); } }
    """,
    "tree of the policies": """
        #include <ext/pb_ds/assoc_container.hpp>
        #include <cstdio>
        using namespace __gnu_pbds;
        int main() {
            tree<int, null_type, std::less<int>, rb_tree_tag, tree_order_statistics_node_update> t;
            for (int i = 0; i < 20; i++) t.insert(2 * i);
            printf("%d\\n", (int)t.order_of_key(24));
        }
    """,
    "pragmas": """
        #pragma GCC optimize("O3,unroll-loops")
        #pragma GCC target("sse4.2")
        #include <cstdio>
        #include <cmath>
        int main() { double x = 0; for (int i = 0; i < 144; i++) x += 1; printf("%.0f\\n", sqrt(x)); }
    """,
    "main.cpp twice": '#include <cstdio>\nint main() { puts(__FILE__[0] == \'m\' && __LINE__ == 2 ? "12" : "0"); }',
}


@pytest.mark.parametrize("name", SUM)
def test_honest_programs(sandbox: Sandbox, name: str) -> None:
    assert printed(sandbox, "cpp", SUM[name], NUMBERS) == "12\n"


def test_arguments_and_files(sandbox: Sandbox) -> None:
    need_files(sandbox)
    source = """
    #include <fstream>
    #include <iostream>
    int main(int n, char **words) {
        std::string text; std::ifstream("in/a.txt") >> text; std::cout << n << words[1] << words[2] << text;
    }
    """
    program = Program(source, args=["one", "zwei ü"], files={"in/a.txt": b"text"}, language="cpp")
    assert sandbox.run(program, LIMITS).stdout.decode() == "3onezwei ütext"


def test_much_input_and_output(sandbox: Sandbox) -> None:
    data = b"".join(b"%d\n" % n for n in range(250_000))
    source = """
    #include <iostream>
    int main() {
        std::ios::sync_with_stdio(false); std::cin.tie(nullptr);
        for (int x; std::cin >> x;) std::cout << x << '\\n';
    }
    """
    assert run(sandbox, "cpp", source, data).stdout == data


def test_a_program_finds_no_compiler(sandbox: Sandbox) -> None:
    source = """
    #include <cstdio>
    #include <unistd.h>
    int main() {
        const char *paths[] = {"/usr/bin/g++", "/usr/bin/cc", "/usr/bin/as", "/usr/bin/ld", "/usr/include/stdio.h"};
        for (auto path : paths) if (!access(path, F_OK)) puts(path);
    }
    """
    assert printed(sandbox, "cpp", source) == ""


ENDINGS = [
    ("int main() { return 3; }", 3, None),
    ("#include <cstdlib>\nint main() { abort(); }", None, 6),
    ("int main() { *(volatile int *)0 = 1; }", None, 11),
    ("int main(int n, char **) { volatile int z = n - 1; return 7 / z; }", None, 8),
    ("#include <vector>\nint main() { std::vector<int>().at(1); }", None, 6),
    ("int main() { throw 1; }", None, 6),
    (
        "int f(int n) { volatile char x[4096]; x[0] = n; return f(n + 1) + x[0]; }\nint main() { return f(0); }",
        None,
        11,
    ),
    ("#include <csignal>\nint main() { raise(SIGTERM); }", None, 15),
    ("int main() { __builtin_trap(); }", None, 4),
]


@pytest.mark.parametrize(("source", "code", "signal"), ENDINGS)
def test_ends_as_it_does(sandbox: Sandbox, source: str, code: int | None, signal: int | None) -> None:
    execution = run(sandbox, "cpp", source)
    assert (execution.outcome, execution.exit_code, execution.signal) == ("RE", code, signal), execution


_UNI = "#include <unistd.h>\n#include <cstdio>\n#include <cstdlib>\n#include <cstring>\n"
BOMBS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "loop": ("int main() { for (volatile int i = 0;; i++); }", {"cpu_s": 0.5}, "TLE"),
    "sleep": (_UNI + 'int main() { puts("12"); fflush(stdout); sleep(60); }', {"wall_s": 0.5}, "TLE"),
    "memory": (_UNI + "int main() { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }", {}, "MLE"),
    "big array": (
        "int a[1 << 28];\nint main() { for (int i = 0; i < 1 << 28; i++) a[i] = i; return a[5]; }",
        {},
        "MLE",
    ),
    "output": (_UNI + "int main() { char x[4096]; memset(x, 'x', 4096); for (;;) write(1, x, 4096); }", {}, "OLE"),
    "forks": (_UNI + "int main() { for (;;) fork(); }", {"wall_s": 1, "cpu_s": 0.4}, "TLE"),
    "threads": (
        "#include <thread>\n#include <chrono>\nint main() { for (;;) std::thread([] { std::this_thread::sleep_for("
        "std::chrono::seconds(60)); }).detach(); }",
        {"wall_s": 2},
        "RE",
    ),
    "disk": (
        _UNI
        + '#include <fcntl.h>\nint main() { static char x[1 << 20]; int f = open("big", O_CREAT | O_WRONLY, 0600);\n'
        "while (write(f, x, sizeof x) > 0); return 1; }",
        {},
        "RE",
    ),
    "a child goes on": (
        _UNI + 'int main() { if (!fork()) { setsid(); for (;;); } puts("12"); return 1; }',
        {},
        "RE",
    ),
    "ignores signals": (
        "#include <csignal>\nint main() { for (int i = 1; i < 32; i++) signal(i, SIG_IGN); for (;;); }",
        {"cpu_s": 0.5},
        "TLE",
    ),
    "the other door": ('int main() { asm volatile("int $0x80" :: "a"(1), "b"(0)); }', {}, "VIOLATION"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_held(sandbox: Sandbox, name: str) -> None:
    source, limits, outcome = BOMBS[name]
    execution = run(sandbox, "cpp", source, **limits)
    assert execution.outcome == outcome, execution
    assert printed(sandbox, "cpp", NEXT) == "next\n"


PROBES = {
    "kill": "kill(1, 9) == 0 || kill(getppid(), 9) == 0",
    "user": "setuid(0) == 0 || seteuid(0) == 0 || setgid(0) == 0",
    "agent's memory": 'open("/proc/1/mem", O_RDONLY) >= 0 || open("/proc/1/environ", O_RDONLY) >= 0',
    "network": "socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0",
    "trace": "ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0 || ptrace(PTRACE_TRACEME, 0, 0, 0) == 0",
    "namespaces": "unshare(CLONE_NEWUSER) == 0 || unshare(CLONE_NEWNS) == 0",
    "mount": 'mount("none", "/tmp", "tmpfs", 0, "") == 0 || chroot("/tmp") == 0',
    "source": 'open("/job/main", O_WRONLY) >= 0 || unlink("/job/main") == 0 || open("/job/x", O_CREAT | O_WRONLY) >= 0',
    "root": 'open("/x", O_CREAT | O_WRONLY) >= 0 || open("/usr/lib/x", O_CREAT | O_WRONLY) >= 0',
    "itself": 'open("/proc/self/exe", O_WRONLY) >= 0',
    "descriptors": "fcntl(3, F_GETFD) >= 0 || fcntl(4, F_GETFD) >= 0 || fcntl(5, F_GETFD) >= 0",
}
_PROBE = """
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {{ puts({} ? "in" : "held"); }}
"""


@pytest.mark.parametrize("name", PROBES)
def test_probes_find_nothing(many_users: Sandbox, name: str) -> None:
    assert printed(many_users, "cpp", _PROBE.format(PROBES[name])) == "held\n"


def test_no_file_that_a_program_writes_can_be_executed(sandbox: Sandbox) -> None:
    if sandbox.tier != "docker":
        pytest.skip("bubblewrap mounts no place without execution")
    source = """
    #include <cerrno>
    #include <cstdio>
    #include <cstring>
    #include <initializer_list>
    #include <fcntl.h>
    #include <sys/stat.h>
    #include <unistd.h>
    int main() {
        for (const char *path : {"/work/x", "/tmp/x", "/dev/shm/x"}) {
            int in = open("/bin/true", O_RDONLY), out = open(path, O_CREAT | O_WRONLY, 0777), n;
            char part[4096];
            while ((n = read(in, part, sizeof part)) > 0) write(out, part, n);
            close(out); chmod(path, 0777);
            execl(path, path, (char *)0);
            puts(strerror(errno));
        }
    }
    """
    assert printed(sandbox, "cpp", source) == "Permission denied\n" * 3


ERRORS = [
    ("int main() { return x; }", "main.cpp:1:21: error: 'x' was not declared in this scope"),
    ('#include <cstdio>\n\nint main() { puts("x") }', "main.cpp:3:23: error: expected ';' before '}' token"),
    ("", "undefined reference to `main'"),
    ("print(input())", "error: expected constructor"),
    ("#include <nowhere.h>\nint main() {}", "fatal error: nowhere.h: No such file or directory"),
    ("int f();\nint main() { return f(); }", "undefined reference to `f()'"),
    ("#error AC all tests passed\nint main() {}", "error: #error AC all tests passed"),
    ('int main() { asm("nonsense"); }', "Error: no such instruction"),
    ("\0\1\2", "error"),
    ("int main() { int \ud800; }", "error"),
    ("template <int n> struct A { A<n + 1> a; };\nA<0> a;\nint main() {}", "template instantiation depth"),
    ('#include "main.cpp"\nint main() {}', "nested depth"),
    ("#include </etc/shadow>\nint main() {}", "No such file"),
    ('asm(".incbin \\"/proc/1/environ\\"");\nint main() {}', "Error: file not found: /proc/1/environ"),
    (
        'constexpr int f(int n) { return n < 1 ? 0 : 1 + f(n - 1); }\nstatic_assert(f(1 << 20), "");\nint main() {}',
        "error",
    ),
    ("constexpr int f() { int n = 0; while (true) n ^= 1; return n; }\nconstexpr int x = f();\nint main() {}", "error"),
]


@pytest.mark.parametrize(("source", "expected"), ERRORS)
def test_what_does_not_compile_says_why(many_users: Sandbox, source: str, expected: str) -> None:
    execution = run(many_users, "cpp", source)
    assert (execution.outcome, execution.exit_code, execution.signal) == ("RE", None, None), execution
    assert execution.reason.startswith("it does not compile: ")
    assert expected in execution.reason
    assert len(execution.reason) < 300
    assert execution.stdout == b""


COMPILE_BOMBS = {
    "a device": '#include "/dev/zero"\nint main() {}',
    "its own input": '#include "/dev/stdin"\nint main() { return }',
    "a pipe": '#include "/dev/stdout"\nint main() { return }',
    "random": '#include "/dev/urandom"\nint main() {}',
    "templates": "template <int a, int b> struct F { enum { v = F<a - 1, b * 2>::v + F<a - 1, b * 2 + 1>::v }; };\n"
    "template <int b> struct F<0, b> { enum { v = 1 }; };\nint main() { return F<25, 0>::v; }",
    "doubling macros": "#define A(x) x x x x x x x x\n#define B(x) A(A(A(A(x))))\nint main() { B(B(B(int i;))) }",
    "a big table": "char x[1 << 30] = {1};\nint main() { return x[9]; }",
    "a bigger table": "char x[1L << 40] = {1};\nint main() { return x[9]; }",
    "an assembler's table": 'asm(".data\\n.fill 1000000000, 4, 1");\nint main() {}',
    "an assembler's loop": 'asm(".rept 1000000000\\nnop\\n.endr");\nint main() {}',
    "an assembler's file": 'asm(".data\\n.incbin \\"/dev/zero\\"");\nint main() {}',
    "an initializer": "struct A { int x[1 << 26]; constexpr A() : x() { for (int &i : x) i = 7; } };\n"
    "constexpr A a{};\nint main() { return a.x[7]; }",
    "parentheses": "int main() { return " + "(" * 300_000 + "1" + ")" * 300_000 + "; }",
    "blocks": "int main() " + "{" * 300_000 + "}" * 300_000,
}


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "LIMITS", replace(compiler.LIMITS, wall_s=2, cpu_s=1))


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("name", COMPILE_BOMBS)
def test_compile_bombs_are_held(many_users: Sandbox, name: str) -> None:
    execution = run(many_users, "cpp", COMPILE_BOMBS[name])
    assert execution.outcome in ("RE", "TLE", "MLE", "OLE"), execution
    assert "compil" in execution.reason, execution
    assert run(many_users, "cpp", f"{NEXT}  // {name}").stdout == b"next\n"


def test_a_program_talks_to_its_judge(sandbox: Sandbox) -> None:
    need_files(sandbox)
    source = """
    #include <unistd.h>
    int main() {
        char x[100]; int n;
        while ((n = read(3, x, sizeof x)) > 0) { for (int i = 0; i < n; i++) x[i] ^= 32; write(3, x, n); }
    }
    """
    judge = "import os\nos.write(3, b'Word')\nprint(os.read(3, 100))"
    linked = sandbox.run_linked(Program(source, language="cpp"), Program(judge), LIMITS)
    assert (linked.judge.stdout, linked.program.was_cut) == (b"b'wORD'\n", True), linked
    broken = sandbox.run_linked(Program("int main() {", language="cpp"), Program(judge), LIMITS)
    assert (broken.program.outcome, broken.judge.outcome) == ("RE", "INFRA")
    assert "it does not compile" in broken.program.reason
