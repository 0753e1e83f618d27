"""A model outside a run: load it with a sampler, to evaluate or probe it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlvr.grpo.config import Config
from rlvr.grpo.evaluate import Evaluation
from rlvr.grpo.policy import ModelError, load_policy, pick_device
from rlvr.grpo.programs import sandbox_of
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.resolve import resolve
from rlvr.grpo.sampler import make_sampler
from rlvr.grpo.setup import Setup, open_course


@contextmanager
def open_model(config: Config) -> Iterator[Setup]:
    """Within the block, `model.path` answers the configured taskset's tasks.

    Args:
        config: `model`, `task`, `sampler`, and of `run` the seed and the sandbox are read.

    Raises:
        ValueError: The model or the taskset cannot be used.
    """
    config = resolve(config)
    path = config.model.path
    if path is None:
        raise ModelError("set model.path to a Hugging Face name or a folder")
    course = open_course(config)
    policy = load_policy(path, config.model, pick_device(config))
    sampler = make_sampler(config, policy, Path(path))
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    with sandbox_of(config.run, course.tasksets, is_training=False):
        yield Setup(config, policy, course, prompts, sampler, ALONE)


def evaluate_model(config: Config, split: str, num_tasks: int, samples: int) -> tuple[Evaluation, str]:
    """Evaluate `model.path` on the configured taskset.

    Args:
        config: As for `open_model`.
        split: Which tasks.
        num_tasks: How many, at most as many as the split has.
        samples: Responses per task.

    Returns:
        The evaluation and the sampler's name.

    Raises:
        ValueError: The model, the taskset or the split cannot be used.
    """
    with open_model(config) as setup:
        found = setup.evaluate(split, num_tasks, f"eval {split}", setup.course.start_levels, samples)
        return found, setup.sampler.name
