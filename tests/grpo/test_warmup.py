import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rlvr.grpo.checkpoint import CheckpointError, newest_checkpoint
from rlvr.grpo.lanes import Lanes
from rlvr.grpo.policy import load_policy
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.ranks import ALONE
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.sampler import make_sampler
from rlvr.grpo.setup import open_course, open_setup
from rlvr.grpo.trainer import train
from rlvr.grpo.warmup import WarmupError, demonstrate, imitate, warm_start_only
from tests.grpo.runs import Heard, records
from tests.grpo.small import TASKS, small_config

pytestmark = pytest.mark.slow

SETTINGS = (
    *(f"task.name={TASKS}:Yes", "warmup.is_enabled=true", "warmup.check_every=5", "warmup.num_check_tasks=32"),
    *("warmup.batch_size=16", "warmup.num_demonstrations=40", "warmup.lr=1e-2", "warmup.target_accuracy=0.9"),
)


class Interrupted(Heard):
    """A view that stops the run at a check of the warm start, before anything of it is saved."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def warmup(self, step: int, loss: float, accuracy: float) -> None:
        super().warmup(step, loss, accuracy)
        if step == self._at:
            raise KeyboardInterrupt


def weights(folder: Path) -> bytes:
    newest = newest_checkpoint(folder / "warmup")
    assert newest is not None
    return (newest / "model.safetensors").read_bytes()


def test_it_stops_at_the_first_check_that_is_accurate_enough(tmp_path: Path) -> None:
    view = Heard()
    report = warm_start_only(small_config(*SETTINGS, f"run.dir={tmp_path / 'run'}"), view, tmp_path / "model")
    assert [step for step, _ in view.checks] == list(range(5, report.num_steps + 1, 5))
    assert [accuracy >= 0.9 for _, accuracy in view.checks] == [False] * (len(view.checks) - 1) + [True]
    assert report.accuracy == view.checks[-1][1]
    policy = load_policy(tmp_path / "model", small_config().model, torch.device("cpu"))
    saved = load_file(report.folder / "model.safetensors")
    assert all(torch.equal(tensor, policy.model.state_dict()[name]) for name, tensor in saved.items())
    assert not (tmp_path / "model" / "optimizer.pt").exists()


@pytest.mark.parametrize("at", [5, 15])
def test_interrupted_and_resumed_it_gives_the_same_weights(tmp_path: Path, at: int) -> None:
    whole, broken = (small_config(*SETTINGS, f"run.dir={tmp_path / name}") for name in ("whole", "broken"))
    expected, view = warm_start_only(whole, Heard(), None), Interrupted(at)
    assert expected.num_steps > at
    with pytest.raises(KeyboardInterrupt):
        warm_start_only(broken, view, None)
    heard = Heard()
    report = warm_start_only(broken, heard, None)
    assert (report.num_steps, report.accuracy) == (expected.num_steps, expected.accuracy)
    assert weights(tmp_path / "whole") == weights(tmp_path / "broken")
    resumed = [text for text in heard.said if "resuming the warm start" in text]
    assert len(resumed) == (at > 5)


def test_a_run_begins_with_it_and_does_not_repeat_it(tmp_path: Path) -> None:
    settings = (*SETTINGS, f"run.dir={tmp_path / 'run'}")
    report = warm_start_only(small_config(*settings), Heard(), None)
    view = Heard()
    summary = train(small_config(*settings, "grpo.num_steps=0"), view)
    assert view.checks == []
    assert (summary["warmup_steps"], summary["warmup_accuracy"]) == (report.num_steps, report.accuracy)
    assert summary["accuracy_before"] == summary["accuracy_after"] >= 0.5
    assert (tmp_path / "run" / "reward_curve.png").stat().st_size > 0
    train(small_config(*settings, "grpo.num_steps=2"), Heard())
    assert records(tmp_path / "run")[0]["score"]["verdict"] == "CORRECT"
    again = warm_start_only(small_config(*settings, "grpo.num_steps=2"), Heard(), tmp_path / "model")
    assert again == report
    copied = (tmp_path / "model" / "model.safetensors").read_bytes()
    assert copied == weights(tmp_path / "run"), "the copy is of the warm-started model, not of what was trained since"


def test_a_lost_warm_start_is_never_replaced_by_a_random_model(tmp_path: Path) -> None:
    settings = (*SETTINGS, f"run.dir={tmp_path / 'run'}", "grpo.kl_coef=0.1")
    report = warm_start_only(small_config(*settings), Heard(), None)
    shutil.rmtree(report.folder)
    with pytest.raises(CheckpointError, match=r"warmup has lost the model that this run began with: .*--fresh"):
        train(small_config(*settings), Heard())


def test_a_target_out_of_reach_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    config = small_config(*SETTINGS, "warmup.max_steps=12", f"run.dir={tmp_path / 'run'}", "warmup.lr=1e-9")
    with pytest.raises(
        WarmupError, match=r"not 0\.90 accurate on val after 12 steps, but 0\.00: raise warmup\.max_steps"
    ):
        train(config, Heard())


def test_a_target_folder_that_exists_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(WarmupError, match="exists already; choose another folder"):
        warm_start_only(small_config(*SETTINGS, f"run.dir={tmp_path / 'run'}"), Heard(), tmp_path)
    assert not (tmp_path / "run").exists()


def test_a_demonstration_is_the_oracles_response_after_the_prompt(tmp_path: Path) -> None:
    with RunFolder(small_config(*SETTINGS, f"run.dir={tmp_path / 'run'}")) as run:
        setup = open_setup(run, open_course(run.config), make_sampler, ALONE)
        one = demonstrate(setup, 0, 3)
        assert one == demonstrate(setup, 0, 3) != demonstrate(setup, 0, 4)
        tokens = setup.policy.tokenizer
        size = one.loss_mask.index(True)
        assert all(one.loss_mask[size:])
        prompt, response = one.token_ids[:size], one.token_ids[size:]
        assert tokens.decode(prompt) == setup.course.nth_task(3, setup.course.start_levels).prompt
        assert (tokens.decode(response[:-1]), response[-1]) == ("yes", tokens.eos_token_id)


@pytest.mark.parametrize("how", ["optimizer.micro_batch_tokens=4096", "optimizer.packing=false", "run.num_threads=2"])
def test_imitating_is_a_step_down_the_mean_loss_of_the_responses(tmp_path: Path, how: str) -> None:
    """However they are cut into passes: against one demonstration at a time, through the model's own logits."""
    config = small_config("task.name=GuessNumber", "model.tiny.max_length=1024", f"run.dir={tmp_path / 'run'}", how)
    with RunFolder(config) as run:
        setup = open_setup(run, open_course(run.config), make_sampler, ALONE)
    model, batch = setup.policy.model, [demonstrate(setup, 0, number) for number in range(6)]
    before = {name: tensor.clone() for name, tensor in model.named_parameters()}
    total, count = torch.zeros(()), sum(sum(one.loss_mask) for one in batch)
    for one in batch:
        ids, mask = torch.tensor(one.token_ids), torch.tensor(one.loss_mask)
        logprobs = model(input_ids=ids[None]).logits[0, :-1].log_softmax(-1)
        total = total - logprobs[torch.arange(len(ids) - 1), ids[1:]][mask[1:]].sum() / count
    gradients = dict(zip(before, torch.autograd.grad(total, list(model.parameters())), strict=True))
    norm = torch.stack([one.norm() for one in gradients.values()]).norm()
    prepare_forward(model, is_packed=config.optimizer.packing)
    loss = imitate(setup, batch, torch.optim.SGD(model.parameters(), lr=1.0), Lanes.fitting(config, model))
    assert loss == pytest.approx(float(total.detach()), rel=1e-5)
    for name, tensor in model.named_parameters():
        assert torch.allclose(before[name] - tensor, gradients[name] / max(1.0, float(norm)), atol=1e-5), name


def test_a_demonstration_of_a_game_is_the_oracles_whole_episode(tmp_path: Path) -> None:
    settings = ("task.name=GuessNumber", "task.level=1", f"run.dir={tmp_path / 'run'}")
    with RunFolder(small_config(*settings)) as run:
        setup = open_setup(run, open_course(run.config), make_sampler, ALONE)
        task = setup.course.nth_task(0, setup.course.start_levels)
        said = setup.course.taskset_of(task.id).oracle_responses(task)
        one = demonstrate(setup, 0, 0)
        tokens, end = setup.policy.tokenizer, setup.policy.end_ids[0]
        imitated = [token for token, is_trained in zip(one.token_ids, one.loss_mask, strict=True) if is_trained]
        assert imitated == [token for response in said for token in (*tokens.encode(response), end)]
        rest = tokens.decode(
            [token for token, is_trained in zip(one.token_ids, one.loss_mask, strict=True) if not is_trained]
        )
        assert len(said) > 1
        assert rest.startswith(task.prompt)
        assert rest.count("My number is") == len(said) - 1


def test_a_demonstration_of_a_game_ends_where_the_model_has_no_room_for_the_next_turn(tmp_path: Path) -> None:
    settings = (
        "task.name=GuessNumber",
        "task.options={slip = 1.0}",
        "sampler.max_length=400",
        "model.tiny.max_length=512",
    )
    with RunFolder(small_config(*settings, f"run.dir={tmp_path / 'run'}")) as run:
        setup = open_setup(run, open_course(run.config), make_sampler, ALONE)
        sizes = [len(demonstrate(setup, 0, place).token_ids) for place in range(20)]
        assert max(sizes) <= 400, "a turn that does not fit is not shown"
        assert len({size > 300 for size in sizes}) == 2, "games of different lengths"
