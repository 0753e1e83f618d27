"""Out of memory: which setting to lower, by what was being done when it ran out.

Where an operating system grants more memory than it has, as Linux does unless told otherwise, a process that runs out
is killed without a word; nothing here can tell of that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LOADING: Final = (
    "loading the model",
    "set model.dtype=bfloat16, which takes half of float32, or train a smaller model; with grpo.kl_coef above 0 a "
    "second copy is loaded, which model.lora.rank above 0 makes unnecessary",
)
ENGINE: Final = (
    "starting the sampler",
    "lower sampler.max_length; on a GPU, sampler.memory_fraction is what vLLM takes of it, which the trained model "
    "must leave free; without a GPU, sampler.cpu_cache_mb must hold at least one sequence",
)
SAMPLING: Final = ("sampling", "lower sampler.num_slots, or sampler.max_tokens")
LEARNING: Final = (
    "learning",
    "lower optimizer.micro_batch_tokens, set optimizer.gradient_checkpointing=true, or train an adapter with "
    "model.lora.rank=16; neither of the first two changes the gradient",
)

_SIGNS: Final = (
    *("out of memory", "can't allocate memory", "No available memory for the cache blocks"),
    *("larger than the available KV cache memory", "memory utilization"),
)
"""What torch and vLLM say, with a GPU and without; only some of it is of a class of its own."""


class OutOfMemoryError(RuntimeError):
    """Memory ran out; the message says at what, and which settings to change."""


@contextmanager
def out_of_memory_explained(doing: str, remedy: str) -> Iterator[None]:
    """Within the block, or a function that this decorates, running out of memory raises an OutOfMemoryError.

    Args:
        doing: What is being done.
        remedy: The settings to change.

    Raises:
        OutOfMemoryError: Memory ran out.
    """
    try:
        yield
    except (RuntimeError, ValueError, MemoryError) as error:
        if isinstance(error, OutOfMemoryError) or not is_out_of_memory(error):
            raise
        first = str(error).strip().partition("\n")[0]
        raise OutOfMemoryError(f"out of memory while {doing}: {remedy} ({first})") from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, ours or a library's, says that memory ran out."""
    return isinstance(error, MemoryError | OutOfMemoryError) or any(sign in str(error) for sign in _SIGNS)
