"""Everything a run works with, loaded once: policy, taskset, sampler, prompt format."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from rlvr.envs.registry import make_taskset
from rlvr.envs.task import Task
from rlvr.envs.taskset import Taskset
from rlvr.grpo.checkpoint import CheckpointError, newest_checkpoint, verify_checkpoint
from rlvr.grpo.clock import Clock
from rlvr.grpo.config import Config, TaskConfig
from rlvr.grpo.diagnosis import probes
from rlvr.grpo.evaluate import Evaluation, evaluate
from rlvr.grpo.policy import Policy, load_policy, pick_device
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.rollout import Rollout, RolloutRequest, SamplingPlan, collect
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import Sampler, SamplerMaker, make_sampler
from rlvr.grpo.seeds import draw_rng, draw_seed
from rlvr.grpo.sync import SyncError
from rlvr.grpo.tiny import save_tiny


@dataclass(frozen=True, slots=True)
class Setup:
    """What the warm start, the loop and the evaluations share."""

    config: Config
    """The whole run."""
    policy: Policy
    """The trained model and its tokenizer."""
    taskset: Taskset
    """What is trained on."""
    prompts: PromptFormat
    """Text to tokens."""
    sampler: Sampler
    """Draws completions; holds the policy's weights as of its `policy_version`."""
    num_train_tasks: int | None
    """Size of the `train` split, None where tasks are drawn without end."""

    def plan(self, purpose: str) -> SamplingPlan:
        """Bounds and seeds of a batch that serves `purpose`."""
        length = self.policy.max_length(self.config.sampler.max_length)
        return SamplingPlan(self.config.run.seed, purpose, self.config.sampler.max_tokens, length)

    def train_task(self, position: int) -> Task:
        """A task of the `train` split by position."""
        return self.taskset.nth_task("train", self.config.task.level, position)

    def step_tasks(self, step: int) -> list[Task]:
        """The tasks of a step: new ones where they never end, else all of them in a new order each epoch."""
        size, seed = self.config.grpo.num_tasks, self.config.run.seed
        first = step * size
        if self.num_train_tasks is None:
            offset = draw_seed(seed, "training tasks") >> 24
            return [self.train_task(offset + number) for number in range(first, first + size)]
        return [self.train_task(self._shuffled(number)) for number in range(first, first + size)]

    def _shuffled(self, number: int) -> int:
        assert self.num_train_tasks is not None, "only a finite split is shuffled"
        epoch, place = divmod(number, self.num_train_tasks)
        return _epoch_order(self.num_train_tasks, self.config.run.seed, epoch)[place]

    def collect(self, requests: Sequence[RolloutRequest], purpose: str, clock: Clock) -> list[Rollout]:
        """Sample and score with the sampler's present weights."""
        return collect(self.sampler, self.taskset, self.prompts, requests, self.plan(purpose), clock)

    @contextmanager
    def sync_explained(self, rollouts: Sequence[Rollout]) -> Iterator[None]:
        """Within the block, a SyncError about these rollouts tells, too, what of the sampler is not the policy's."""
        try:
            yield
        except SyncError as error:
            found = self.sampler.diagnose(self.policy.model.state_dict(), probes(rollouts))
            raise SyncError(f"{error}. {found}" if found else str(error)) from None

    def evaluate(self, split: str, num_tasks: int, purpose: str, samples: int = 1) -> Evaluation:
        """Sample the first tasks of a split, at most as many as it has, with the sampler's present weights."""
        available = self.taskset.num_tasks(split, self.config.task.level)
        count = num_tasks if available is None else min(num_tasks, available)
        tasks = self.taskset.tasks(split, self.config.task.level, count)
        return evaluate(self.sampler, self.taskset, self.prompts, tasks, self.plan(purpose), samples)


@lru_cache(maxsize=2)
def _epoch_order(size: int, seed: int, epoch: int) -> list[int]:
    order = list(range(size))
    draw_rng(seed, "training order", epoch).shuffle(order)
    return order


def open_taskset(task: TaskConfig) -> Taskset:
    """The configured taskset with its options; it must be loadable in worker processes.

    Raises:
        ValueError: Unknown name, wrong options, or a class that no worker can import.
    """
    taskset = make_taskset(task.name, rubric=task.rubric, instructions=task.instructions, **task.options)
    taskset.require_loadable()
    return taskset


def open_setup(run: RunFolder, taskset: Taskset, sampler_maker: SamplerMaker | None = None) -> Setup:
    """Load everything from where the run stands: its newest checkpoint, its warm start, or its starting model."""
    config = run.config
    device = pick_device(config)
    checkpoint = newest_checkpoint(run.checkpoints)
    folder = verify_checkpoint(checkpoint) if checkpoint is not None else _beginning(run)
    policy = load_policy(folder, config.model, device)
    sampler = (sampler_maker or make_sampler)(config, policy, Path(folder))
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    return Setup(config, policy, taskset, prompts, sampler, taskset.num_tasks("train", config.task.level))


def open_train_taskset(config: Config) -> Taskset:
    """The taskset of a training run, before the run touches its folder.

    Raises:
        ValueError: As for `open_taskset`, or a split which the run will use is empty.
    """
    taskset = open_taskset(config.task)
    needs_val = config.run.val_every > 0 or config.warmup.is_enabled
    uses = {
        "train": (True, "give it more rows"),
        "val": (needs_val, "give it more rows, or set run.val_every=0 (a warm start needs val all the same)"),
        "test": (config.run.num_eval_tasks > 0, "give it more rows, or set run.num_eval_tasks=0"),
    }
    for split, (is_used, remedy) in uses.items():
        if is_used and taskset.num_tasks(split, config.task.level) == 0:
            raise ValueError(f"{taskset.name} has no task in {split!r} at level {config.task.level}: {remedy}")
    return taskset


def starting_reference(run: RunFolder, device: torch.device) -> Policy | None:
    """The frozen model that the KL penalty is against: where the GRPO phase began. None when `kl_coef` is 0."""
    if run.config.grpo.kl_coef == 0:
        return None
    reference = load_policy(_beginning(run), run.config.model, device)
    reference.model.requires_grad_(False)
    return reference


def _beginning(run: RunFolder) -> Path | str:
    """Where the GRPO phase begins: what the warm start has come to, or the starting model."""
    folder = newest_checkpoint(run.warmup)
    if folder is not None:
        return verify_checkpoint(folder)
    if run.read_json("warmup.json") is not None:
        raise CheckpointError(f"{run.warmup} has lost the model that this run began with: start over with --fresh")
    return _starting_model(run)


def _starting_model(run: RunFolder) -> Path | str:
    if run.config.model.path is not None:
        return run.config.model.path
    folder = run.dir / "tiny"
    if not folder.exists():
        save_tiny(folder, run.config.model.tiny, run.config.run.seed)
    return folder
