"""A verifier of your own that is slow on one answer; the worker pool stops it there and nowhere else.

Run it with `python examples/custom_verifier.py`. A worker cannot import a main script, so the class is named by its
file; in a module of your own you would import it.
"""

from typing import Any

import rlvr
from rlvr.rewards import verifier_named


class PrimeAbove(rlvr.Verifier):
    """The answer is a prime above the reference, found by trial division, which takes minutes for a large prime."""

    extract = "tag"

    def grade(self, answer: str, reference: Any) -> bool:
        """Return whether the answer is such a prime; what is no number is wrong, never an exception."""
        if not (answer.isdecimal() and len(answer) < 20 and int(answer) > max(reference, 1)):
            return False
        number, divisor = int(answer), 2
        while divisor * divisor <= number:
            if number % divisor == 0:
                return False
            divisor += 1
        return True


if __name__ == "__main__":
    verifier = verifier_named(f"{__file__}:PrimeAbove")
    answers = ("101", "103", "105", "97", "101 or 105", "1000000000000000003", "107")
    scores = verifier.verify_many([(f"<answer>{answer}</answer>", 100) for answer in answers])
    for answer, score in zip(answers, scores, strict=True):
        print(f"{score.verdict:8} {score.value} {answer} {score.reason}".rstrip())
