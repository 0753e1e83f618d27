"""The training loop: sample, score, advantage, update, log.

`train` takes a run from wherever it stands to its summary: warm start, evaluation, loop, evaluation. The same call
resumes an interrupted run to the same bits, and `_steps` is the loop itself. Left out: everything a step is made of,
which is in the modules named by the imports.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from transformers import PreTrainedModel

from rlvr.grpo.adapter import num_trained
from rlvr.grpo.checkpoint import TrainState, keep_newest, newest_checkpoint, read_checkpoint, save_checkpoint
from rlvr.grpo.clock import Clock
from rlvr.grpo.config import Config
from rlvr.grpo.course import Course
from rlvr.grpo.credited import credit
from rlvr.grpo.curves import open_curves
from rlvr.grpo.evaluate import Evaluation
from rlvr.grpo.group import shuffle_rewards
from rlvr.grpo.held_out import HeldOut, held_out_passages, open_held_out, read_held_out
from rlvr.grpo.learner import Learner
from rlvr.grpo.metrics import step_metrics, val_metrics
from rlvr.grpo.optimizer import lr_at
from rlvr.grpo.programs import sandbox_of
from rlvr.grpo.ranks import open_ranks
from rlvr.grpo.records import rollout_records
from rlvr.grpo.resolve import resolve
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampled import sample_places
from rlvr.grpo.sampler import SamplerMaker, make_sampler
from rlvr.grpo.setup import Setup, open_course, open_setup, require_tasks, starting_reference, with_adapter
from rlvr.grpo.standing import Standing, after_check, reason_to_stop
from rlvr.grpo.summary import conclude, evaluate_once
from rlvr.grpo.view import SilentView, Stoppable, View
from rlvr.grpo.wandb_curves import require_wandb
from rlvr.grpo.warmup import warm_start
from rlvr.grpo.watch import Watch


def train(
    config: Config, view: View, *, is_fresh: bool = False, sampler_maker: SamplerMaker = make_sampler
) -> dict[str, Any]:
    """Train, or go on with, the run in `config.run.dir` and return its summary.

    Under `torchrun`, every rank calls this; the first one writes and speaks.

    Args:
        config: The whole run.
        view: Is told what happens.
        is_fresh: Start over instead of resuming.
        sampler_maker: Builds the sampler; `make_sampler` goes by the configuration.

    Raises:
        ValueError: A named subclass for what the user can mend: recipe, model, taskset, run folder, checkpoint,
            held-out text, sampler out of sync, a sandbox that is too weak.
        SandboxError: The taskset runs programs, and the sandbox for them does not open.
    """
    config, course = checked(config)
    ranks = open_ranks(torch.device(config.run.device))
    with RunFolder(config, ranks, is_fresh=is_fresh) as run:
        view = view if ranks.is_first else SilentView()
        finished = ranks.agree(run.read_json("summary.json"))
        if finished is not None and (finished["num_steps"] >= config.grpo.num_steps or finished["stopped"]):
            view.say(f"{run.dir} is finished ({finished['num_steps']} steps); nothing to do. --fresh starts over")
            return finished
        with sandbox_of(config.run, [*course.tasksets, *course.audits]):
            return _phases(open_setup(run, course, sampler_maker, ranks), run, view)


def checked(config: Config) -> tuple[Config, Course]:
    """The resolved configuration and its tasksets, after a look at all that a run needs and that can be missing.

    Raises:
        ValueError: As for `train`.
    """
    config = resolve(config)
    require_wandb(config.run)
    course = open_course(config)
    require_tasks(course, config)
    read_held_out(config.run)
    return config, course


def _phases(setup: Setup, run: RunFolder, view: View) -> dict[str, Any]:
    """Warm start, evaluation, loop, evaluation, summary; those that an earlier part of the run finished do nothing."""
    began_s, passages = time.monotonic(), held_out_passages(setup)
    view.say(f"model {_size(setup)}, sampler {setup.sampler.name}, taskset {setup.course!r}")
    if run.config.warmup.is_enabled and setup.ranks.agree(newest_checkpoint(run.checkpoints)) is None:
        report = warm_start(run, setup, view)
        view.say(f"warm start: {report.accuracy:.2f} on val after {report.num_steps} steps")
    setup = with_adapter(run, setup)
    reference = starting_reference(run, setup)
    learner, state = _resume(run, setup, reference, view)
    began_s -= state.elapsed_s
    held_out = open_held_out(run, setup, reference, passages)
    evaluate_once(run, setup, "before", view)
    state = _steps(run, setup, learner, held_out, state, view, began_s)
    evaluate_once(run, setup, "after", view)
    drift = None if held_out is None else held_out.measure()
    return conclude(run, setup, state, drift, time.monotonic() - began_s)


def _steps(
    run: RunFolder,
    setup: Setup,
    learner: Learner,
    held_out: HeldOut | None,
    state: TrainState,
    view: View,
    began_s: float,
) -> TrainState:
    """The loop. Each step samples a batch, scores it, learns from it and hands the new weights to the sampler."""
    config, course = run.config, setup.course
    watch, opening = _watch(run, setup, view), _opening(setup, held_out, state)
    with (
        open_curves(run, state.step, is_kept=setup.ranks.is_first) as add_to_curves,
        _stoppable(setup, view) as is_asked,
    ):
        while state.step < config.grpo.num_steps and state.stopped is None:
            clock, step, standing = Clock(), state.step, state.standing
            with clock.phase("sample_and_score_s"):
                places = sample_places(setup, step, standing.levels, clock)
            groups = [place.group for place in places]
            if config.grpo.shuffle_rewards:
                groups = shuffle_rewards(groups, config.run.seed, step)
            with clock.phase("update_s"), setup.sync_explained(groups):
                groups, masked = learner.penalize(groups), config.grpo.mask_truncated
                credited = credit(groups, config.grpo.row, course, mask_truncated=masked)
                update = learner.update(credited, step, state.policy_version)
            version = state.policy_version + update.num_updates
            with clock.phase("push_s"):
                setup.sampler.push(setup.weights(), version)
            metrics = step_metrics(step + 1, places, credited, update, lr_at(config, step), state, config.grpo)
            metrics |= opening if step == 0 else {}
            if config.run.val_every and (step + 1) % config.run.val_every == 0:
                with clock.phase("val_s"):
                    checked, found = _check_val(setup, held_out, step + 1, standing.levels)
                metrics |= found
                standing = after_check(standing, checked.accuracy_by_taskset, course.top_levels, config.task.curriculum)
            metrics["alarms"] = watch.add(metrics)
            metrics["timing"] = clock.timing(metrics["num_tokens"])
            run.metrics.append([metrics])
            run.rollouts.append(rollout_records(step + 1, places, credited))
            add_to_curves(metrics)
            view.step(metrics, config.grpo.num_steps)
            stopped = reason_to_stop(standing, course.top_levels, config.run)
            sizes, elapsed_s = (run.metrics.size, run.rollouts.size), time.monotonic() - began_s
            state = TrainState(step + 1, version, *sizes, elapsed_s, standing, stopped)
            is_last, is_over = step + 1 == config.grpo.num_steps or stopped is not None, is_asked()
            if is_last or is_over or (step + 1) % config.run.checkpoint_every == 0:
                _save(run, setup, learner, state)
            if is_over:
                raise KeyboardInterrupt
    if state.stopped is not None:
        view.say(f"stopped after step {state.step}: {state.stopped}")
    return state


def _stoppable(setup: Setup, view: View) -> AbstractContextManager[Callable[[], bool]]:
    """What tells whether to stop after the step.

    Between several ranks an interruption is one at once: those that it ends would be waited for in the step.
    """
    if isinstance(view, Stoppable) and setup.ranks.count == 1:
        return view.stoppable()
    return nullcontext(lambda: False)


def _opening(setup: Setup, held_out: HeldOut | None, state: TrainState) -> dict[str, Any]:
    """What is measured before the first step, for the line of that step; nothing where a run goes on."""
    if state.step > 0:
        return {}
    if setup.config.run.val_every > 0:
        return _check_val(setup, held_out, 0, state.standing.levels, "_start")[1]
    return {} if held_out is None else held_out.metrics("_start")


def _check_val(
    setup: Setup, held_out: HeldOut | None, num_done: int, levels: Mapping[str, int], suffix: str = ""
) -> tuple[Evaluation, dict[str, Any]]:
    """Check on `val`, and the held-out text, after so many steps: what was found, and what a metrics line gets."""
    checked = setup.evaluate("val", setup.config.run.num_val_tasks, f"val {num_done}", levels)
    found = val_metrics(checked, setup.audit(checked.rollouts), suffix)
    return checked, found if held_out is None else found | held_out.metrics(suffix)


def _watch(run: RunFolder, setup: Setup, view: View) -> Watch:
    """The alarms, as the lines so far have left them; only the first rank writes lines, so the others' is idle."""
    lines = run.metrics.read() if setup.ranks.is_first else []
    fired = [f"{alarm['name']} (step {line['step']})" for line in lines for alarm in line.get("alarms", ())]
    if fired:
        view.say(f"alarms so far: {', '.join(fired)}")
    return Watch(lines)


def _resume(run: RunFolder, setup: Setup, reference: PreTrainedModel | None, view: View) -> tuple[Learner, TrainState]:
    """The learner and where it stands; logs are cut back to what the checkpoint saw, and the start is one too."""
    learner = Learner(setup.policy, run.config, reference, setup.ranks)
    state = TrainState(0, 0, 0, 0, 0.0, Standing(setup.course.start_levels))
    folder = setup.ranks.agree(newest_checkpoint(run.checkpoints))
    if folder is not None:
        state, moments = read_checkpoint(folder)
        learner.optimizer.load_state_dict(moments)
        view.say(f"resuming from {folder} (step {state.step} of {run.config.grpo.num_steps})")
    run.metrics.cut(state.metrics_offset)
    run.rollouts.cut(state.rollouts_offset)
    if folder is None:
        _save(run, setup, learner, state)
    setup.sampler.push(setup.weights(), state.policy_version)
    return learner, state


def _save(run: RunFolder, setup: Setup, learner: Learner, state: TrainState) -> None:
    if setup.ranks.is_first:
        save_checkpoint(run.checkpoints, setup.policy, learner.optimizer.state_dict(), state)
        keep_newest(run.checkpoints, run.config.run.keep_checkpoints)


def _size(setup: Setup) -> str:
    """How large the model is, and how much of it is trained where that is not all."""
    model, lora = setup.policy.model, setup.config.model.lora
    size = f"{round(sum(parameter.numel() for parameter in model.parameters()) / 1e6, 2)}M parameters"
    if lora.rank > 0:
        size += f", LoRA of rank {lora.rank} trains {num_trained(model, lora):,} beside them"
    return size
