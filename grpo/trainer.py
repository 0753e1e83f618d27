"""The training loop: sample, score, advantage, update, log.

`train` takes a run from wherever it stands to its summary: warm start, evaluation, loop, evaluation. The same call
resumes an interrupted run to the same bits, and `_steps` is the loop itself. Left out: everything a step is made of,
which is in the modules named by the imports.
"""

import time
from collections.abc import Sequence
from typing import Any

from rlvr.envs.taskset import Taskset
from rlvr.grpo.checkpoint import TrainState, keep_newest, newest_checkpoint, read_checkpoint, save_checkpoint
from rlvr.grpo.clock import Clock
from rlvr.grpo.config import Config
from rlvr.grpo.group import Group, make_groups, shuffle_rewards
from rlvr.grpo.learner import Learner, lr_at
from rlvr.grpo.metrics import step_metrics
from rlvr.grpo.programs import sandbox_of
from rlvr.grpo.records import rollout_records
from rlvr.grpo.resolve import resolve
from rlvr.grpo.rollout import Rollout, RolloutRequest
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import SamplerMaker
from rlvr.grpo.setup import Setup, open_setup, open_train_taskset, starting_reference
from rlvr.grpo.summary import conclude, evaluate_once
from rlvr.grpo.tensorboard import Curves
from rlvr.grpo.view import View
from rlvr.grpo.warmup import warm_start


def train(
    config: Config, view: View, *, is_fresh: bool = False, sampler_maker: SamplerMaker | None = None
) -> dict[str, Any]:
    """Train, or go on with, the run in `config.run.dir` and return its summary.

    Args:
        config: The whole run.
        view: Is told what happens.
        is_fresh: Start over instead of resuming.
        sampler_maker: Builds the sampler; None is `make_sampler`, which goes by the configuration.

    Raises:
        ValueError: A named subclass for what the user can mend: recipe, model, taskset, run folder, checkpoint,
            sampler out of sync, a sandbox that is too weak.
        SandboxError: The taskset runs programs, and the sandbox for them does not open.
    """
    config = resolve(config)
    taskset = open_train_taskset(config)
    with RunFolder(config, is_fresh=is_fresh) as run:
        finished = run.read_json("summary.json")
        if finished is not None and finished["num_steps"] >= config.grpo.num_steps:
            view.say(f"{run.dir} is finished ({finished['num_steps']} steps); nothing to do. --fresh starts over")
            return finished
        with sandbox_of(config.run, taskset):
            return _phases(run, taskset, view, sampler_maker)


def _phases(run: RunFolder, taskset: Taskset, view: View, sampler_maker: SamplerMaker | None) -> dict[str, Any]:
    """Warm start, evaluation, loop, evaluation, summary; those that an earlier part of the run finished do nothing."""
    started_s = time.monotonic()
    setup = open_setup(run, taskset, sampler_maker)
    view.say(f"model {_size(setup)}M parameters, sampler {setup.sampler.name}, taskset {setup.taskset!r}")
    if run.config.warmup.is_enabled and newest_checkpoint(run.checkpoints) is None:
        report = warm_start(run, setup, view)
        view.say(f"warm start: {report.accuracy:.2f} on val after {report.num_steps} steps")
    learner, state = _resume(run, setup, view)
    evaluate_once(run, setup, "before", view)
    state = _steps(run, setup, learner, state, view, started_s)
    evaluate_once(run, setup, "after", view)
    return conclude(run, setup, state, state.elapsed_s + time.monotonic() - started_s)


def _steps(
    run: RunFolder, setup: Setup, learner: Learner, state: TrainState, view: View, started_s: float
) -> TrainState:
    """The loop. Each step samples a batch, scores it, learns from it and hands the new weights to the sampler."""
    grpo, version = run.config.grpo, state.policy_version
    with Curves(run.dir, state.step) as curves:
        for step in range(state.step, grpo.num_steps):
            clock = Clock()
            requests = [
                RolloutRequest(task, index) for task in setup.step_tasks(step) for index in range(grpo.group_size)
            ]
            with clock.phase("sample_and_score_s"):
                rollouts = setup.collect(requests, str(step), clock)
            groups = make_groups(rollouts, grpo.group_size)
            if grpo.shuffle_rewards:
                groups = shuffle_rewards(groups, run.config.run.seed, step)
            advantages = [group.advantages(grpo.std) for group in groups]
            with clock.phase("update_s"), setup.sync_explained(rollouts):
                update = learner.update(*_scored(groups, advantages), step=step, policy_version=version)
            metrics = step_metrics(step + 1, groups, update, lr_at(run.config, step), version)
            run.rollouts.append(rollout_records(step + 1, groups, advantages))
            with clock.phase("push_s"):
                version += update.num_updates
                setup.sampler.push(setup.policy.model.state_dict(), version)
            if run.config.run.val_every and (step + 1) % run.config.run.val_every == 0:
                with clock.phase("val_s"):
                    checked = setup.evaluate("val", run.config.run.num_val_tasks, f"val {step + 1}")
                metrics["val_accuracy"] = checked.accuracy.mean
            metrics["timing"] = clock.timing(metrics["num_tokens"])
            run.metrics.append([metrics])
            curves.add(metrics)
            view.step(metrics, grpo.num_steps)
            if (step + 1) % run.config.run.checkpoint_every == 0 or step + 1 == grpo.num_steps:
                elapsed_s = state.elapsed_s + time.monotonic() - started_s
                _save(
                    run, setup, learner, TrainState(step + 1, version, run.metrics.size, run.rollouts.size, elapsed_s)
                )
    return TrainState(max(state.step, grpo.num_steps), version, run.metrics.size, run.rollouts.size, state.elapsed_s)


def _scored(groups: Sequence[Group], advantages: Sequence[Sequence[float]]) -> tuple[list[Rollout], list[float]]:
    """The rollouts that are learned from, with their advantages; unscored ones are left out."""
    rows = [
        (rollout, advantage)
        for group, values in zip(groups, advantages, strict=True)
        for rollout, reward, advantage in zip(group.rollouts, group.rewards, values, strict=True)
        if reward is not None
    ]
    return [rollout for rollout, _ in rows], [advantage for _, advantage in rows]


def _resume(run: RunFolder, setup: Setup, view: View) -> tuple[Learner, TrainState]:
    """The learner and where it stands; logs are cut back to what the checkpoint saw, and the start is one too."""
    reference = starting_reference(run, setup.policy.model.device)
    learner = Learner(setup.policy, run.config, reference.model if reference else None)
    state = TrainState(0, 0, 0, 0, 0.0)
    folder = newest_checkpoint(run.checkpoints)
    if folder is not None:
        state, moments = read_checkpoint(folder)
        learner.optimizer.load_state_dict(moments)
        view.say(f"resuming from {folder} (step {state.step} of {run.config.grpo.num_steps})")
    run.metrics.cut(state.metrics_offset)
    run.rollouts.cut(state.rollouts_offset)
    if folder is None:
        _save(run, setup, learner, state)
    setup.sampler.push(setup.policy.model.state_dict(), state.policy_version)
    return learner, state


def _save(run: RunFolder, setup: Setup, learner: Learner, state: TrainState) -> None:
    save_checkpoint(run.checkpoints, setup.policy, learner.optimizer, state)
    keep_newest(run.checkpoints, run.config.run.keep_checkpoints)


def _size(setup: Setup) -> float:
    return round(sum(parameter.numel() for parameter in setup.policy.model.parameters()) / 1e6, 2)
