"""Several environments side by side: half of the responses are the oracle's, half are wrong.

Run it with `python examples/vector_env.py`; give it `async` for a process each.
"""

import sys

import rlvr

NUM_ENVS = 4


def main(mode: str) -> None:
    """Play one step in each environment."""
    envs = rlvr.make_vec("ChainSum", num_envs=NUM_ENVS, vectorization_mode=mode, level=1, split="test")
    taskset = rlvr.make_taskset("ChainSum")
    prompts, infos = envs.reset(seed=0)
    tasks = [taskset.task_from_id(task_id) for task_id in infos["task_id"]]
    responses = [taskset.oracle(task) if i % 2 == 0 else "<answer>0</answer>" for i, task in enumerate(tasks)]
    _, rewards, terminated, _, _ = envs.step(tuple(responses))
    for prompt, response, reward in zip(prompts, responses, rewards, strict=True):
        print(f"{prompt.splitlines()[0]} {response} -> {reward}")
    print(f"{sum(terminated)} of {NUM_ENVS} episodes ended")
    envs.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sync")
