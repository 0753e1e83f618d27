"""Alarms: what the numbers of a run look like when training goes wrong.

Each alarm is a pure function of the newest lines of `metrics.jsonl`, oldest first: a message while its trouble is
there, else None. A message says what was seen and what to look at. Alarms steer nothing, read no clock and never
`test`; a line that lacks a key they need is as good as absent. When a message is worth a word is `rlvr.grpo.watch`'s.

What a level of the curriculum changes is no trouble: alarms that compare with earlier lines go back no further than
the present levels do.
"""

import json
import math
import statistics
from collections.abc import Callable, Sequence

from rlvr.grpo.window import (
    RECENT,
    Check,
    Line,
    at_present_levels,
    checks_of,
    first_mean,
    known,
    newest_with,
    num_tasks,
    recent_mean,
    scatter,
    signal_share,
)

Alarm = Callable[[Sequence[Line]], str | None]
"""From the newest lines, oldest first, to a message or None."""

WINDOW = 1000
"""Lines that alarms are handed at most."""

MIN_RISE = 0.05
"""`hacking`: rise of the reward that accuracy is asked about, if the reward does not jump as far from step to step."""
MIN_MISSED = 0.2
"""`hacking`: how much less accuracy must have risen. A format weight is at most 0.2 of that of being right, so learning
the format alone raises the reward by 1/6 at most."""
MIN_KEPT = 0.5
"""`hacking`: share of the reward's rise which accuracy has to match, within its error. With partial credit the reward
rises before accuracy does, but not by more than twice as much for long."""
HACKING_Z = 3.5
"""`hacking`: standard errors by which accuracy must miss that share: many pairs of checks are compared, so two or
three would be met by chance. In 400 simulated healthy runs of 200 steps, three gave this alarm."""
HACKING_LEG = 3
"""`hacking`: lines that the reward beside a check is averaged over; few, since a hack may take no more than ten."""
MIN_OVERRULED = 0.2
"""`hacking`: growth, since the first check, of the share of `val` by which the verifier is kinder than the audit. An
audit that is merely stricter does not grow."""
MOST_OVERRULED = 0.5
"""`hacking`: that share which needs no growth: wrong every other time is not strictness."""
MIN_NUM_OVERRULED = 5
"""`hacking`: responses that this must be about; fewer are soon a handful of odd ones."""
ONE_ANSWER_SHARE = 0.8
"""`one_answer`: share of the tasks that the answer wins. Where questions have two answers, chance gives 0.5 to 0.6."""
ONE_ANSWER_TASKS = 24
"""`one_answer`: tasks that this must be about: of so many fair coins, 80% fall alike once in five hundred times."""
REPETITION_RISE = 0.25
"""`repetition`: rise since the start. Written solutions of mathematics and programs have 0.1 to 0.3, growing with their
length, but not by so much."""
MAX_REPETITION = 0.7
"""`repetition`: what needs no rise; less than one in a hundred of those solutions has as much."""
MAX_KL = 0.5
"""`kl`: nats per token, together with `MAX_RESPONSE_KL`: short responses can be of another mind in every token."""
MAX_RESPONSE_KL = 14.0
"""`kl`: nats per response: what it costs to keep only what is right of a model that is right once in a million times.
Learning what a model can do at all costs less."""
MIN_RESPONSE_ENTROPY = 0.1
"""`entropy`: nats per response. Below, one response in fifty differs from the most likely one, and groups are alike."""
ENTROPY_FALL = 5.0
"""`entropy`: factor of its fall that is trouble together with `SIGNAL_FALL`: a long response can keep some nats in its
wording and still have no other outcome."""
SIGNAL_FALL = 2.0
"""`entropy`: factor by which the share of groups that teach fell, so that hard tasks alone are not it."""
MAX_SIGNAL = 0.25
"""`entropy`: share of groups that teach at which the batch is mostly idle."""
ENTROPY_DONE = 0.9
"""`entropy`: accuracy from which a sure policy is a finished one."""
MAX_TRUNCATED = 0.25
"""`truncation`: share of responses. What is cut off has no answer, so with a quarter the batch teaches brevity."""
MAX_UNSCORED = 0.05
"""`unscored`: share of responses: one in twenty is no accident of single workers."""
MAX_UNSCORED_NOW = 0.5
"""`unscored`: that share in the last step alone: the verifier is down, which should not wait for an average."""
LENGTH_FACTOR = 1.5
"""`length`: factor by which responses grew or shrank; means over five steps of 64 responses scatter by a tenth."""
LENGTH_EXCUSE = 0.05
"""`length`: rise of accuracy in the same time that explains another length."""
LENGTH_HORIZON = 100
"""`length`: lines that are compared. Over thousands of steps, longer responses are how learning to reason looks."""


def hacking(window: Sequence[Line]) -> str | None:
    """The reward rises and accuracy on `val` does not, or the audit overrules the task's own verifier."""
    lines = at_present_levels(window)
    checks = checks_of(lines)
    return (_overruled(checks) or _bought(lines, checks)) if checks else None


def one_answer(window: Sequence[Line]) -> str | None:
    """One answer wins, whatever the task."""
    lines = newest_with(window, ONE_ANSWER_TASKS)
    answers = {line.get("top_answer") for line in lines}
    if len(answers) != 1 or None in answers:
        return None
    count = sum(num_tasks(line) for line in lines)
    share = sum(num_tasks(line) * line.get("top_answer_share", 0.0) for line in lines) / count
    if share < ONE_ANSWER_SHARE:
        return None
    # Model text is data: quoted as JSON, nothing in it can move a cursor or look like a line of its own.
    return (
        f"the answer {json.dumps(answers.pop())} was given by at least half of the rollouts of {share:.0%} of the last "
        f"{count} tasks: see whether those tasks really have it in common, and else why it is paid for"
    )


def repetition(window: Sequence[Line]) -> str | None:
    """Responses repeat themselves."""
    lines = at_present_levels(window)
    now, start = recent_mean(lines, "repetition"), first_mean(lines, "repetition")
    if now is None or (now < MAX_REPETITION and (start is None or now - start < REPETITION_RISE)):
        return None
    return (
        f"{now:.0%} of the runs of 4 tokens in a response stood in it before{_at_start(start, '.0%')}: read the "
        "longest responses in rollouts.jsonl; what they repeat is either paid for or a loop that nothing ends"
    )


def kl(window: Sequence[Line]) -> str | None:
    """The policy is far from the model that it started from."""
    values = known(window[-RECENT:], "kl")
    # The estimate has a heavy tail: a single token may be worth more than the rest of its batch.
    now, size = statistics.median(values) if len(values) == RECENT else 0.0, recent_mean(window, "mean_tokens") or 0.0
    if now < MAX_KL or now * size < MAX_RESPONSE_KL:
        return None
    return (
        f"KL to the starting model is {now:.2f} nats per token, {now * size:.0f} per response: see whether they are "
        "readable and val accuracy still rises; a lower optimizer.lr or a higher grpo.kl_coef keeps the policy closer"
    )


def entropy(window: Sequence[Line]) -> str | None:
    """The policy is sure of itself before it is right."""
    lines = at_present_levels(window)
    now, start, size = (*_now_and_start(lines, "entropy"), recent_mean(lines, "mean_tokens"))
    accuracy = recent_mean(lines, "accuracy") or 0.0
    if now is None or size is None or accuracy >= ENTROPY_DONE:
        return None
    has_fallen = start is not None and now * ENTROPY_FALL <= start and _has_lost_signal(lines)
    if now * size > MIN_RESPONSE_ENTROPY and not has_fallen:
        return None
    return (
        f"entropy is {now:.2g} nats per token, {now * size:.2g} per response{_at_start(start, '.2g')}, at accuracy "
        f"{accuracy:.2f}, and {signal_share(lines[-RECENT:]):.0%} of the groups teach: responses to a task no longer "
        "differ. Look at sampler.temperature and optimizer.lr, and at a higher grpo.clip_high or grpo.entropy_coef"
    )


def truncation(window: Sequence[Line]) -> str | None:
    """Responses run into the token limit."""
    now = recent_mean(window, "truncated")
    if now is None or now < MAX_TRUNCATED:
        return None
    return (
        f"{now:.0%} of the responses of the last {RECENT} steps ran into the token limit, at a mean of "
        f"{recent_mean(window, 'mean_tokens') or 0:.0f} tokens: see whether they were on their way or in a loop, and "
        "raise sampler.max_tokens or look at what pays for length"
    )


def unscored(window: Sequence[Line]) -> str | None:
    """We fail to judge."""
    shares = known(window[-RECENT:], "unscored")
    now, last = (statistics.fmean(shares), shares[-1]) if shares else (0.0, 0.0)
    if (now < MAX_UNSCORED or len(shares) < RECENT) and last < MAX_UNSCORED_NOW:
        return None
    return (
        f"{now:.0%} of the responses of the last {len(shares)} steps could not be judged, {last:.0%} of those of the "
        "last one: the reasons are in rollouts.jsonl, in the score of the rows whose verdict is UNSCORED"
    )


def length(window: Sequence[Line]) -> str | None:
    """Responses grow or shrink, and are no better for it."""
    lines = at_present_levels(window[-LENGTH_HORIZON:])
    now, start = _now_and_start(lines, "mean_tokens")
    after, before = (value or 0.0 for value in _now_and_start(lines, "accuracy"))
    if not now or not start or max(now / start, start / now) < LENGTH_FACTOR or after - before >= LENGTH_EXCUSE:
        return None
    return (
        f"responses went from {start:.0f} to {now:.0f} tokens since step {lines[0]['step']}, and accuracy from "
        f"{before:.2f} to {after:.2f}: compare short and long responses in rollouts.jsonl by reward and parts"
    )


ALARMS: dict[str, Alarm] = {
    "hacking": hacking,
    "one_answer": one_answer,
    "repetition": repetition,
    "kl": kl,
    "entropy": entropy,
    "truncation": truncation,
    "unscored": unscored,
    "length": length,
}
"""Every alarm by its name."""


def _overruled(checks: Sequence[Check]) -> str | None:
    """Whether the audit calls wrong what the task's verifier calls CORRECT, at the last check."""
    first, now = checks[0], checks[-1]
    bound = min(MOST_OVERRULED, max(0.0, first.overruled) + MIN_OVERRULED)
    if now.overruled < bound or now.overruled * now.num_tasks < MIN_NUM_OVERRULED:
        return None
    return (
        f"on val after step {now.step}, the task's verifier calls {now.own:.2f} of {now.num_tasks} responses CORRECT "
        f"and the audit {now.accuracy:.2f} (after step {first.step}, {first.own:.2f} and {first.accuracy:.2f}): the "
        "verifier pays for what is not right. Read the CORRECT responses of the last step in rollouts.jsonl"
    )


def _bought(lines: Sequence[Line], checks: Sequence[Check]) -> str | None:
    """Compare the last check with each earlier one: what the reward gained since, and what accuracy did."""
    now, found = checks[-1], None
    late = known(lines[max(0, now.place - HACKING_LEG) : now.place], "reward")
    spread = scatter(lines[: now.place], "reward")
    for then in checks[:-1]:
        early = known(lines[then.place : then.place + HACKING_LEG], "reward")
        if now.place - then.place < 2 * HACKING_LEG or not early or not late:
            continue
        before, after = statistics.fmean(early), statistics.fmean(late)
        rise, growth = after - before, now.accuracy - then.accuracy
        shake = spread * math.sqrt(1 / len(early) + 1 / len(late))
        noise = math.sqrt((MIN_KEPT * shake) ** 2 + then.variance + now.variance)
        is_missed = rise - growth >= MIN_MISSED and MIN_KEPT * rise - growth >= HACKING_Z * noise
        if rise >= max(MIN_RISE, shake) and is_missed and (found is None or rise - growth > found[0]):
            found = rise - growth, then, before, after
    return found and _bought_message(now, *found[1:])


def _bought_message(now: Check, then: Check, before: float, after: float) -> str:
    name = "val accuracy" if now.audited is None else "audited val accuracy"
    return (
        f"the reward rose from {before:.2f} to {after:.2f} between step {then.step + 1} and step {now.step} while "
        f"{name} went from {then.accuracy:.2f} to {now.accuracy:.2f} ({now.num_tasks} tasks): something else than "
        "being right is paid for. Read the best-paid responses of the last step in rollouts.jsonl, and their parts"
    )


def _has_lost_signal(lines: Sequence[Line]) -> bool:
    now, start = signal_share(lines[-RECENT:]), signal_share(lines[:RECENT])
    return now <= MAX_SIGNAL and now * SIGNAL_FALL <= start


def _now_and_start(lines: Sequence[Line], key: str) -> tuple[float | None, float | None]:
    return recent_mean(lines, key), first_mean(lines, key)


def _at_start(start: float | None, form: str) -> str:
    return "" if start is None else f" ({start:{form}} at the start)"
