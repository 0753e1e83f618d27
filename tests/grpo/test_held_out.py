import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from rlvr.grpo import held_out
from rlvr.grpo.config import RunConfig
from rlvr.grpo.held_out import HeldOutError, held_out_passages, read_held_out
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.setup import Setup
from tests.grpo.adapted import LORA
from tests.grpo.answers import run, seldom
from tests.grpo.runs import Heard, metrics
from tests.grpo.small import small_config

TEXT = "It was the text that nobody trained on: 12+30, twice.\n" * 40
SETTINGS = ("grpo.num_steps=4", "run.val_every=2", "run.checkpoint_every=2", "run.num_eval_tasks=0", "grpo.num_tasks=1")
KEYS = {"held_out_loss", "held_out_kl"}
START_KEYS = {"held_out_loss_start", "held_out_kl_start"}

STARTS = (
    pytest.param((), id="loaded"),
    pytest.param(("grpo.kl_coef=0.01",), id="reference"),
    pytest.param((f"model.lora.rank={LORA.rank}",), id="adapter"),
)
"""The three places where the starting model is found."""


class Interrupted(Exception):
    """Ends a run in the middle."""


class Interrupting(Heard):
    """A view that ends the run at a step that no checkpoint has yet."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        super().step(metrics, num_steps)
        if metrics["step"] == 3:
            raise Interrupted


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "held_out.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def settings(text: Path, *more: str) -> tuple[str, ...]:
    return (*SETTINGS, f"run.held_out_text={text}", "run.num_held_out_tokens=700", *more)


def held_out_of(line: dict[str, Any]) -> dict[str, float]:
    return {key: value for key, value in line.items() if key.startswith("held_out")}


def summary_of(folder: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return summary


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read .*No such file"),
        (b"", "has no text in it"),
        (b" \n\t\n", "has no text in it"),
        (b"caf\xe9", r"is not UTF-8 \(byte 3\)"),
        (b"a", "is 1 token long"),
    ],
)
def test_a_text_that_cannot_be_measured_is_refused_before_anything_is_trained(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "held_out.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(HeldOutError, match=f"run.held_out_text: .*{message}"):
        run(tmp_path / "run", seldom, *settings(path))
    assert not (tmp_path / "run" / "metrics.jsonl").exists()
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(HeldOutError, match="Is a directory"):
        read_held_out(RunConfig(held_out_text=tmp_path))
    assert read_held_out(RunConfig()) is None


@pytest.mark.parametrize(("num_tokens", "lengths"), [(700, [128] * 5 + [60]), (129, [128]), (130, [128, 2]), (2, [2])])
def test_a_text_is_cut_into_passages(text: Path, policy: Policy, num_tokens: int, lengths: list[int]) -> None:
    """A last passage of one token would have nothing to predict."""
    config = small_config(
        f"run.held_out_text={text}", f"run.num_held_out_tokens={num_tokens}", "sampler.max_length=128"
    )
    passages = held_out_passages(Setup(config, policy, *[None] * 4))  # type: ignore[arg-type]
    assert [len(one.token_ids) for one in passages] == lengths
    assert "".join(policy.decode(list(one.token_ids)) for one in passages) == TEXT[: sum(lengths)]


class Beginning:
    """A tokenizer that puts a begin token before a text."""

    bos_token_id = 7

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode(self, text: str, *, add_special_tokens: bool = True) -> list[int]:
        return [self.bos_token_id] * add_special_tokens + list(self._tokenizer.encode(text))


def test_each_passage_begins_as_the_tokenizer_begins_a_text(text: Path, policy: Policy) -> None:
    config = small_config(f"run.held_out_text={text}", "run.num_held_out_tokens=10", "sampler.max_length=5")
    begun = replace(policy, tokenizer=Beginning(policy.tokenizer))
    passages = held_out_passages(Setup(config, begun, *[None] * 4))  # type: ignore[arg-type]
    plain = policy.tokenizer.encode(TEXT)
    assert [one.token_ids for one in passages] == [(7, *plain[0:4]), (7, *plain[4:8]), (7, *plain[8:10])]


@pytest.mark.parametrize("more", STARTS)
def test_a_run_measures_before_during_and_after(tmp_path: Path, text: Path, more: tuple[str, ...]) -> None:
    run(tmp_path / "run", seldom, *settings(text, *more))
    lines, summary = metrics(tmp_path / "run"), summary_of(tmp_path / "run")
    assert [held_out_of(line).keys() for line in lines] == [START_KEYS, KEYS, set(), KEYS]
    assert lines[0]["held_out_kl_start"] == 0.0
    assert lines[3]["held_out_kl"] > lines[1]["held_out_kl"] > 1e-5
    assert summary["held_out_loss_before"] == lines[0]["held_out_loss_start"]
    assert [summary["held_out_loss_after"], summary["held_out_kl"]] == list(held_out_of(lines[3]).values())
    start, now = (
        load_policy(tmp_path / "run" / name, small_config().model, torch.device("cpu"))
        for name in ("tiny", "checkpoints/step-4")
    )
    before, after = predictions(start), predictions(now)
    assert summary["held_out_loss_before"] == pytest.approx(before.loss, abs=1e-5)
    assert summary["held_out_loss_after"] == pytest.approx(after.loss, abs=1e-5)
    kl = (before.logs.exp() * (before.logs - after.logs)).sum(1).mean()
    assert summary["held_out_kl"] == pytest.approx(float(kl), abs=1e-6)


@dataclass(frozen=True, slots=True)
class Predictions:
    """Of the held-out text, by whole logits."""

    targets: Tensor
    """[N]."""
    logs: Tensor
    """Log-probabilities over the vocabulary, [N, V]."""

    @property
    def loss(self) -> float:
        return -float(self.logs.gather(1, self.targets[:, None]).mean())


@torch.no_grad()
def predictions(policy: Policy) -> Predictions:
    ids = torch.tensor(policy.tokenizer.encode(TEXT)[:700])
    parts = ids[:512], ids[512:]
    logits = [policy.model(input_ids=part[None]).logits[0, :-1].double() for part in parts]
    return Predictions(torch.cat([part[1:] for part in parts]), torch.cat(logits).log_softmax(-1))


def test_it_changes_nothing_about_a_run(tmp_path: Path, text: Path) -> None:
    run(tmp_path / "with", seldom, *settings(text))
    run(tmp_path / "without", seldom, *SETTINGS)
    watched, plain = metrics(tmp_path / "with"), metrics(tmp_path / "without")
    assert [{key: line[key] for key in line.keys() - held_out_of(line).keys()} for line in watched] == plain
    weights = [(tmp_path / name / "checkpoints/step-4/model.safetensors").read_bytes() for name in ("with", "without")]
    assert weights[0] == weights[1]
    summary = summary_of(tmp_path / "without")
    assert [summary[key] for key in ("held_out_loss_before", "held_out_loss_after", "held_out_kl")] == [None] * 3
    assert not (tmp_path / "without" / "held_out.json").exists()


@pytest.mark.parametrize("more", [*STARTS, pytest.param(("run.val_every=0",), id="without-val")])
def test_an_interrupted_run_measures_what_another_one_does(tmp_path: Path, text: Path, more: tuple[str, ...]) -> None:
    given = settings(text, *more)
    with pytest.raises(Interrupted):
        run(tmp_path / "stopped", seldom, *given, view=Interrupting())
    run(tmp_path / "stopped", seldom, *given)
    run(tmp_path / "whole", seldom, *given)
    stopped, whole = metrics(tmp_path / "stopped"), metrics(tmp_path / "whole")
    assert stopped == whole
    assert held_out_of(whole[0]).keys() == START_KEYS
    assert held_out_of(summary_of(tmp_path / "stopped")) == held_out_of(summary_of(tmp_path / "whole"))
    assert summary_of(tmp_path / "whole")["held_out_kl"] > 1e-6


def test_another_text_is_refused_by_a_run_that_has_begun(tmp_path: Path, text: Path) -> None:
    with pytest.raises(Interrupted):
        run(tmp_path / "run", seldom, *settings(text), view=Interrupting())
    text.write_text(TEXT + "What comes after the tokens that are read does not count.")
    with pytest.raises(Interrupted):
        run(tmp_path / "run", seldom, *settings(text), view=Interrupting())
    text.write_text(TEXT.replace("12", "13"))
    with pytest.raises(HeldOutError, match="is not the text that this run began with"):
        run(tmp_path / "run", seldom, *settings(text))


def test_a_long_file_is_read_no_further_than_it_counts(tmp_path: Path, policy: Policy, monkeypatch: Any) -> None:
    monkeypatch.setattr(held_out, "_CHARACTERS_PER_TOKEN", 1)
    path = tmp_path / "long.txt"
    path.write_text("é" * 10_000, encoding="utf-8")
    config = small_config(f"run.held_out_text={path}", "run.num_held_out_tokens=10")
    (passage,) = held_out_passages(Setup(config, policy, *[None] * 4))  # type: ignore[arg-type]
    assert len(passage.token_ids) == 10
