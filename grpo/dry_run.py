"""A dry run: everything is loaded and tried once, and nothing is kept.

One group is sampled and judged, so that prompt, extraction and verdicts can be looked at. A few groups at one time
tell what a step of them costs. Then one step is learned from, as long as a real one, so that its time and memory are
those of the run, and the sampler check has had its say. All of it happens in a folder that is gone afterwards. Left
out: the warm start, whose length nobody knows, so a model that needs one is tried as it is.
"""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import torch

from rlvr.grpo.config import Config
from rlvr.grpo.credited import credit
from rlvr.grpo.group import Group, make_groups
from rlvr.grpo.learner import Learner
from rlvr.grpo.programs import sandbox_of
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import SamplerMaker, make_sampler
from rlvr.grpo.setup import Setup, open_setup, starting_reference, with_adapter
from rlvr.grpo.trainer import checked
from rlvr.grpo.view import View

NUM_TIMED = 8
"""Groups that are sampled at one time to see what each costs, or all of a step that has fewer."""

_KB = 1024
_MB = 1024**2

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a dry run has seen."""

    config: Config
    """The run's settings, resolved."""
    group: Group
    """The first task's responses, judged."""
    sample_s: float
    """Seconds to sample and judge a step, from those of a few groups."""
    learn_s: float
    """Seconds to learn from a step and to hand over the weights, measured."""
    check_s: float
    """Seconds of all checks on `val` and both evaluations, from those of a few groups."""
    num_tokens: int
    """Sampled tokens of a step, from those of a few groups."""
    ram_mb: float
    """Largest resident memory of this process, in MiB."""
    gpu_mb: float | None
    """GPU memory in use, by whomever, in MiB; None without one."""

    @property
    def total_s(self) -> float:
        """Seconds of the whole run, without a warm start and without loading."""
        return self.config.grpo.num_steps * (self.sample_s + self.learn_s) + self.check_s


def dry_run(config: Config, view: View, *, sampler_maker: SamplerMaker = make_sampler) -> DryRun:
    """Try a run in a folder of its own; the one that it names is not touched.

    Args:
        config: The whole run.
        view: Is told what is being done.
        sampler_maker: Builds the sampler.

    Raises:
        ValueError: As for `train`.
        OutOfMemoryError: Memory ran out; so it would in the run.
        SandboxError: The taskset runs programs, and the sandbox for them does not open.
    """
    with TemporaryDirectory(prefix="rlvr-dry-run-") as folder:
        place = config.run.model_copy(update={"dir": Path(folder) / "run"})
        config, course = checked(config.model_copy(update={"run": place}))
        with RunFolder(config) as run, sandbox_of(config.run, [*course.tasksets, *course.audits]):
            view.say("loading the model and the sampler")
            setup = with_adapter(run, open_setup(run, course, sampler_maker, ALONE))
            learner = Learner(setup.policy, config, starting_reference(run, setup), ALONE)
            setup.sampler.push(setup.weights(), 0)
            return _try(setup, learner, view)


def _try(setup: Setup, learner: Learner, view: View) -> DryRun:
    grpo, course = setup.config.grpo, setup.course
    tasks = course.step_tasks(0, grpo.num_tasks, course.start_levels)
    view.say(f"sampling {grpo.group_size} responses to {tasks[0].id}")
    rollouts = setup.collect(tasks[:1], grpo.group_size, "0")
    count = min(NUM_TIMED, grpo.num_tasks)
    view.say(f"sampling {count} groups at one time")
    some_s, more = _timed(lambda: setup.collect(tasks[:count], grpo.group_size, "dry run"))
    each_s = some_s / count  # more than each of a whole step's will cost, if anything
    view.say("learning from a step")
    learn_s, _ = _timed(lambda: _learn(setup, learner, make_groups(more, setup.config)))
    return DryRun(
        config=setup.config,
        group=make_groups(rollouts, setup.config)[0],
        sample_s=each_s * grpo.num_tasks,
        learn_s=learn_s,
        check_s=each_s / grpo.group_size * _num_checked(setup),
        num_tokens=round(sum(rollout.num_tokens for rollout in more) * grpo.num_tasks / count),
        ram_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB,
        gpu_mb=_gpu_mb(setup.policy.model.device),
    )


def _learn(setup: Setup, learner: Learner, groups: Sequence[Group]) -> None:
    """Learn from as many groups as a step has, made of these; made-up rewards, so that there is something to learn."""
    config = setup.config
    full = [_with_spread(group) for group in islice(cycle(groups), config.grpo.num_tasks)]
    with setup.sync_explained(groups):
        penalized = learner.penalize(full)
        learner.update(credit(penalized, config.grpo.row, setup.course), 0, 0)
    setup.sampler.push(setup.weights(), 1)


def _with_spread(group: Group) -> Group:
    return replace(group, rewards=tuple(float(place % 2) for place in range(len(group.rollouts))))


def _num_checked(setup: Setup) -> int:
    """Responses of all checks on `val` and both evaluations."""
    run, num_steps = setup.config.run, setup.config.grpo.num_steps
    num_checks = num_steps // run.val_every + 1 if run.val_every else 0
    val = len(setup.course.held_out("val", run.num_val_tasks, setup.course.start_levels)) if num_checks else 0
    test = len(setup.course.held_out("test", run.num_eval_tasks, setup.course.top_levels))
    return num_checks * val + 2 * test * run.eval_samples


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    began_s = time.monotonic()
    result = work()
    return time.monotonic() - began_s, result


def _gpu_mb(device: torch.device) -> float | None:
    if device.type != "cuda":
        return None
    free, total = torch.cuda.mem_get_info(device)
    return (total - free) / _MB
