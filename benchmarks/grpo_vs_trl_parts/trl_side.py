"""TRL's worker: `GRPOTrainer` with a callback that waits before each step. It runs under TRL's own Python.

    python -m grpo_vs_trl_parts.trl_side JOB.json

The objective is ours: the mean over all tokens of clipped ratios, advantages by the group's sample deviation, no
reference model. Each sampled batch is used for `num_updates` whole optimizer updates, whose learning rate is our
schedule's, and its prompts come in the order of the job's rows. Nothing is logged but what the trainer keeps anyway,
nothing is saved, float32 stays float32 and there is no gradient checkpointing.
"""

from collections.abc import Callable
from typing import Any

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback

from grpo_vs_trl_parts.channel import Channel, Stopped, read_job
from grpo_vs_trl_parts.gpu_memory import gpu_memory
from grpo_vs_trl_parts.judges import is_even, judge_or_hang
from grpo_vs_trl_parts.schedule import lr_factor

JUDGES = {"is_even": is_even, "judge_or_hang": judge_or_hang}


class Gate(TrainerCallback):
    """Reports each sampled batch's last update, after a look at held-out accuracy where one is due, and waits."""

    def __init__(self, channel: Channel, job: dict[str, Any]) -> None:
        self._channel = channel
        self._job = job
        self.lengths: list[int] = []
        self.rewards: list[float] = []
        self.evaluate: Callable[[], tuple[float, float]] | None = None

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002 the callback's interface
        """Report, and wait."""
        step, rest = divmod(state.global_step, self._job["num_updates"])
        if rest:
            return
        accuracy, val_s = None, 0.0
        if self.evaluate is not None and step % self._job["val_every"] == 0:
            accuracy, val_s = self.evaluate()
        facts = {"num_tokens": sum(self.lengths), "lengths": self.lengths, "val_accuracy": accuracy}
        reward = sum(self.rewards) / max(1, len(self.rewards))
        self.lengths, self.rewards = [], []
        self._channel.stepped(val_s, reward=reward, **facts, **gpu_memory())


def settings(job: dict[str, Any], folder: str) -> trl.GRPOConfig:
    """Return the trainer's configuration."""
    size, on_gpu = job["per_device"], job["device"] == "cuda"
    accumulated = job["num_tasks"] * job["group_size"] // size
    return trl.GRPOConfig(
        output_dir=folder,
        use_cpu=not on_gpu,
        bf16=on_gpu,
        seed=job["seed"],
        report_to="none",
        logging_strategy="no",
        save_strategy="no",
        disable_tqdm=True,
        gradient_checkpointing=False,
        max_steps=job["num_steps"] * job["num_updates"],
        per_device_train_batch_size=size,
        gradient_accumulation_steps=accumulated,
        steps_per_generation=accumulated,
        num_iterations=job["num_updates"],
        num_generations=job["group_size"],
        max_completion_length=job["max_tokens"],
        temperature=1.0,
        top_p=1.0,
        top_k=0,
        shuffle_dataset=False,
        loss_type="dapo",
        scale_rewards="group",
        beta=0.0,
        epsilon=job["clip_low"],
        epsilon_high=job["clip_high"],
        mask_truncated_completions=False,
        max_grad_norm=1.0,
        use_vllm=job["vllm"],
        use_transformers_continuous_batching=job["continuous_batching"],
    )


def optimizers(model: Any, job: dict[str, Any]) -> tuple[Any, Any]:
    """Return AdamW and the schedule that our side has: one rate for all updates of a sampled batch."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=job["lr"], betas=tuple(job["betas"]), weight_decay=0.0)

    def factor(update: int) -> float:
        return lr_factor(update // job["num_updates"], job["num_steps"], job["warmup_steps"], job["schedule"])

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def reward_function(judge: Callable[[str, str], float], gate: Gate) -> Callable[..., list[float]]:
    """Return the reward: the judge called on each completion, as TRL's documentation writes reward functions."""

    def reward(completions: list[str], completion_ids: list[list[int]], task_id: list[str], **_: Any) -> list[float]:
        gate.lengths += [len(ids) for ids in completion_ids]
        found = [judge(name, text) for name, text in zip(task_id, completions, strict=True)]
        gate.rewards += found
        return found

    return reward


def main() -> None:
    """Run the job."""
    channel, job = Channel(), read_job()
    torch.set_num_threads(job["num_threads"])
    dtype = torch.bfloat16 if job["device"] == "cuda" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(job["model"], dtype=dtype)
    tokenizer = AutoTokenizer.from_pretrained(job["model"])
    gate = Gate(channel, job)
    if job["taskset"] is None:
        plain = JUDGES[job["judge"]]
        judge = lambda _, text: float(plain(text))  # noqa: E731 one of two judges
    else:
        from grpo_vs_trl_parts.held_out import HeldOut  # only such a job needs our package

        held_out = HeldOut(job)
        judge = held_out.verify_row
        gate.evaluate = lambda: held_out.accuracy(model, tokenizer)
    trainer = trl.GRPOTrainer(
        model=model,
        reward_funcs=reward_function(judge, gate),
        args=settings(job, job["folder"]),
        train_dataset=Dataset.from_list(job["rows"]),
        processing_class=tokenizer,
        callbacks=[gate],
        optimizers=optimizers(model, job),
    )
    found = {"trl": trl.__version__, "torch": torch.__version__, "transformers": transformers.__version__}
    channel.loaded(side="trl", versions=found)
    try:
        trainer.train()
    except Stopped:
        return
    channel.finished()


if __name__ == "__main__":
    main()
