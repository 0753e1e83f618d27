"""Everything a run works with, loaded once: policy, tasks, sampler, prompt format."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from transformers import PreTrainedModel

from rlvr.envs.registry import make_taskset
from rlvr.envs.task import Task
from rlvr.envs.taskset import Taskset
from rlvr.grpo.adapter import adapted_layers, new_adapter, saved_adapter
from rlvr.grpo.adapter_folder import is_adapter
from rlvr.grpo.audit import Audited, audit_verdicts, open_audit, summarize
from rlvr.grpo.checkpoint import CheckpointError, newest_checkpoint, verify_checkpoint
from rlvr.grpo.clock import Clock
from rlvr.grpo.config import Config
from rlvr.grpo.course import Course, Strand
from rlvr.grpo.diagnosis import probes
from rlvr.grpo.evaluate import Evaluation, estimate
from rlvr.grpo.group import Group
from rlvr.grpo.memory import SAMPLING, out_of_memory_explained
from rlvr.grpo.policy import Policy, load_policy, pick_device
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.ranks import Ranks
from rlvr.grpo.rollout import Rollout, RolloutRequest, SamplingPlan, collect
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import Sampler, SamplerMaker
from rlvr.grpo.sync import SyncError
from rlvr.grpo.task_config import StrandConfig
from rlvr.grpo.tiny import save_tiny


@dataclass(frozen=True, slots=True)
class Setup:
    """What the warm start, the loop and the evaluations share."""

    config: Config
    """The whole run."""
    policy: Policy
    """The trained model and its tokenizer."""
    course: Course
    """What is trained on."""
    prompts: PromptFormat
    """Text to tokens."""
    sampler: Sampler
    """Draws completions; holds the policy's weights as of its `policy_version`."""
    ranks: Ranks
    """This process among its equals."""

    def weights(self) -> Mapping[str, torch.Tensor]:
        """What the sampler is pushed: all weights, with the adapter merged in if there is one, or the adapter alone."""
        adapter = self.policy.adapter
        if adapter is None:
            return self.policy.model.state_dict()
        return adapter.weights() if self.config.sampler.lora == "adapter" else adapter.merged()

    @out_of_memory_explained(*SAMPLING)
    def collect(self, tasks: Sequence[Task], samples: int, purpose: str, clock: Clock | None = None) -> list[Rollout]:
        """Sample and score every task `samples` times with the sampler's present weights, task by task.

        Args:
            tasks: Of this rank alone.
            samples: Rollouts of each.
            purpose: What the batch is for, part of every seed.
            clock: Counts how long judging went on after the last token.
        """
        length = self.policy.max_length(self.config.sampler.max_length)
        plan = SamplingPlan(self.config.run.seed, purpose, self.config.sampler.max_tokens, length)
        requests = [RolloutRequest(task, index) for task in tasks for index in range(samples)]
        return collect(self.sampler, self.course, self.prompts, requests, plan, clock)

    @contextmanager
    def sync_explained(self, groups: Sequence[Group]) -> Iterator[None]:
        """Within the block, a SyncError about these groups tells, too, what of the sampler is not the policy's."""
        try:
            yield
        except SyncError as error:
            requests = probes([rollout for group in groups for rollout in group.rollouts])
            found = self.sampler.diagnose(self.weights(), requests)
            raise SyncError(f"{error}. {found}" if found else str(error)) from None

    def evaluate(
        self, split: str, num_tasks: int, purpose: str, levels: Mapping[str, int], samples: int = 1
    ) -> Evaluation:
        """Sample the first tasks of a split of each taskset, at most as many as it has; all ranks take part."""
        tasks = self.ranks.share(self.course.held_out(split, num_tasks, levels))
        rollouts = self.collect(tasks, samples, purpose)
        groups = [rollouts[start : start + samples] for start in range(0, len(rollouts), samples)]
        return estimate(self.ranks.gather(groups))

    def audit(self, rollouts: Sequence[Rollout]) -> Audited | None:
        """Judge the rollouts of a check on `val` a second time, by `task.audit`; None without one.

        Args:
            rollouts: Of all ranks; each has its share judged.
        """
        if not self.course.audits:
            return None
        verdicts = audit_verdicts(self.course, self.ranks.share(rollouts))
        return summarize(rollouts, self.ranks.gather(verdicts))


def open_taskset(task: StrandConfig) -> Taskset:
    """The configured taskset with its options; it must be loadable in worker processes.

    Raises:
        ValueError: Unknown name, wrong options, or a class that no worker can import.
    """
    taskset = make_taskset(task.name, rubric=task.rubric, instructions=task.instructions, **task.options)
    taskset.require_loadable()
    return taskset


def open_setup(run: RunFolder, course: Course, sampler_maker: SamplerMaker, ranks: Ranks) -> Setup:
    """Load everything from where the run stands: its newest checkpoint, its warm start, or its starting model.

    Where an adapter is trained, the model is always the one that it is put on, by `with_adapter`.

    Raises:
        LoraError: The adapter will not fit the model.
    """
    config, folder = run.config, _model_of(run, ranks)
    policy = load_policy(folder, config.model, pick_device(config))
    if config.model.lora.rank > 0:
        adapted_layers(policy.model, config.model.lora)
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    return Setup(config, policy, course, prompts, sampler_maker(config, policy, Path(folder)), ranks)


def with_adapter(run: RunFolder, setup: Setup) -> Setup:
    """The setup with the adapter on its model, fresh or as the newest checkpoint left it; the same without LoRA.

    The warm start comes before: it trains the weights themselves, and the adapter begins from what they came to.
    """
    config = run.config
    if config.model.lora.rank == 0:
        return setup
    folder, base = setup.ranks.agree(newest_checkpoint(run.checkpoints)), _beginning(run, setup.ranks)
    if folder is None:
        policy = new_adapter(setup.policy, config.model.lora, config.run.seed, base)
    else:
        policy = saved_adapter(setup.policy, folder, base)
    return replace(setup, policy=policy)


def open_course(config: Config) -> Course:
    """The configured tasksets.

    Raises:
        ValueError: As for `open_taskset` and `open_audit`, or a taskset stands twice in the mixture.
    """
    strands = [
        Strand(
            open_taskset(one),
            one.weight,
            one.level,
            one.level if one.max_level is None else one.max_level,
            None if one.audit is None else open_audit(one.audit, one.audit_options),
        )
        for one in config.task.strands
    ]
    names = [strand.name for strand in strands]
    if len(set(names)) < len(names):
        raise ValueError(f"task.mixture has a taskset twice ({', '.join(names)}): each may stand once, at one level")
    return Course(strands, config.run.seed)


def require_tasks(course: Course, config: Config) -> None:
    """Make sure that a training run will find what it uses, before it touches its folder.

    Raises:
        ValueError: A split is empty at a level that the run may come to, or nothing can raise the level.
    """
    needs_val = config.run.val_every > 0 or config.warmup.is_enabled
    uses = {
        "train": (True, "give it more rows"),
        "val": (needs_val, "give it more rows, or set run.val_every=0 (a warm start needs val all the same)"),
        "test": (config.run.num_eval_tasks > 0, "give it more rows, or set run.num_eval_tasks=0"),
    }
    for strand in course.strands:
        if strand.top_level > strand.level and config.run.val_every == 0:
            raise ValueError(
                "task.max_level is above task.level, but only val raises levels: set run.val_every above 0"
            )
        for level in range(strand.level, strand.top_level + 1):
            for split, (is_used, remedy) in uses.items():
                if is_used and strand.taskset.num_tasks(split, level) == 0:
                    raise ValueError(f"{strand.name} has no task in {split!r} at level {level}: {remedy}")


def starting_reference(run: RunFolder, setup: Setup) -> PreTrainedModel | None:
    """The frozen model that the KL penalty is against: where the GRPO phase began. None when `kl_coef` is 0.

    Where an adapter is trained that is the policy's own model, whose adapter the learner switches off for it.
    """
    return None if run.config.grpo.kl_coef == 0 else starting_model(run, setup)


def starting_model(run: RunFolder, setup: Setup) -> PreTrainedModel:
    """The model that the GRPO phase began with, frozen and newly loaded.

    Where an adapter is trained that is the policy's own model: with its adapter switched off it is the one.
    """
    if setup.policy.adapter is not None:
        return setup.policy.model
    model = load_policy(_beginning(run, setup.ranks), run.config.model, pick_device(run.config)).model
    model.requires_grad_(False)
    return model


def _model_of(run: RunFolder, ranks: Ranks) -> Path | str:
    """Where the model is: in the newest checkpoint, or where the run began if that is an adapter, or not there."""
    checkpoint = ranks.agree(newest_checkpoint(run.checkpoints))
    if checkpoint is not None and not is_adapter(verify_checkpoint(checkpoint)):
        return checkpoint
    return _beginning(run, ranks)


def _beginning(run: RunFolder, ranks: Ranks) -> Path | str:
    """Where the GRPO phase begins: what the warm start has come to, or the starting model."""
    folder = ranks.agree(newest_checkpoint(run.warmup))
    if folder is not None:
        return verify_checkpoint(folder)
    if ranks.agree(run.read_json("warmup.json")) is not None:
        raise CheckpointError(f"{run.warmup} has lost the model that this run began with: start over with --fresh")
    return _starting_model(run, ranks)


def _starting_model(run: RunFolder, ranks: Ranks) -> Path | str:
    if run.config.model.path is not None:
        return run.config.model.path
    folder = run.dir / "tiny"
    if ranks.is_first and not folder.exists():
        save_tiny(folder, run.config.model.tiny, run.config.run.seed)
    ranks.wait()
    return folder
