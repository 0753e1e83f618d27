"""The recipes for a model of half a billion parameters: each is tried with a small local model in its place."""

import json
from pathlib import Path

import pytest

from rlvr.grpo.config import TinyConfig
from rlvr.grpo.dry_run import dry_run
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.tiny import save_tiny
from rlvr.sandbox import SandboxError, open_sandbox
from tests.grpo.runs import Heard
from tests.grpo.small import DATA

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[2] / "recipes" / "half_billion"
SHAPE = TinyConfig(hidden_size=32, num_layers=1, num_heads=1, num_kv_heads=1, intermediate_size=64, max_length=8192)
SMALL = (
    *("sampler.backend=torch", "sampler.max_length=8192", "sampler.max_tokens=16", "model.dtype=float32"),
    *("run.num_threads=1", "run.num_val_tasks=8", "run.num_eval_tasks=8"),
)
OPTIONS = {
    "gsm8k": {"path": str(DATA / "gsm8k_train.jsonl")},
    "math": {"path": str(DATA / "math500.jsonl")},
    "countdown": {},
    "mbpp": {"path": str(DATA / "mbpp_sanitized.json")},
}
"""Where the rows are here; the recipes fetch theirs."""


def test_every_recipe_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == OPTIONS.keys()


@pytest.mark.parametrize("name", OPTIONS)
def test_a_recipe_works_on_a_small_model(name: str, tmp_path: Path) -> None:
    if "path" in OPTIONS[name] and not Path(OPTIONS[name]["path"]).is_file():
        pytest.skip(f"no data: {OPTIONS[name]['path']} is missing; set RLVR_DATA")
    if name == "mbpp":
        try:
            open_sandbox("auto", num_slots=1).close()
        except SandboxError as error:
            pytest.skip(str(error))
    save_tiny(tmp_path / "tiny", SHAPE, seed=0)
    written = ", ".join(f"{key} = {json.dumps(value)}" for key, value in OPTIONS[name].items())
    settings = [*SMALL, f"model.path={json.dumps(str(tmp_path / 'tiny'))}", f"task.options={{{written}}}"]
    recipe = load_recipe(FOLDER / f"{name}.toml", settings)
    assert load_recipe(FOLDER / f"{name}.toml", []).model.path in {
        "Qwen/Qwen2.5-0.5B-Instruct",
        "Qwen/Qwen2.5-Coder-0.5B-Instruct",
    }
    found = dry_run(recipe, Heard())
    assert {rollout.score.verdict for rollout in found.group.rollouts} <= {"NO_ANSWER", "WRONG"}
    assert len(found.group.rollouts) == recipe.grpo.group_size
    assert found.learn_s > 0
