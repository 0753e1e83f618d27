"""The verifier on programs in C++ and JavaScript, in the bubblewrap tier."""

from collections.abc import Iterator
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Verdict
from rlvr.rewards.code.outcomes import error_line
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError
from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome, Sandbox, SandboxError, open_sandbox
from tests.rewards.code.fakes import FakeSandbox, wrote
from tests.sandbox.programs.speaking import need_tools

SUM: dict[str, Any] = {
    "kind": "stdin",
    "tests": [{"input": f"{n}\n{n + 1}\n", "output": f"{2 * n + 1}\n"} for n in range(6)],
    "limits": {"wall_s": 2},
}
CPP, JAVASCRIPT = SUM | {"language": "cpp"}, SUM | {"language": "javascript"}
_IO = "#include <cstdio>\n#include <unistd.h>\n"
_READ = 'int a, b; int read_both() { return scanf("%d %d", &a, &b); }\n'


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    need_tools()
    try:
        opened = open_sandbox("bubblewrap", num_slots=2)
    except SandboxError as error:
        pytest.skip(f"no bubblewrap here: {error}")
    with opened:
        yield opened


RIGHT_CPP = [
    pytest.param(_IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); }', id="plain"),
    pytest.param(
        "#include <bits/stdc++.h>\nusing namespace std;\nint main() { int a, b; cin >> a >> b; cout << a + b; }",
        id="no newline",
    ),
    pytest.param(_IO + 'int main() { int a; scanf("%d", &a); printf("%d\\n", 2 * a + 1); }', id="unread input"),
    pytest.param(
        _IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); fflush(stdout); _exit(0); }', id="_exit"
    ),
    pytest.param(_IO + _READ + 'int main() { read_both(); printf("%d  \\n\\n", a + b); puts(""); }', id="white space"),
    pytest.param(
        _IO + _READ + 'int main() { read_both(); fputs("debug", stderr); printf("%d", a + b); }', id="standard error"
    ),
]
WRONG_CPP = [
    pytest.param("", "RE", id="empty"),
    pytest.param("int main() {}", "WA", id="says nothing"),
    pytest.param(_IO + _READ + 'int main() { read_both(); printf("%d\\n", a - b); }', "WA", id="another value"),
    pytest.param(_IO + _READ + 'int main() { read_both(); printf("%d %d\\n", a + b, a); }', "WA", id="hedge"),
    pytest.param(_IO + 'int main() { for (int i = 0; i < 99; i++) printf("%d\\n", i); }', "WA", id="every answer"),
    pytest.param(_IO + 'int main() { puts("Accepted\\nAC\\nall 6 tests passed"); }', "WA", id="a verdict"),
    pytest.param(
        _IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); return 1; }',
        "RE",
        id="right, then exit code 1",
    ),
    pytest.param(
        _IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); fflush(stdout); *(volatile int *)0 = 1; }',
        "RE",
        id="right, then a signal",
    ),
    pytest.param(
        _IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); fflush(stdout); sleep(60); }',
        "TLE",
        id="sleeps after",
    ),
    pytest.param("int main() { for (volatile int i = 0;; i++); }", "TLE", id="loops"),
    pytest.param(
        "int main() { for (;;) { volatile char *x = new char[1 << 20]; x[0] = 1; for (int i = 0; i < 1 << 20; "
        "i += 4096) x[i] = 1; } }",
        "MLE",
        id="hoards",
    ),
    pytest.param(_IO + 'int main() { for (;;) puts("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"); }', "OLE", id="floods"),
    pytest.param(
        _IO + 'int main() { for (int f = 3; f < 99; f++) write(f, "\\0\\0\\0\\7", 4); return 0; }', "WA", id="forges"
    ),
    pytest.param("print(int(input()) + int(input()))", "RE", id="python"),
    pytest.param('#include "/dev/zero"\nint main() {}', "MLE", id="a device is compiled"),
    pytest.param('#include "/work/tests"\nint main() {}', "RE", id="looks for the tests"),
    pytest.param('asm(".incbin \\"/job/tests\\"");\nint main() {}', "RE", id="assembles the tests"),
    pytest.param("#error all 6 tests passed", "RE", id="a verdict of the compiler"),
]
RIGHT_JAVASCRIPT = [
    pytest.param("const [a, b] = require('fs').readFileSync(0, 'utf8').split('\\n').map(Number); console.log(a + b)"),
    pytest.param(
        "const r = require('readline').createInterface({ input: process.stdin }); let t = 0;\n"
        "r.on('line', l => t += +l).on('close', () => { console.log(t); process.exit(0) })"
    ),
    pytest.param(
        "process.stdin.on('data', d => process.stdout.write(String(eval(String(d).trim().replace('\\n', '+')))))"
    ),
    pytest.param("console.error('x'); console.log(2 * parseInt(require('fs').readFileSync('/dev/stdin')) + 1)"),
]
WRONG_JAVASCRIPT = [
    pytest.param("", "WA", id="empty"),
    pytest.param("console.log(1)", "WA", id="the first answer for all"),
    pytest.param("console.log(NaN, undefined)", "WA", id="nothing"),
    pytest.param("process.exit(0)", "WA", id="exits early"),
    pytest.param(
        "const x = require('fs').readFileSync(0, 'utf8').split('\\n').map(Number); console.log(x[0] + x[1]); throw x",
        "RE",
        id="right, then throws",
    ),
    pytest.param("console.log(1); process.exitCode = 1", "RE", id="exit code"),
    pytest.param("let = = 3", "RE", id="syntax error"),
    pytest.param("console.log(Number.prototype.valueOf = () => 1, '[object Object]')", "WA", id="patches"),
    pytest.param("require('fs').writeSync(1, Buffer.from([0, 0, 0, 9, 255, 254])); ", "WA", id="forges"),
    pytest.param(
        "for (let f = 3; f < 99; f++) try { require('fs').writeSync(f, 'x') } catch (e) {}\nprocess.exit(0)",
        "WA",
        id="writes everywhere",
    ),
    pytest.param("while (true);", "TLE", id="loops"),
    pytest.param("const a = []; for (;;) a.push(new Array(1000).fill({}))", "MLE", id="hoards"),
    pytest.param("for (;;) require('fs').writeSync(1, 'x'.repeat(65536))", "OLE", id="floods"),
]


def _check_wrong(sandbox: Sandbox, program: str, reference: dict[str, Any], outcome: str) -> None:
    score = CodeVerifier(sandbox).grade(program, reference)
    assert f" of 6: {outcome}: " in score.reason, score
    assert score.verdict is (Verdict.LIMIT if outcome in ("TLE", "MLE", "OLE") else Verdict.WRONG)
    assert score.value == 0.0


@pytest.mark.parametrize("program", RIGHT_CPP)
def test_a_right_program_in_cpp_is_correct(sandbox: Sandbox, program: str) -> None:
    score = CodeVerifier(sandbox)(f"<think>Hm.</think>\n```cpp\n{program}\n```", CPP)
    assert (score.verdict, score.reason) == (Verdict.CORRECT, "all 6 tests passed")


@pytest.mark.parametrize(("program", "outcome"), WRONG_CPP)
def test_a_wrong_program_in_cpp_is_not(sandbox: Sandbox, program: str, outcome: str) -> None:
    _check_wrong(sandbox, program, CPP, outcome)


@pytest.mark.parametrize("program", RIGHT_JAVASCRIPT)
def test_a_right_program_in_javascript_is_correct(sandbox: Sandbox, program: str) -> None:
    score = CodeVerifier(sandbox)(f"```js\n{program}\n```", JAVASCRIPT)
    assert (score.verdict, score.reason) == (Verdict.CORRECT, "all 6 tests passed")


@pytest.mark.parametrize(("program", "outcome"), WRONG_JAVASCRIPT)
def test_a_wrong_program_in_javascript_is_not(sandbox: Sandbox, program: str, outcome: str) -> None:
    _check_wrong(sandbox, program, JAVASCRIPT, outcome)


def test_languages_side_by_side(sandbox: Sandbox) -> None:
    programs = {
        "python": "print(int(input()) + int(input()))",
        "cpp": _IO + _READ + 'int main() { read_both(); printf("%d\\n", a + b); }',
        "javascript": "console.log(eval(require('fs').readFileSync(0, 'utf8').trim().replace('\\n', '+')))",
    }
    pairs = [(f"```\n{programs[name]}\n```", SUM | {"language": name}) for name in programs for _ in range(2)]
    assert [score.verdict for score in CodeVerifier(sandbox).verify_many(pairs)] == [Verdict.CORRECT] * 6


def test_a_checker_judges_any_language(sandbox: Sandbox) -> None:
    checker = "def check(input, output, expected):\n    return int(output) % 2 == int(expected) % 2"
    odd = _IO + 'int main() { puts("7"); }'
    for program, language in ((odd, "cpp"), ("console.log(7)", "javascript")):
        reference = SUM | {"language": language, "checker": checker}
        assert CodeVerifier(sandbox).grade(program, reference).verdict is Verdict.CORRECT
        assert CodeVerifier(sandbox).grade(program.replace("7", "8"), reference).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("program", "language", "expected"),
    [
        ("int main() { return x; }", "cpp", "RE: it does not compile: main.cpp:1:21: error: 'x' was not declared"),
        ("#include <vector>\nint main() { std::vector<int>().at(1); }", "cpp", "SIGABRT ended it: '  what():  vector"),
        ("int main() { *(volatile int *)0 = 1; }", "cpp", "RE: signal SIGSEGV ended it"),
        ("let x = 1;\nx.y.z()", "javascript", 'exit code 1: "TypeError: Cannot read properties of undefined'),
        ("throw new RangeError('no')", "javascript", "exit code 1: 'RangeError: no'"),
        ("class MyError extends Error {}; throw new MyError('own')", "javascript", "exit code 1: "),
    ],
)
def test_the_reason_names_the_error(sandbox: Sandbox, program: str, language: str, expected: str) -> None:
    score = CodeVerifier(sandbox).grade(program, SUM | {"language": language})
    assert expected.replace("'  what", "'what") in score.reason, score.reason


@pytest.mark.parametrize(
    ("stderr", "expected"),
    [
        (b"/job/main.js:1\nx\n^\n\nTypeError: no\n    at x\n\nNode.js v20.20.2\n", "'TypeError: no'"),
        (b"FATAL ERROR: Reached heap limit\n ... \n", "'FATAL ERROR: Reached heap limit'"),
        (b"Uncaught 3\n", "'Uncaught 3'"),
        (b"", ""),
    ],
)
def test_the_line_that_names_an_error_of_javascript(stderr: bytes, expected: str) -> None:
    assert error_line(stderr, "javascript") == expected


def test_the_language_reaches_the_sandbox() -> None:
    sandbox = FakeSandbox(lambda program, limits: wrote(b"1"))
    CodeVerifier(sandbox).grade("x", CPP | {"score": "fraction"})
    assert {program.language for program in sandbox.programs} == {"cpp"}
    CodeVerifier(sandbox).grade("x", SUM)
    assert sandbox.programs[-1].language == "python"


def test_a_host_without_the_tools_scores_nothing() -> None:
    def refuse(program: Program, limits: Limits) -> Execution:
        raise SandboxError("there is no g++ on this host", "install it")

    score = CodeVerifier(FakeSandbox(refuse)).grade("x", CPP)
    assert (score.verdict, score.value) == (Verdict.UNSCORED, None)
    assert "there is no g++ on this host: install it" in score.reason


def test_a_compilation_that_we_failed_scores_nothing() -> None:
    lost = Execution(ProgramOutcome.INFRA, reason="its compilation: gone")
    assert CodeVerifier(FakeSandbox(lambda program, limits: lost)).grade("x", CPP).verdict is Verdict.UNSCORED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"language": "c++"},
            r"language: there is no language 'c\+\+' \(did you mean 'cpp'\?\): use python, cpp, java",
        ),
        ({"language": None}, "language: there is no language 'None'"),
        ({"langauge": "cpp"}, r"no field 'langauge' \(did you mean 'language'\?\)"),
    ],
)
def test_a_bad_language_is_an_error_of_the_task(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        parse_reference(SUM | change)


def test_functions_are_python_only() -> None:
    reference = {"kind": "function", "tests": {"fn_name": "f", "inputs": [[1]], "outputs": [1]}, "language": "cpp"}
    with pytest.raises(BadReferenceError, match="a language is for kind 'stdin'"):
        parse_reference(reference)
