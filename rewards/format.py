"""The format check: has the response the shape that the prompt asked for?

The value is 1.0 or 0.0, so a response cannot collect credit for pieces of the format. Over an episode it is the mean
of the turns', which no number of turns raises above 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from rlvr.rewards.extraction import Spec, parse_spec

_TAGS = ("<think>", "</think>", "<answer>", "</answer>")


def format_score(response: str, extract: Spec | list[str] = "tag") -> float:
    """Return 1.0 for a well-formed response, else 0.0.

    Well-formed is `<think>...</think>`, each tag once and nothing but white space before, followed by

    - for `tag`, by exactly `<answer>...</answer>` with nothing but white space around it and an answer in it;
    - for any other rule, by a text in which it finds an answer.

    The thoughts may be empty, the answer may not. Of a tuple, the first rule is the form that is asked for.
    """
    head, closed, final = response.partition("</think>")
    if not closed or not head.lstrip().startswith("<think>"):
        return 0.0
    if head.count("<think>") != 1 or "<think>" in final or "</think>" in final:
        return 0.0
    first = extract if isinstance(extract, str) else extract[0]
    if first != "tag":
        return float(parse_spec(first)(final).answer is not None)
    answer = final.strip()
    is_wrapped = answer.startswith("<answer>") and answer.endswith("</answer>")
    has_each_once = all(response.count(tag) == 1 for tag in _TAGS)
    return float(is_wrapped and has_each_once and parse_spec("tag")(answer).answer is not None)


def episode_format_score(responses: Sequence[str], extract: Spec | list[str] = "tag") -> float:
    """Return the mean format score of an episode's responses; 0.0 for none."""
    return sum(format_score(response, extract) for response in responses) / max(len(responses), 1)
