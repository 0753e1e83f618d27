"""A game of several turns through Gymnasium's own `make`, played by the taskset's oracle.

Run it with `python examples/play_guess_number.py`.
"""

from typing import cast

import gymnasium

import rlvr

gymnasium.register_envs(rlvr)

if __name__ == "__main__":
    env = cast(rlvr.TextEnv, gymnasium.make("rlvr/GuessNumber-v0", level=4, split="test").unwrapped)
    observation, info = env.reset(seed=7)
    print(info["task_id"])
    print(observation)
    terminated = truncated = False
    while not (terminated or truncated):
        response = env.taskset.oracle(env.task, env.turns)
        observation, reward, terminated, truncated, info = env.step(response)
        print(f"turn {info['turn']}: {response} -> {observation} (reward {reward})")
    print(f"{info['score']['verdict']} after {info['turn']} turns")
