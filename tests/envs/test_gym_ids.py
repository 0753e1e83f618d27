"""That Gymnasium knows our ids, in whichever order the two packages are imported."""

import subprocess
import sys
import warnings
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

import rlvr
from tests.envs.test_rows import DATA, GSM8K_TRAIN

FILES = {
    "GSM8K": GSM8K_TRAIN,
    "HumanEval": DATA / "HumanEval.jsonl.gz",
    "MATH": DATA / "math500.jsonl",
    "MBPP": DATA / "mbpp_sanitized.json",
}
NAMES = [info.name for info in rlvr.list_tasksets() if info.source == "built-in"]


def options_of(name: str) -> dict[str, Any]:
    if name not in FILES:
        return {}
    if not FILES[name].is_file():
        pytest.skip(f"no data: {FILES[name]} is missing; set RLVR_DATA")
    return {"path": str(FILES[name])}


@pytest.mark.parametrize("name", NAMES)
def test_every_taskset_is_made_and_passes_the_checker(name: str) -> None:
    gymnasium.register_envs(rlvr)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(f"rlvr/{name}-v0", **options_of(name))
        assert env.spec is not None
        assert env.spec.id == f"rlvr/{name}-v0"
        check_env(env.unwrapped)
        check_env(rlvr.make(name, **options_of(name)))


def test_options_go_through() -> None:
    env = gymnasium.make("rlvr/ChainSum-v0", level=4, split="test", instructions="")
    prompt, info = env.reset(options={"index": 1})
    assert info["task_id"] == "ChainSum-v0/test/4/1"
    assert prompt.endswith(".")
    with pytest.raises(ValueError, match="no option 'slp'"):
        gymnasium.make("rlvr/ChainSum-v0", slp=1)


MAKE = "print(gymnasium.make('rlvr/ChainSum-v0').reset(options={'index': 0})[1]['task_id'])"
ORDERS = {
    "rlvr first": "import rlvr, gymnasium; gymnasium.register_envs(rlvr)",
    "gymnasium first": "import gymnasium, rlvr; gymnasium.register_envs(rlvr)",
    "rlvr through the id": "import gymnasium; gymnasium.make('rlvr:rlvr/ChainSum-v0')",
    "a taskset of one's own between": (
        "import rlvr\n@rlvr.register('Own')\nclass Own(rlvr.Taskset):\n"
        "    def generate(self, rng, level): return rlvr.Problem(str(rng.random()), '')\n"
        "import gymnasium; gymnasium.make('rlvr/Own-v0').reset()"
    ),
    "a taskset of one's own afterwards": (
        "import rlvr, gymnasium\n@rlvr.register('Own')\nclass Own(rlvr.Taskset):\n"
        "    def generate(self, rng, level): return rlvr.Problem(str(rng.random()), '')\n"
        "gymnasium.make('rlvr/Own-v0').reset()"
    ),
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_imports_does_not_matter(order: str) -> None:
    program = f"{ORDERS[order]}\nimport gymnasium\n{MAKE}\nprint(gymnasium.__spec__.loader is gymnasium.__loader__)"
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["ChainSum-v0/train/0/0", "True"], done.stderr


def test_import_is_cheap() -> None:
    program = (
        "import sys; import rlvr, rlvr.envs, rlvr.rewards; from rlvr.envs.taskset import Taskset; "
        "print(*{'torch', 'vllm', 'transformers', 'sympy', 'docker', 'datasets', 'pyarrow'} & set(sys.modules)); "
        "print(*{'gymnasium', 'numpy', 'pydantic', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == []


def test_import_takes_under_three_tenths_of_a_second() -> None:
    program = (
        "import time; start = time.perf_counter(); import rlvr, rlvr.envs, rlvr.rewards; "
        "print(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", program]
    times = [float(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout) for _ in range(5)]
    assert min(times) < 0.3


def test_every_public_name_is_there() -> None:
    import rlvr.envs

    for package in (rlvr, rlvr.envs):
        for name in package.__all__:
            assert getattr(package, name) is not None
            assert name in dir(package)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        rlvr.nothing  # noqa: B018
