import importlib.util
import os
from pathlib import Path

import pytest
import torch

from rlvr.grpo.policy import ModelError
from rlvr.grpo.recipe import dump_recipe, load_recipe
from rlvr.grpo.resolve import resolve


def test_what_depends_on_the_machine_is_filled_in() -> None:
    config = resolve(load_recipe(None))
    assert config.sampler.backend == ("vllm" if importlib.util.find_spec("vllm") else "torch")
    assert config.run.device == ("cuda" if torch.cuda.is_available() else "cpu")
    assert config.run.num_threads == len(os.sched_getaffinity(0))
    assert config.grpo.max_sync_gap == 1e-3
    assert config.optimizer.micro_batch_tokens == (16384 if torch.cuda.is_available() else 2048)
    assert config.warmup.is_enabled is True


def test_what_is_said_stays() -> None:
    config = load_recipe(
        None,
        [
            "sampler.backend=torch",
            "run.device=cpu",
            "run.num_threads=1",
            "grpo.max_sync_gap=0.5",
            "optimizer.micro_batch_tokens=77",
            "warmup.is_enabled=false",
        ],
    )
    resolved = resolve(config)
    assert resolved.model_copy(update={"grpo": config.grpo}) == config
    assert resolved.grpo.row == config.grpo.row
    assert resolve(resolve(load_recipe(None))) == resolve(load_recipe(None))


def test_bfloat16_has_a_bound_of_its_own() -> None:
    assert resolve(load_recipe(None, ["model.dtype=bfloat16"])).grpo.max_sync_gap == 0.02


def test_a_given_model_needs_no_warm_start() -> None:
    assert resolve(load_recipe(None, ["model.path=some/model"])).warmup.is_enabled is False
    assert resolve(load_recipe(None, ["model.path=some/model", "warmup.is_enabled=true"])).warmup.is_enabled is True


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch sees a GPU here")
def test_a_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(ModelError, match=r"torch sees no GPU; set run\.device=auto"):
        resolve(load_recipe(None, ["run.device=cuda"]))


def test_the_row_of_the_algorithm_is_written_out() -> None:
    grpo = resolve(load_recipe(None, ["grpo.algorithm=gspo", "grpo.clip_high=0.001"])).grpo
    assert (grpo.ratio, grpo.clip_low, grpo.clip_high, grpo.dual_clip) == ("sequence", 3e-4, 0.001, None)


def test_a_runs_own_settings_do_not_outlive_its_algorithm(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(dump_recipe(resolve(load_recipe(None, ["grpo.algorithm=dapo", "grpo.std=population"]))))
    grpo = load_recipe(path, ["grpo.algorithm=gspo", "grpo.clip_high=0.28"]).grpo
    assert (grpo.row.ratio, grpo.row.clip_low, grpo.row.clip_high) == ("sequence", 3e-4, 0.28)
    assert grpo.row.std == "population"
    assert load_recipe(path, ["grpo.num_steps=3"]).grpo.row == load_recipe(path).grpo.row
