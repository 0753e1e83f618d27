"""Programs with one operator changed, and whether they pass their tests in plain Python."""

import ast
import copy
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.USub: ast.UAdd,
    ast.Not: ast.UAdd,
}

_RUN = """
import json, os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
null = os.open(os.devnull, os.O_RDWR)
ended = []
for text in json.load(sys.stdin):
    pid = os.fork()
    if pid == 0:
        try:
            for fd in (0, 1, 2): os.dup2(null, fd)
            signal.setitimer(signal.ITIMER_PROF, float(sys.argv[1]))
            exec(compile(text, "plain", "exec"), {"__name__": "plain"})
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    ended.append("killed" if os.WIFSIGNALED(status) else "failed" if os.WEXITSTATUS(status) else "passed")
json.dump(ended, sys.stdout)
"""


def tree_of(program: str) -> ast.Module:
    """Return a program as syntax, without a word about what in it is out of date."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(program)


def mutants(program: str, function: str = "") -> Iterator[str]:
    """Yield the program with one operator changed, for each operator, in the function of that name or everywhere."""
    tree = tree_of(program)
    for number, node in enumerate(_places(tree, function)):
        for field, value in ast.iter_fields(node):
            operator = value[0] if isinstance(value, list) and value else value
            if type(operator) in _OTHER:
                changed = copy.deepcopy(tree)
                place = _places(changed, function)[number]
                other = _OTHER[type(operator)]()
                setattr(place, field, [other, *value[1:]] if isinstance(value, list) else other)
                yield ast.unparse(changed)


def _places(tree: ast.Module, function: str) -> list[ast.AST]:
    tops = [node for node in tree.body if not function or getattr(node, "name", "") == function]
    return [node for top in tops for node in ast.walk(top)]


def ends_of(texts: list[str], limit_s: float) -> list[str]:
    """Run texts as plain Python programs; return for each `passed`, `failed`, or `killed` after that much CPU time."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _RUN, str(limit_s)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=300,
    )
    found: list[str] = json.loads(done.stdout)
    return found
