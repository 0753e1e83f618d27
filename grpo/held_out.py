"""What a run does to the model on a text that it is not trained on: the loss there, and the KL to the starting model.

A loss that rises there is forgetting, and KL(start || policy) is how far the model was moved; that the one goes by the
other is the finding of RL's Razor (arXiv:2509.04259). Both are measured on the first tokens of a file: before the first
step, at every check on `val`, and after the last step. The starting model is in memory only while it is measured,
unless the KL penalty keeps it there or it is the policy with its adapter switched off. Left out: steering a run by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from transformers import PreTrainedModel

from rlvr.grpo.config import RunConfig
from rlvr.grpo.divergence import Passage, drifts
from rlvr.grpo.probe import prepare_forward
from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.setup import Setup, starting_model

MAX_PASSAGE_TOKENS = 512
"""The text is cut into passages of so many tokens, or as many as the run's sequences may have."""

_CHARACTERS_PER_TOKEN = 32
"""No more of the text is turned into tokens, so that a long file costs no more than a short one."""


class HeldOutError(ValueError):
    """A held-out text that cannot be measured; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Of the whole held-out text."""

    loss: float
    """Mean of -log p per token under the policy, in nats."""
    kl: float
    """Mean of KL(start || policy) per token, in nats."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A text and the model that a run began with."""

    run: RunFolder
    """Knows where the run began."""
    setup: Setup
    """Its policy is measured."""
    reference: PreTrainedModel | None
    """The starting model, where it is in memory for the KL penalty."""
    passages: tuple[Passage, ...]
    """The text."""

    def measure(self) -> Measurement:
        """Measure the policy as it is; each rank takes some of the passages, and all get the same sums."""
        ranks, policy = self.setup.ranks, self.setup.policy
        start = self._start()
        found = ranks.gather(drifts(policy, start, ranks.share(self.passages)))
        num_tokens = sum(one.num_tokens for one in found)
        return Measurement(sum(one.loss for one in found) / num_tokens, sum(one.kl for one in found) / num_tokens)

    def metrics(self, suffix: str = "") -> dict[str, Any]:
        """What a measurement adds to a line of metrics.

        Args:
            suffix: Is appended to the keys.
        """
        found = self.measure()
        return {f"held_out_loss{suffix}": found.loss, f"held_out_kl{suffix}": found.kl}

    def _start(self) -> PreTrainedModel:
        if self.reference is not None:
            return self.reference
        start = starting_model(self.run, self.setup)
        if start is not self.setup.policy.model:
            prepare_forward(start, is_packed=self.run.config.optimizer.packing)
        return start


def read_held_out(config: RunConfig) -> str | None:
    """The held-out text, None where there is none.

    Raises:
        HeldOutError: The file is not there, is not UTF-8, or has nothing in it.
    """
    path = config.held_out_text
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HeldOutError(f"run.held_out_text: cannot read {path}: {error.strerror}; give a text file") from None
    except UnicodeDecodeError as error:
        raise HeldOutError(
            f"run.held_out_text: {path} is not UTF-8 (byte {error.start}): give a file of plain text"
        ) from None
    if not text.strip():
        raise HeldOutError(f"run.held_out_text: {path} has no text in it: give one that has, or leave the setting out")
    return text


def held_out_passages(setup: Setup) -> tuple[Passage, ...]:
    """The tokens of the held-out text; none where there is no text.

    Raises:
        HeldOutError: As for `read_held_out`, or there is nothing to predict.
    """
    config, tokenizer = setup.config, setup.policy.tokenizer
    text, num_tokens = read_held_out(config.run), config.run.num_held_out_tokens
    if text is None:
        return ()
    token_ids = tokenizer.encode(text[: num_tokens * _CHARACTERS_PER_TOKEN], add_special_tokens=False)[:num_tokens]
    begin = _begin_ids(tokenizer)
    size = min(MAX_PASSAGE_TOKENS, setup.policy.max_length(config.sampler.max_length)) - len(begin)
    parts = [(*begin, *token_ids[at : at + size]) for at in range(0, len(token_ids), size)]
    passages = tuple(Passage(part) for part in parts if len(part) > 1)
    if not passages:
        raise HeldOutError(
            f"run.held_out_text: {config.run.held_out_text} is {len(token_ids)} token long, and the first token of a "
            "text is predicted by nothing: give a longer text"
        )
    return passages


def _begin_ids(tokenizer: Any) -> tuple[int, ...]:
    """What the tokenizer puts before a text: its begin token, without which some models predict nothing well."""
    begin = tokenizer.bos_token_id
    return (begin,) if begin is not None and tokenizer.encode("a")[:1] == [begin] else ()


def open_held_out(
    run: RunFolder, setup: Setup, reference: PreTrainedModel | None, passages: Sequence[Passage]
) -> HeldOut | None:
    """What measures the held-out text, None without one; a resumed run measures the text that it began with.

    Raises:
        HeldOutError: The text is not what it was when the run began.
    """
    if not passages:
        return None
    words = ",".join(str(token) for passage in passages for token in passage.token_ids)
    described = {
        "num_tokens": sum(len(passage.token_ids) - passage.num_given for passage in passages),
        "digest": blake2b(words.encode(), digest_size=16).hexdigest(),
    }
    before = setup.ranks.agree(run.read_json("held_out.json"))
    if before is not None and before != described:
        raise HeldOutError(
            f"{run.config.run.held_out_text} is not the text that this run began with, so its numbers could not be "
            "compared: put the text back, or start over with --fresh"
        )
    if before is None:
        run.write_json("held_out.json", described)
    return HeldOut(run, setup, reference, tuple(passages))
