"""Responses side by side: how many tasks came out how, and some of each to read."""

from rlvr.grpo.report.blocks import notes
from rlvr.grpo.report.markup import Html, element, joined
from rlvr.grpo.report.pairs import Outcome, Pair, Pairs
from rlvr.grpo.report.sample import Row


def answers_section(pairs: Pairs) -> Html:
    """The outcomes with their counts, each with its examples."""
    total = sum(outcome.num_tasks for outcome in pairs.outcomes)
    tally = ", ".join(f"{outcome.num_tasks:,} {outcome.name}" for outcome in pairs.outcomes)
    return joined(
        notes(pairs.notes),
        element("p", f"Of {total:,} tasks: {tally}.") if total else None,
        (_outcome(outcome, pairs.heads) for outcome in pairs.outcomes),
    )


def _outcome(outcome: Outcome, heads: tuple[str, str]) -> Html:
    shown = len(outcome.pairs)
    of = f"{shown} of {outcome.num_tasks:,}" if shown < outcome.num_tasks else f"{shown}"
    return joined(
        element("h3", f"{outcome.name[:1].upper()}{outcome.name[1:]} ({of})"),
        (_pair(pair, heads) for pair in outcome.pairs),
    )


def _pair(pair: Pair, heads: tuple[str, str]) -> Html:
    verdicts = [_verdict(side["verdict"]) for side in pair.sides]
    top = element("summary", element("bdi", pair.task or "task", class_="told"), " ", verdicts[0], " → ", verdicts[1])
    sides = [_side(head, side) for head, side in zip(heads, pair.sides, strict=True)]
    prompt = element("pre", pair.prompt, class_="said prompt")
    return element("details", top, prompt, element("div", sides, class_="sides"), class_="pair")


def _side(head: str, row: Row) -> Html:
    left_out = row["num_turns"] - len(row["turns"])
    return element(
        "div",
        element("h4", head, " ", _verdict(row["verdict"])),
        ([_said("response", turn["response"]), _said("observation", turn["observation"])] for turn in row["turns"]),
        element("p", f"… {left_out} more turns", class_="quiet") if left_out else None,
        element("p", f"graded: {row['answer']}", class_="quiet told") if row["answer"] else None,
        element("p", row["reason"], class_="quiet told") if row["reason"] else None,
    )


def _said(kind: str, said: str) -> Html | None:
    return element("pre", said, class_=f"said {kind}") if said or kind == "response" else None


def _verdict(verdict: str) -> Html:
    return element("span", verdict, class_=f"verdict {verdict}")
