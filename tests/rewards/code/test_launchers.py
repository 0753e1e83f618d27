import ast
from collections import Counter

import pytest

from rlvr.rewards.code import launchers
from rlvr.rewards.code.launchers import launcher

NAMES = ("function", "candidate", "judge")


@pytest.mark.parametrize("name", NAMES)
def test_a_launcher_is_one_text_for_the_oldest_python_of_a_slot(name: str) -> None:
    tree = ast.parse(launcher(name), feature_version=(3, 9))
    imported = [
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    assert not [module for module in imported if module.startswith("rlvr")]
    compile(launcher(name), "launcher", "exec")


@pytest.mark.parametrize("name", NAMES)
def test_no_file_of_a_launcher_hides_a_name_of_another(name: str) -> None:
    named: Counter[str] = Counter()
    for node in ast.parse(launcher(name)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named[node.name] += 1
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named.update(target.id for target in targets if isinstance(target, ast.Name))
    assert [one for one, count in named.items() if count > 1] == []


def test_the_programs_end_holds_nothing_of_the_judges() -> None:
    assert {"judge", "methods", "reach"}.isdisjoint(launchers._FILES["candidate"])
