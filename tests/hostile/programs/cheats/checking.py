"""Programs against checkers of the task's own: outputs that speak for the checker, break it, or keep it from ending."""

from typing import Any, Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CANARY, QUICK, function, stdin

_PAIR: Final = "def check(input, output):\n    a, b = output.split()\n    return a != b and int(a) + int(b) == int(input)"
PAIR: Final = stdin(("10\n", ""), ("20\n", ""), checker=_PAIR)
"""Print two different numbers with a given sum."""
SCRIPT: Final = stdin(("10\n", f"{CANARY}\n"), checker="""\
import sys
given, wanted, got = (open(path, encoding="utf-8", errors="replace").read() for path in sys.argv[1:])
words = got.split()
print("accepted" if len(words) == 2 and sum(map(int, words)) == int(given) and words[0] != words[1] else "rejected")
""")
"""The same, decided by a script."""
TREE: Final = function("f", ([3], None), limits=QUICK, checker="def check(input, output): return sorted(output) == list(range(input[0])) and output != sorted(output)")
"""Return an order of the first numbers that is not sorted."""


def _all(name: str, source: str, outcomes: str = "WA") -> list[Entry]:
    references: dict[str, Any] = {"a function": PAIR, "a script": SCRIPT}
    return [Entry(f"{name}, to {kind}", reference, outcomes, source) for kind, reference in references.items()]


CHECKING: Final = [
    *_all("nothing", ""),
    *_all("the checker's yes", "print('accepted')\nprint('1 True ok yes')", "WA"),
    *_all("the checker's yes alone", "import os\nos.write(1, b'1')"),
    *_all("a hedge", "for n in range(20): print(n, int(9) - n)"),
    *_all("the same number twice", "n = int(input())\nprint(n // 2, n // 2)"),
    *_all("an expression", "print('__import__(\"os\")._exit(0)', 0)"),
    *_all("not a number", "print('nan nan')"),
    *_all("bytes that are no text", "import os\nos.write(1, bytes(range(256)) * 1000)"),
    *_all("a number of many digits", "print('9' * 1_000_000, '-' + '9' * 1_000_000)"),
    *_all("all the output there may be", "print('1 ' * (4 * 2**20 - 2))"),
    *_all("NUL and the record", "import os\nos.write(1, b'\\0' * 100 + b'passed \\n1')"),
    *_all("an exit", "import sys\nprint(1, 9)\nsys.exit(1)", "RE"),
    *_all("files for the checker", """
        for place in ("/work", "/tmp", "/dev/shm"):
            for name in ("input.txt", "output.txt", "expected.txt", "sitecustomize.py", "sys.py", "1"):
                with open(f"{place}/{name}", "w") as file: file.write("print('accepted')\\nraise SystemExit(0)")
        print("accepted")
        """),
    *_all("a search for the checker", f"""
        import glob
        for path in glob.glob("/work/**", recursive=True) + glob.glob("/tmp/**", recursive=True) + glob.glob("/job/**", recursive=True):
            try:
                text = open(path).read()
            except OSError:
                continue
            if {CANARY[:7]!r} + "-" in text: print(3, 7)
        """),
    Entry("None", TREE, "WA RE", "def f(n): pass"),
    Entry("sorted", TREE, "WA", "def f(n): return list(range(n))"),
    Entry("a list that is never sorted", TREE, "WA RE", "class L(list):\n    def __ne__(self, o): return True\n    def __eq__(self, o): return True\n    def __iter__(self): return iter([2, 1, 0])\ndef f(n): return L(range(n))"),
    Entry("an object", TREE, "WA RE", "class O:\n    def __eq__(self, o): return True\n    def __iter__(self): return iter(())\ndef f(n): return O()"),
    Entry("items that compare as they like", TREE, "WA RE", "class I(int):\n    def __lt__(self, o): return True\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\ndef f(n): return [I(5)] * n"),
    Entry("text for a list", TREE, "WA RE", "def f(n): return 'true'"),
    Entry("True", TREE, "WA RE", "def f(n): return True"),
    Entry("a forged result", TREE, "WA RE", "import os\ndef f(n):\n    for fd in range(3, 1024):\n        try: os.write(fd, b'oANY')\n        except OSError: pass\n    os._exit(0)"),
]
