"""The recipes whose responses are programs: each starts, samples, runs programs in the sandbox, learns and logs."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from rlvr.envs.taskset import Taskset
from rlvr.grpo import setup
from rlvr.grpo.config import Config, TinyConfig
from rlvr.grpo.policy import Policy
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.sampler import Request
from rlvr.grpo.seeds import draw_seed
from rlvr.grpo.tiny import save_tiny
from rlvr.grpo.trainer import train
from rlvr.rewards.code.default import WeakSandboxError
from rlvr.sandbox import SandboxError, open_sandbox
from tests.grpo.runs import Heard, records, rescored
from tests.grpo.scripted import Scripted
from tests.grpo.small import DATA

pytestmark = pytest.mark.slow

RECIPES = Path(__file__).parents[2] / "recipes"
SHAPE = TinyConfig(hidden_size=32, num_layers=1, num_heads=1, num_kv_heads=1, intermediate_size=64, max_length=8192)
FILES = {"humaneval": DATA / "HumanEval.jsonl.gz", "half_billion/mbpp": DATA / "mbpp_sanitized.json"}
SMALL = (
    *("sampler.backend=torch", "sampler.max_length=8192", "sampler.max_tokens=4096", "model.dtype=float32"),
    *("grpo.num_steps=2", "grpo.num_tasks=2", "grpo.group_size=4", "optimizer.micro_batch_tokens=20000"),
    *("run.val_every=0", "run.num_eval_tasks=2", "run.eval_samples=1", "run.num_threads=1", "warmup.is_enabled=false"),
)


@pytest.fixture(scope="module", autouse=True)
def _some_tier() -> None:
    try:
        open_sandbox("auto", num_slots=1).close()
    except SandboxError as error:
        pytest.skip(str(error))


def telling(policy: Policy, responses: Mapping[str, tuple[str, str]]) -> Callable[[Request], str]:
    """Says a wrong program in the first turn of every second rollout of a task, and else the right one."""
    seen: Counter[str] = Counter()

    def say(request: Request) -> str:
        said = policy.decode(list(request.token_ids))
        prompt = max((one for one in responses if said.startswith(one)), key=len)
        right, wrong = responses[prompt]
        is_first = len(said) < len(prompt) + 20
        seen[prompt] += is_first
        return wrong if is_first and seen[prompt] % 2 == 0 else right

    return say


def script_of(taskset: Taskset, config: Config) -> Iterator[tuple[str, tuple[str, str]]]:
    """What to say to each task that the run will draw."""
    level, count = config.task.level, config.grpo.num_steps * config.grpo.num_tasks
    offset = draw_seed(config.run.seed, "training tasks") >> 24
    available = taskset.num_tasks("train", level)
    positions = range(offset, offset + count) if available is None else range(available)
    tasks = [taskset.nth_task("train", level, position) for position in positions]
    for task in [*tasks, *taskset.tasks("test", level, config.run.num_eval_tasks)]:
        wrong = task.metadata.get("program", "def nothing(*args):\n    return None")
        yield task.prompt, (taskset.oracle(task), f"<think></think>\n```python\n{wrong}\n```")


def told(config: Config, policy: Policy, folder: Path) -> Scripted:
    """A sampler for `train` that knows the answers."""
    script = telling(policy, dict(script_of(setup.open_taskset(config.task), config)))
    return Scripted(policy, script, is_honest=True)


@pytest.mark.parametrize("name", ["programs", "code_repair", "humaneval", "half_billion/mbpp"])
def test_a_recipe_trains_on_verdicts_of_the_sandbox(tmp_path: Path, name: str) -> None:
    options = []
    if name in FILES:
        if not FILES[name].is_file():
            pytest.skip(f"no data: {FILES[name]} is missing; set RLVR_DATA")
        options = [f"task.options.path={json.dumps(str(FILES[name]))}"]
    save_tiny(tmp_path / "tiny", SHAPE, seed=0)
    model = f"model.path={json.dumps(str(tmp_path / 'tiny'))}"
    config = load_recipe(RECIPES / f"{name}.toml", [*SMALL, *options, model, f"run.dir={tmp_path / 'run'}"])
    heard = Heard()
    train(config, heard, sampler_maker=told)
    assert [line["reward"] for line in heard.steps] == ([1.0] * 2 if name == "code_repair" else [0.5] * 2)
    rows = records(tmp_path / "run")
    assert {row["score"]["verdict"] for row in rows} <= {"CORRECT", "WRONG"}
    assert {len(row["turns"]) for row in rows} == ({1, 2} if name == "code_repair" else {1})
    if name == "code_repair":
        assert all(row["turns"][0]["observation"].startswith("It fails ") for row in rows if len(row["turns"]) == 2)
    else:
        assert all(line["num_updates"] > 0 for line in heard.steps)
    for before, again in rescored(tmp_path / "run", config.task.name, tmp_path / "out.jsonl"):
        assert (again["value"], again["verdict"]) == (before["value"], before["verdict"])


def test_the_process_tier_trains_only_where_it_is_allowed(tmp_path: Path) -> None:
    try:
        open_sandbox("process", num_slots=1).close()
    except SandboxError as error:
        pytest.skip(str(error))
    save_tiny(tmp_path / "tiny", SHAPE, seed=0)
    settings = [*SMALL, f"model.path={json.dumps(str(tmp_path / 'tiny'))}", f"run.dir={tmp_path / 'run'}"]
    settings.append("run.sandbox=process")
    with pytest.raises(WeakSandboxError, match=r"in the process tier, which is weak.*run\.allow_weak_sandbox=true"):
        train(load_recipe(RECIPES / "programs.toml", settings), Heard(), sampler_maker=told)
    allowed = load_recipe(RECIPES / "programs.toml", [*settings, "run.allow_weak_sandbox=true"])
    assert train(allowed, Heard(), sampler_maker=told)["num_steps"] == 2


def test_the_command_trains_over_one_sandbox_and_closes_it(tmp_path: Path) -> None:
    settings = [*SMALL, "model.tiny.hidden_size=32", "model.tiny.num_heads=1", "model.tiny.num_kv_heads=1"]
    settings += ["sampler.max_tokens=16", "model.tiny.max_length=8192"]
    command = [sys.executable, "-m", "rlvr", "train", str(RECIPES / "programs.toml")]
    done = subprocess.run(
        [*command, *(word for setting in settings for word in ("--set", setting))],
        cwd=tmp_path,
        env=os.environ | {"COLUMNS": "80"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout + done.stderr).count("programs run in the") == 1
    assert "step 2/2" in done.stdout
    assert (tmp_path / "runs" / "programs" / "summary.json").exists()
