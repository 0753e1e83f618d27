"""How an answer is asked for and written, for each way of extracting it.

`instruction` is the sentence appended to a prompt, `render` the response that an oracle gives: the work inside
`<think>` and the answer where the extraction looks for it.
"""

from __future__ import annotations

from rlvr.envs.task import Solution

_SENTENCES = {
    "tag": "Think inside <think> </think>, then give the final answer inside <answer> </answer>.",
    "boxed": "Think inside <think> </think>, then give the final answer as \\boxed{answer}.",
    "hash": "Think inside <think> </think>, then give the final answer on a last line that starts with ####.",
    "marker": "Think inside <think> </think>, then end with a line of the form Answer: answer",
    "code": "Think inside <think> </think>, then give the program in one fenced code block.",
    "whole": "Think inside <think> </think>, then reply with the answer alone.",
}


def instruction(extract: str | tuple[str, ...]) -> str:
    """The standard sentence for an extraction rule, or for the first of several.

    Returns:
        The sentence; empty for `regex:...`, whose form only the task's author can put in words.
    """
    kind, language = _parts(extract)
    if kind == "code" and language:
        return f"Think inside <think> </think>, then give the program in one ```{language} code block."
    return _SENTENCES.get(kind, "")


def render(extract: str | tuple[str, ...], solution: Solution) -> str:
    """The response that shows a solution's work and states its answer.

    Args:
        extract: The extraction rule; the first of several decides.
        solution: What to write. For `regex:...` the answer must itself be text that the expression finds.
    """
    kind, language = _parts(extract)
    answer = solution.answer
    written = {
        "tag": f"<answer>{answer}</answer>",
        "boxed": f"\\boxed{{{answer}}}",
        "hash": f"#### {answer}",
        "marker": f"Answer: {answer}",
        "code": f"```{language}\n{answer.rstrip()}\n```",
    }.get(kind, answer)
    gap = "" if kind == "tag" else "\n"
    return f"<think>{solution.work}</think>{gap}{written}"


def _parts(extract: str | tuple[str, ...]) -> tuple[str, str]:
    first = extract if isinstance(extract, str) else extract[0]
    kind, _, rest = first.partition(":")
    return kind, rest
