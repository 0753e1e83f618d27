from typing import Any

import pytest

from rlvr.grpo.prompts import ChatTemplateError, PromptFormat
from rlvr.grpo.tiny import END, tiny_tokenizer

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SPACED = (  # as Llama 2: a space before the end token, nothing before an answer
    "{% for message in messages %}{% if message.role == 'user' %}[INST] {{ message.content }} [/INST]"
    "{% else %}{{ message.content }} <|im_end|>{% endif %}{% endfor %}"
)
SYSTEM = "<|im_start|>system\nBe brief.<|im_end|>\n" + CHATML
FORGETFUL = CHATML.replace("message.content }}<", "message.content.split('</think>')[-1] }}<")
CONVERSATION = (("What? <b>\u20ac", "<think>2</think> 3", "Higher.\n"), ("", "4", "Say <think> once"), ("", "5", "."))


def chat(template: str | None, *ends: str) -> tuple[PromptFormat, Any]:
    """A prompt format over the tiny tokenizer with a template whose turns may end in any of `ends`."""
    tokenizer: Any = tiny_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = template
    return PromptFormat(tokenizer, tuple(tokenizer.convert_tokens_to_ids(list(ends)))), tokenizer


def test_without_a_template_the_text_stands_as_it_is() -> None:
    prompts, tokenizer = chat(None, END)
    assert prompts.first("2+2=") == tokenizer.encode("2+2=")
    end = tokenizer.eos_token_id
    assert prompts.reply("Higher.", end) == tokenizer.encode("\nHigher.\n")
    assert prompts.reply("Higher.", 65) == [end, *tokenizer.encode("\nHigher.\n")]


@pytest.mark.parametrize("template", [CHATML, SYSTEM, SPACED], ids=["chatml", "system", "spaced"])
@pytest.mark.parametrize("is_truncated", [False, True])
def test_the_tokens_are_those_of_the_whole_conversation(template: str, is_truncated: bool) -> None:
    """The sampled tokens, with what `reply` adds, are what the template makes of all messages at once."""
    prompts, tokenizer = chat(template, END, "<|im_end|>")
    closing = "" if is_truncated else " <|im_end|>" if template == SPACED else "<|im_end|>"
    ids = prompts.first(CONVERSATION[0][0])
    messages = [{"role": "user", "content": CONVERSATION[0][0]}]
    for _, response, observation in CONVERSATION:
        ids += tokenizer.encode(response + closing, add_special_tokens=False)
        ids += prompts.reply(observation, ids[-1])
        messages += [{"role": "assistant", "content": response}, {"role": "user", "content": observation}]
    whole = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert ids == tokenizer.encode(whole, add_special_tokens=False)


def test_the_token_that_closes_a_truncated_turn_is_the_templates() -> None:
    prompts, tokenizer = chat(CHATML, END, "<|im_end|>")
    closing = tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert prompts.reply("x", 65)[0] == closing
    assert prompts.reply("x", closing) == prompts.reply("x", 65)[1:]
    assert prompts.reply("x", tokenizer.eos_token_id) == prompts.reply("x", 65)[1:]


def test_a_template_that_closes_with_no_end_token_closes_a_truncated_turn_once() -> None:
    prompts, tokenizer = chat(CHATML, END)
    assert tokenizer.decode(prompts.reply("x", 65)).startswith("<|im_end|>\n<|im_start|>user\nx")


def test_a_template_that_forgets_earlier_thoughts_is_refused_by_name() -> None:
    prompts, tokenizer = chat(FORGETFUL, "<|im_end|>")
    tokenizer.name_or_path = "someone/forgetful"
    assert tokenizer.decode(prompts.first("x")).startswith("<|im_start|>user\nx")
    with pytest.raises(ChatTemplateError, match="template of someone/forgetful rewrites earlier turns"):
        prompts.reply("Higher.", 65)
