"""Text to token ids, in one place: how a prompt begins a conversation and how a reply continues it.

With a chat template, a reply's tokens are the template's own difference between n and n + 1 messages, found once with
sentinels, so earlier turns are never tokenised again. Without one, the text stands as it is.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

_ASSISTANT, _USER = "<think>\u241f</think>\u241fassistant\u241f", "\u241fuser\u241f"


class ChatTemplateError(ValueError):
    """A chat template that rewrites earlier turns, so a conversation cannot be extended token by token."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around an observation."""

    closing: tuple[int, ...]
    """Tokens that close a turn the policy did not close itself."""
    before: str
    """Text between them and the observation."""
    after: str
    """Text between the observation and the next completion."""


class PromptFormat:
    """Turns prompts and observations into token ids for one tokenizer."""

    def __init__(self, tokenizer: Any, end_ids: tuple[int, ...]) -> None:
        self._tokenizer = tokenizer
        self._end_ids = end_ids
        self._has_template = bool(getattr(tokenizer, "chat_template", None))

    def first(self, prompt: str) -> list[int]:
        """Token ids [P] that the first completion continues."""
        if not self._has_template:
            return self._encode(prompt)
        return self._encode(self._render([{"role": "user", "content": prompt}]))

    def reply(self, observation: str, last_id: int) -> list[int]:
        """Token ids between the end of one turn and the start of the next; none of them is trained.

        Args:
            observation: What the environment said.
            last_id: The turn's last sampled token; unless it is an end token, the turn was truncated and the
                token that closes it comes first.

        Raises:
            ChatTemplateError: The template rewrites earlier turns.
        """
        frame = self._frame
        closing = () if last_id in self._end_ids else frame.closing
        return [*closing, *self._encode(frame.before + observation + frame.after)]

    @cached_property
    def _frame(self) -> _Frame:
        if not self._has_template:
            return _Frame(self._end_ids[:1], "\n", "\n")
        head = [{"role": "user", "content": "x"}]
        opened = self._render(head) + _ASSISTANT
        turns = [{"role": "assistant", "content": _ASSISTANT}, {"role": "user", "content": _USER}]
        whole = self._render(head + turns)
        if not whole.startswith(opened):
            name = getattr(self._tokenizer, "name_or_path", "") or "this tokenizer"
            raise ChatTemplateError(
                f"the chat template of {name} rewrites earlier turns (it drops their thinking, say), so a multi-turn "
                "conversation cannot be extended token by token; use a model whose template keeps them"
            )
        before, _, after = whole.removeprefix(opened).partition(_USER)
        return self._split_end(before, after)

    def _split_end(self, before: str, after: str) -> _Frame:
        """Cut after the end token, if the template closes a turn with one; what it closes with else is in `before`."""
        for end_id in self._end_ids:
            space, end, rest = before.partition(self._tokenizer.decode([end_id]))
            if end and not space.strip():
                return _Frame((*self._encode(space), end_id), rest, after)
        return _Frame((), before, after)

    def _render(self, messages: list[dict[str, str]]) -> str:
        return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))
