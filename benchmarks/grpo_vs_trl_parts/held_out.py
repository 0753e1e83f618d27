"""A taskset of ours under TRL's Python: rewards by its own verification, and accuracy on its held-out tasks."""

import time
from typing import Any

import torch

from rlvr.envs.registry import make_taskset


class HeldOut:
    """Verifies completions by task id, and samples the first tasks of `val` once each at temperature 1.

    Args:
        job: The worker's job; its `taskset` names the taskset, the level, the options and the number of tasks.
    """

    def __init__(self, job: dict[str, Any]) -> None:
        given = job["taskset"]
        self._taskset = make_taskset(given["name"], instructions=given["instructions"], **given["options"])
        self._tasks = self._taskset.tasks("val", given["level"], given["num_val_tasks"])
        self._max_tokens = job["max_tokens"]

    def verify_row(self, task_id: str, text: str) -> float | None:
        """Return a completion's reward; None where it could not be judged."""
        return self._taskset.verify(self._taskset.task_from_id(task_id), text).value

    @torch.no_grad()
    def accuracy(self, model: Any, tokenizer: Any) -> tuple[float, float]:
        """Return the share of right responses, and the seconds that finding it took."""
        started_s = time.perf_counter()
        was_training = model.training
        model.eval()
        batch = tokenizer([task.prompt for task in self._tasks], return_tensors="pt", padding=True, padding_side="left")
        given = {name: batch[name].to(model.device) for name in ("input_ids", "attention_mask")}
        ids = model.generate(**given, do_sample=True, temperature=1.0, top_k=0, max_new_tokens=self._max_tokens)
        texts = tokenizer.batch_decode(ids[:, given["input_ids"].shape[1] :], skip_special_tokens=True)
        pairs = zip(self._tasks, texts, strict=True)
        num_right = sum(self._taskset.verify(task, text).value == 1.0 for task, text in pairs)
        model.train(was_training)
        return num_right / len(self._tasks), time.perf_counter() - started_s
