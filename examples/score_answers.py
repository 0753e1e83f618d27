"""Verifiers on a few responses; a hedge, a list or a retracted answer must not be paid.

Run it with `python examples/score_answers.py`.
"""

from rlvr.rewards import Exact, Numeric, verifier_named

RESPONSES = (
    r"<think>6 * 7</think> So it is \boxed{42}.",
    r"First \boxed{41}. No, it is \boxed{42}.",
    r"\boxed{41} or \boxed{42}",
    "<answer>41 or 42</answer>",
    "<answer>42</answer> <answer>42</answer>",
    "<think>It is 42, I think",
    r"\boxed{42",
    "#### 42.0",
    "#### 42 apples",
)
COUNTDOWN = {"numbers": [3, 5, 7], "target": 26}

if __name__ == "__main__":
    numeric = Numeric()
    for response in RESPONSES:
        score = numeric(response, "42")
        print(f"{score.verdict:9} {response}    [{score.reason}]")
    print(f"{Exact(extract='whole')('Paris', 'paris').verdict:9} Paris")
    countdown = verifier_named("countdown", extract="whole")
    for response in ("3 * 7 + 5", "3 * 7 + 5 = 26", "26", "37 - 11"):
        score = countdown(response, COUNTDOWN)
        print(f"{score.verdict:9} {response}    [{score.reason}]")
