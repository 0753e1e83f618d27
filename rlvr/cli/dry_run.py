"""What `rlvr train --dry-run` prints."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rlvr.grpo.report.facts import duration
from rlvr.grpo.report.visible import shortened

if TYPE_CHECKING:
    from rlvr.grpo.dry_run import DryRun
    from rlvr.grpo.rollout import Rollout

_SHOWN_CHARS: Final = 1500


def dry_run_lines(found: "DryRun") -> Iterator[str]:
    """Everything worth knowing before the run is begun, line by line."""
    group, config = found.group, found.config
    first = group.rollouts[0]
    yield ""
    yield from _quoted("prompt", first.prompt)
    best = max(group.scored, key=lambda one: one[1])[0] if group.scored else first
    for rollout in dict.fromkeys((best, first)) if best != first else (first,):
        yield from _response(rollout)
    counts = Counter(rollout.score.verdict.value for rollout in group.rollouts)
    verdicts = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    yield f"verdicts   {verdicts}: {_lesson(found)}"
    step_s = found.sample_s + found.learn_s
    yield (
        f"a step     {duration(step_s)}: sampling {duration(found.sample_s)}, learning {duration(found.learn_s)}; "
        f"{config.grpo.num_tasks * config.grpo.group_size:,} responses, {found.num_tokens:,} tokens"
    )
    yield f"the run    {duration(found.total_s)}: {config.grpo.num_steps} steps, checks {duration(found.check_s)}"
    if config.warmup.is_enabled:
        yield "           without its warm start, before which this model has nothing to say"
    memory = f"{found.ram_mb / 1024:.1f} GiB of RAM"
    yield f"memory     {memory}" + (
        "" if found.gpu_mb is None else f", {found.gpu_mb / 1024:.1f} GiB in use on the GPU"
    )
    yield "Nothing was kept. The same command without --dry-run begins."


def _lesson(found: "DryRun") -> str:
    silence = found.group.silence
    if silence is None:
        return "the group has something to teach"
    return f"a group that teaches nothing ({silence})"


def _response(rollout: "Rollout") -> Iterator[str]:
    for turn in rollout.turns:
        yield from _quoted("response", turn.response)
        if turn.observation:
            yield from _quoted("reply", turn.observation)
    score = rollout.score
    answer = "no answer was found" if score.answer is None else f"answer {shortened(score.answer, 80)!r}"
    reason = f": {shortened(score.reason, 200)}" if score.reason else ""
    yield f"           {score.verdict.value}, {answer}{reason}"


def _quoted(name: str, text: str) -> Iterator[str]:
    """Model text is data: what would draw nothing or move the cursor is named."""
    for place, line in enumerate(shortened(text, _SHOWN_CHARS).split("\n")):
        yield f"{name if place == 0 else '':<10} | {line}"
