"""Supervised warm start: next-token training on a taskset's own demonstrations.

It is how a tiny model comes to exist where no pretrained one is at hand, and it stops at the first check on `val` that
is accurate enough rather than at a fixed step, because when accuracy jumps depends on the seed.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedModel

from rlvr.envs.task import Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.grpo.checkpoint import TrainState, keep_newest, newest_checkpoint, read_checkpoint, save_checkpoint
from rlvr.grpo.config import Config
from rlvr.grpo.export import copy_model
from rlvr.grpo.forward import trained_logprobs
from rlvr.grpo.lanes import Lanes
from rlvr.grpo.optimizer import set_lr
from rlvr.grpo.pack import Pack, Unsampled, make_packs
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.programs import sandbox_of
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.resolve import resolve
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import make_sampler
from rlvr.grpo.seeds import draw_rng
from rlvr.grpo.setup import Setup, open_course, open_setup, require_tasks
from rlvr.grpo.view import View

_RISE_STEPS = 50
_MAX_GRAD_NORM = 1.0


class WarmupError(ValueError):
    """The warm start never became accurate enough."""


@dataclass(frozen=True, slots=True)
class WarmupReport:
    """How the warm start ended."""

    num_steps: int
    """Optimizer steps."""
    accuracy: float
    """Accuracy on `val` at the last check."""
    folder: Path
    """The checkpoint that holds the warm-started model."""


def warm_start(run: RunFolder, setup: Setup, view: View) -> WarmupReport:
    """Train on demonstrations until a check on `val` reaches the target; the setup's sampler then holds the result.

    An interrupted warm start goes on from its last check.

    Raises:
        WarmupError: `warmup.max_steps` passed without reaching the target.
        PackingError: Sequences of one pack see each other in this model.
        HeadError: Its logits are not those that its configuration describes.
    """
    report = setup.ranks.agree(run.read_json("warmup.json"))
    if report is not None:
        return WarmupReport(report["num_steps"], report["accuracy"], run.warmup / f"step-{report['num_steps']}")
    config = run.config.warmup
    prepare_forward(setup.policy.model, is_packed=run.config.optimizer.packing)
    lanes = Lanes.fitting(run.config, setup.policy.model)
    optimizer = torch.optim.AdamW(setup.policy.model.parameters(), lr=config.lr, betas=(0.9, 0.99), weight_decay=0.01)
    first = _resume(run, setup, optimizer, view)
    demonstrations = _Demonstrations(setup, run.config.run.seed, config.num_demonstrations)
    accuracy = None
    for step in range(first + 1, config.max_steps + 1):
        set_lr(optimizer, config.lr * min(1.0, step / _RISE_STEPS))
        loss = imitate(setup, demonstrations.batch(step, config.batch_size), optimizer, lanes)
        if step % config.check_every:
            continue
        setup.sampler.push(setup.policy.model.state_dict(), 0)
        levels = setup.course.start_levels
        accuracy = setup.evaluate("val", config.num_check_tasks, f"warmup {step}", levels).accuracy.mean
        view.warmup(step, loss, accuracy)
        if setup.ranks.is_first:
            save_checkpoint(run.warmup, setup.policy, optimizer.state_dict(), TrainState(step, 0, 0, 0, 0.0))
            keep_newest(run.warmup, 1)
        if accuracy >= config.target_accuracy:
            run.write_json("warmup.json", {"num_steps": step, "accuracy": accuracy, "loss": loss})
            return WarmupReport(step, accuracy, run.warmup / f"step-{step}")
    seen = "none of them now" if accuracy is None else f"but {accuracy:.2f}"
    raise WarmupError(
        f"the warm start is not {config.target_accuracy:.2f} accurate on val after {config.max_steps} steps, "
        f"{seen}: raise warmup.max_steps, choose an easier task.level, or a larger model.tiny"
    )


def warm_start_only(config: Config, view: View, out: Path | None, *, is_fresh: bool = False) -> WarmupReport:
    """Do the warm start of a run and no more.

    Args:
        config: The whole run.
        view: Is told what happens.
        out: Copy the model here too.
        is_fresh: Start over instead of resuming.

    Raises:
        WarmupError: The target was not reached, or `out` exists.
    """
    if out is not None and out.exists():
        raise WarmupError(f"{out} exists already; choose another folder")
    config = resolve(config)
    course = open_course(config)
    require_tasks(course, config)
    with RunFolder(config, is_fresh=is_fresh) as run, sandbox_of(config.run, course.tasksets):
        setup = open_setup(run, course, make_sampler, ALONE)
        report = warm_start(run, setup, view)
        if out is not None:
            copy_model(report.folder, out)
        return report


class _Demonstrations:
    """Demonstrations of the `train` split, made when first asked for and then kept."""

    def __init__(self, setup: Setup, seed: int, count: int) -> None:
        self._setup = setup
        self._seed = seed
        self._count = setup.course.num_demonstrable(count)
        self._made: dict[int, Unsampled] = {}
        self._epoch, self._shuffled = -1, list[int]()

    def batch(self, step: int, size: int) -> list[Unsampled]:
        """The demonstrations of one step: all of them in a new order each epoch."""
        drawn = []
        for number in range((step - 1) * size, step * size):
            epoch, place = divmod(number, self._count)
            drawn.append(self._one(self._order(epoch)[place]))
        return drawn

    def _order(self, epoch: int) -> Sequence[int]:
        if self._epoch != epoch:
            self._epoch, self._shuffled = epoch, list(range(self._count))
            draw_rng(self._seed, "demonstrations", epoch).shuffle(self._shuffled)
        return self._shuffled

    def _one(self, position: int) -> Unsampled:
        if position not in self._made:
            self._made[position] = demonstrate(self._setup, self._seed, position)
        return self._made[position]


def demonstrate(setup: Setup, seed: int, position: int) -> Unsampled:
    """The taskset's demonstration of one training task, as tokens: of a game, all turns that the model has room for."""
    task = setup.course.nth_task(position, setup.course.start_levels)
    taskset = setup.course.taskset_of(task.id)
    end_id, room = setup.policy.end_ids[0], setup.policy.max_length(setup.config.sampler.max_length)
    token_ids = setup.prompts.first(task.prompt)
    loss_mask, reply = [False] * len(token_ids), list[int]()
    for response, observation in _episode(taskset, task, draw_rng(seed, "demonstration", task.id)):
        body = [*setup.policy.tokenizer.encode(response, add_special_tokens=False), end_id]
        if reply and len(token_ids) + len(reply) + len(body) > room:
            break
        token_ids += [*reply, *body]
        loss_mask += [False] * len(reply) + [True] * len(body)
        reply = [] if observation is None else setup.prompts.reply(observation, end_id)
    return Unsampled(tuple(token_ids), tuple(loss_mask))


def _episode(taskset: Taskset, task: Task, rng: random.Random) -> Iterator[tuple[str, str | None]]:
    """Responses with what the environment answers; after the last one it answers nothing."""
    if taskset.max_turns == 1:
        yield taskset.demonstration(task, rng), None
        return
    turns: tuple[Turn, ...] = ()
    while True:
        step = taskset.advance(task, turns, taskset.demonstration(task, rng, turns))
        turns = (*turns, step.turn)
        yield step.turn.response, step.turn.observation if step.score is None else None
        if step.score is not None:
            return


def imitate(setup: Setup, batch: Sequence[Unsampled], optimizer: torch.optim.Optimizer, lanes: Lanes) -> float:
    """Take one step of next-token training on the responses; returns the mean loss per token, in nats."""
    model, config = setup.policy.model, setup.config.optimizer
    assert config.micro_batch_tokens is not None, "resolve() fills it in"
    no_advantages = [[0.0] * sum(one.loss_mask) for one in batch]
    num_trained, num_tokens = sum(map(len, no_advantages)), sum(len(one.token_ids) for one in batch)
    max_tokens = lanes.pack_size(num_tokens, config.micro_batch_tokens)
    packs = list(make_packs(batch, no_advantages, max_tokens, model.device, is_packed=config.packing))

    def learn(lane_model: PreTrainedModel, _place: int, pack: Pack) -> float:
        loss = -trained_logprobs(lane_model, pack, 1.0, is_packed=config.packing).logprobs.sum() / num_trained
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    total = sum(lanes.over(packs, learn))
    torch.nn.utils.clip_grad_norm_(model.parameters(), _MAX_GRAD_NORM)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total


def _resume(run: RunFolder, setup: Setup, optimizer: torch.optim.Optimizer, view: View) -> int:
    """Restore the moments of an interrupted warm start, whose weights the setup has loaded; returns the steps done."""
    folder = setup.ranks.agree(newest_checkpoint(run.warmup))
    if folder is None:
        return 0
    state, moments = read_checkpoint(folder)
    optimizer.load_state_dict(moments)
    view.say(f"resuming the warm start from {folder} (step {state.step})")
    return state.step
