"""Programs in JavaScript on each tier: honest ones end as under `node FILE`, and the others are held."""

from typing import Any

import pytest

from rlvr.sandbox import Program, Sandbox
from tests.sandbox.programs.speaking import LIMITS, need_files, need_tools, printed, run

NUMBERS = b"3 4\n5\n"
NEXT = "console.log(require('fs').readdirSync('/work').length + require('fs').readdirSync('/tmp').length)"


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    need_tools()


SUM = {
    "descriptor": "console.log(require('fs').readFileSync(0, 'utf8').trim().split(/\\s+/).reduce((a, b) => a + +b, 0))",
    "file": "console.log(eval(require('fs').readFileSync('/dev/stdin', 'utf8').trim().split(/\\s+/).join('+')))",
    "events": """
        let t = '';
        process.stdin.setEncoding('utf8').on('data', part => t += part);
        process.stdin.on('end', () => console.log(t.trim().split(/\\s+/).map(Number).reduce((a, b) => a + b)));
    """,
    "readable": """
        const parts = [];
        process.stdin.on('readable', () => { let p; while ((p = process.stdin.read()) !== null) parts.push(p); });
        process.stdin.on('end', () => {
          console.log(Buffer.concat(parts).toString().match(/\\d+/g).reduce((a, b) => a + Number(b), 0)); });
    """,
    "readline": """
        let total = 0;
        const lines = require('readline').createInterface({ input: process.stdin });
        lines.on('line', line => { for (const w of line.split(' ')) total += parseInt(w, 10); });
        lines.on('close', () => console.log(total));
    """,
    "async lines": """
        (async () => {
          let total = 0n;
          for await (const line of require('readline').createInterface({ input: process.stdin }))
            for (const w of line.split(' ')) total += BigInt(w);
          console.log(String(total));
        })();
    """,
    "exit after the answer": """
        const t = require('fs').readFileSync(0).toString();
        console.log(t.match(/\\d+/g).map(Number).reduce((a, b) => a + b)); process.exit(0);
    """,
    "exit in a timer": """
        setTimeout(() => { process.stdout.write('12\\n'); process.exit(); }, 20); setInterval(() => {}, 1000);
    """,
    "worker": """
        const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
        if (isMainThread) {
          const numbers = require('fs').readFileSync(0, 'utf8').match(/\\d+/g).map(Number);
          new Worker(__filename, { workerData: numbers }).on('message', total => console.log(total));
        } else parentPort.postMessage(workerData.reduce((a, b) => a + b));
    """,
    "child": """
        const { execFileSync } = require('child_process');
        console.log(execFileSync('node', ['-p', '3 + 4 + 5']).toString().trim());
    """,
    "function from text": "console.log(new Function('a', 'b', 'return a + b')(7, 5))",
    "unread input": "console.log(12)",
}


@pytest.mark.parametrize("name", SUM)
def test_the_ways_to_read_and_answer(sandbox: Sandbox, name: str) -> None:
    assert printed(sandbox, "javascript", SUM[name], NUMBERS) == "12\n"


WORLD = {
    "place": ("console.log(process.cwd(), __filename, process.env.HOME)", "/work /job/main.js /tmp\n"),
    "environment": ("console.log(Object.keys(process.env).sort().join())", "HOME,LANG,PATH\n"),
    "unicode": ("console.log('žluťoučký 🐎', '中文'.length)", "žluťoučký 🐎 2\n"),
    "files": ("const fs = require('fs'); fs.writeFileSync('a', 'x'); console.log(fs.readdirSync('.'))", "[ 'a' ]\n"),
    "recursion": ("const f = n => n ? 1 + f(n - 1) : 0; console.log(f(7000))", "7000\n"),
    "promises": ("Promise.all([1, 2]).then(x => queueMicrotask(() => console.log(x)))", "[ 1, 2 ]\n"),
    "modules": (
        "for (const m of ['crypto', 'zlib', 'util', 'events', 'assert', 'os', 'path', 'url']) require(m);\n"
        "console.log(require('crypto').createHash('sha256').update('x').digest('hex').slice(0, 8))",
        "2d711642\n",
    ),
    "locale": ("console.log((1234.5).toLocaleString('de-DE'), 'ä'.localeCompare('z', 'sv'))", "1.234,5 1\n"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", WORLD)
def test_world(sandbox: Sandbox, name: str) -> None:
    source, expected = WORLD[name]
    assert printed(sandbox, "javascript", source) == expected


def test_arguments_and_files(sandbox: Sandbox) -> None:
    need_files(sandbox)
    source = "console.log(process.argv.slice(2), require('fs').readFileSync('in/a.txt', 'utf8'))"
    program = Program(source, args=["one", "zwei ü"], files={"in/a.txt": b"text"}, language="javascript")
    assert sandbox.run(program, LIMITS).stdout.decode() == "[ 'one', 'zwei ü' ] text\n"


def test_much_input_and_output(sandbox: Sandbox) -> None:
    data = b"".join(b"%d\n" % n for n in range(150_000))
    source = "process.stdout.write(require('fs').readFileSync(0)); process.exitCode = 0"
    assert run(sandbox, "javascript", source, data).stdout == data


ENDINGS = [
    ("throw new TypeError('no')", 1, None),
    ("process.exit(3)", 3, None),
    ("let x = ;", 1, None),
    ("Promise.reject(new Error('late'))", 1, None),
    ("process.exitCode = 7; console.log(1)", 7, None),
    ("null.x", 1, None),
    ("require('no-such-module')", 1, None),
    ("const f = () => f(); f()", 1, None),
    ("process.abort()", None, 6),
    ("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5000)", None, 15),
]


@pytest.mark.parametrize(("source", "code", "signal"), ENDINGS)
def test_ends_as_it_does(sandbox: Sandbox, source: str, code: int | None, signal: int | None) -> None:
    execution = run(sandbox, "javascript", source)
    assert (execution.outcome, execution.exit_code, execution.signal) == ("RE", code, signal), execution


BOMBS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "loop": ("while (true);", {"cpu_s": 0.5}, "TLE"),
    "waits for ever": ("setInterval(() => {}, 1000)", {"wall_s": 0.5}, "TLE"),
    "never reads the end": ("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", {"wall_s": 0.5}, "TLE"),
    "regular expression": ("/^(a+)+$/.test('a'.repeat(40) + 'b')", {"cpu_s": 0.5}, "TLE"),
    "heap": ("const a = []; while (true) a.push({ n: a.length, s: 'x' + a.length })", {}, "MLE"),
    "objects": ("const a = []; while (true) a.push(new Array(1000).fill({}))", {}, "MLE"),
    "buffers": ("const a = []; while (true) a.push(Buffer.alloc(1 << 20, 1))", {}, "MLE"),
    "typed arrays": ("const a = []; while (true) a.push(new Float64Array(1 << 17).fill(1))", {}, "MLE"),
    "output": ("const x = 'x'.repeat(1 << 16); while (true) require('fs').writeSync(1, x)", {}, "OLE"),
    "disk": ("while (true) require('fs').appendFileSync('big', Buffer.alloc(1 << 20))", {}, "RE"),
    "children": (
        "for (let i = 0; i < 3; i++) require('child_process').fork(__filename); setInterval(() => {}, 9)",
        {"wall_s": 1, "cpu_s": 1},
        "TLE",
    ),
    "threads": (
        "const { Worker } = require('worker_threads'); for (let i = 0; i < 99; i++) new Worker(__filename);",
        {"wall_s": 2, "cpu_s": 1},
        None,
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_held(sandbox: Sandbox, name: str) -> None:
    source, limits, outcome = BOMBS[name]
    execution = run(sandbox, "javascript", source, **limits)
    assert execution.outcome == outcome if outcome else execution.outcome in ("RE", "TLE", "MLE"), execution
    assert printed(sandbox, "javascript", NEXT) == "0\n"


PROBES = {
    "network": (
        "require('net').connect(80, '1.1.1.1').on('error', e => console.log(e.code)).on('connect', console.log)",
        "EACCES",
    ),
    "name service": (
        "require('dns').lookup('example.com', e => console.log(e ? 'none' : 'in'))",
        "none",
    ),
    "its own source": (
        "try { require('fs').writeFileSync(__filename, 'x') } catch (e) { console.log(e.code) }",
        "EACCES",
    ),
    "the root": ("try { require('fs').writeFileSync('/x', 'x') } catch (e) { console.log(e.code) }", "EROFS"),
    "memory of the agent": (
        "try { require('fs').openSync('/proc/1/mem') } catch (e) { console.log(e.code) }",
        "EACCES",
    ),
    "environment of the agent": (
        "try { require('fs').readFileSync('/proc/1/environ') } catch (e) { console.log(e.code) }",
        "EACCES",
    ),
    "kill the agent": (
        "try { process.kill(1, 'SIGKILL'); console.log('sent') } catch (e) { console.log(e.code) }",
        "EPERM",
    ),
    "kill its parent": (
        "try { process.kill(process.ppid, 'SIGKILL'); console.log('sent') } catch (e) { console.log(e.code) }",
        "EPERM",
    ),
    "another user": ("try { process.setuid(0) } catch (e) { console.log(e.code) }", "EPERM"),
    "descriptors": (
        "const found = []; for (let i = 3; i < 64; i++) try { if (require('fs').fstatSync(i).isSocket() || "
        "require('fs').readlinkSync('/proc/self/fd/' + i).startsWith('/memfd')) found.push(i) } catch (e) {}\n"
        "console.log(found.length)",
        "0",
    ),
    "compilers": (
        "console.log(['g++', 'gcc', 'cc', 'npm', 'npx', 'pip'].filter(n => ['/bin/', '/usr/bin/', '/usr/local/bin/']"
        ".some(d => require('fs').existsSync(d + n))).length)",
        "0",
    ),
}


@pytest.mark.parametrize("name", PROBES)
def test_probes_find_nothing(many_users: Sandbox, name: str) -> None:
    source, expected = PROBES[name]
    assert printed(many_users, "javascript", source).strip() == expected


def test_a_program_talks_to_its_judge(sandbox: Sandbox) -> None:
    need_files(sandbox)
    source = """
    const link = new (require('net').Socket)({ fd: 3 });
    link.on('data', said => link.write(String(said).toUpperCase()));
    """
    judge = "import os\nos.write(3, b'word')\nprint(os.read(3, 100))"
    linked = sandbox.run_linked(Program(source, language="javascript"), Program(judge), LIMITS)
    assert (linked.judge.stdout, linked.program.was_cut) == (b"b'WORD'\n", True), linked
