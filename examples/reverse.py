"""A task of your own, registered, made as an environment, and solved by its oracle.

Run it with `python examples/reverse.py`; answer it yourself with `rlvr play examples/reverse.py:Reverse`.
"""

import random
import string

import rlvr


@rlvr.register("Reverse")
class Reverse(rlvr.Taskset):
    """Write a word backwards."""

    def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
        """Draw four letters at level 0, and one more for each level."""
        word = "".join(rng.choices(string.ascii_lowercase, k=4 + level))
        return rlvr.Problem(f"Write {word} backwards.", reference=word[::-1])

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:  # noqa: ARG002 one turn
        """Give the answer; the class renders it as a response."""
        return str(task.reference)


if __name__ == "__main__":
    env = rlvr.make("Reverse", level=3)
    prompt, info = env.reset(options={"index": 0})
    print(info["task_id"])
    print(prompt)
    for response in (env.taskset.oracle(env.task), "<think></think><answer>no idea</answer>"):
        env.reset(options={"task_id": info["task_id"]})
        _, reward, terminated, _truncated, last = env.step(response)
        print(f"{response} -> reward {reward}, terminated {terminated}, {last['score']['verdict']}")
