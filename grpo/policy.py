"""The trained model with its tokenizer, loaded by Hugging Face name or folder."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging as transformers_logging

from rlvr.grpo.config import Config, ModelConfig
from rlvr.grpo.memory import LOADING, out_of_memory_explained

if TYPE_CHECKING:
    from rlvr.grpo.adapter import Adapter


class ModelError(ValueError):
    """A model that cannot be loaded or trained; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A causal language model in evaluation mode (no dropout) and what is needed to talk to it."""

    model: PreTrainedModel
    """The weights that are trained, or that the trained adapter is on."""
    tokenizer: Any
    """Its tokenizer; `encode` and `decode` without special tokens of its own."""
    end_ids: tuple[int, ...]
    """Tokens that end a completion."""
    adapter: "Adapter | None" = None
    """What alone is trained, None where the weights themselves are."""

    def without_adapter(self) -> AbstractContextManager[None]:
        """Within the block the model computes what it did before it had an adapter."""
        return nullcontext() if self.adapter is None else self.adapter.switched_off()

    def save(self, folder: Path) -> None:
        """Write what is trained, the model or the adapter, and the tokenizer."""
        if self.adapter is None:
            self.model.save_pretrained(folder)
        else:
            self.adapter.weights().save(folder)
        self.tokenizer.save_pretrained(folder)

    def decode(self, token_ids: list[int]) -> str:
        """Text of a completion, without the end token that closes it; everything else stays visible."""
        body = token_ids[:-1] if token_ids and token_ids[-1] in self.end_ids else token_ids
        return str(self.tokenizer.decode(body, skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def max_length(self, wanted: int | None) -> int:
        """Longest sequence, in tokens: the model's limit, or `wanted` if that is shorter.

        Raises:
            ModelError: The model states no limit, and none is wanted.
        """
        limit = getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or wanted
        if limit is None:
            raise ModelError("the model does not state how long a sequence may be: set sampler.max_length")
        return min(int(limit), wanted or int(limit))


@out_of_memory_explained(*LOADING)
def load_policy(path: str | Path, config: ModelConfig, device: torch.device) -> Policy:
    """Load a model for training; of a folder with an adapter, the adapter's model with the adapter merged into it.

    Raises:
        ModelError: The path or name holds no causal language model.
        OutOfMemoryError: Memory ran out.
    """
    from rlvr.grpo.adapter_folder import is_adapter, load_merged

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    _require_folder(Path(path))
    if is_adapter(path):
        return load_merged(Path(path), config, device)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
        model: Any = AutoModelForCausalLM.from_pretrained(path, dtype=getattr(torch, config.dtype))
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"cannot load the model {str(path)!r}: {error}") from error
    return Policy(model.to(device).eval(), tokenizer, _end_ids(model, tokenizer))


def _require_folder(path: Path) -> None:
    """Say at once that a local folder is not there, instead of asking the Hub for a model of that name."""
    is_local = path.is_absolute() or path.parts[:1] in ((".",), ("..",)) or len(path.parts) > 2
    if not path.exists() and (is_local or (len(path.parts) == 2 and path.parent.is_dir())):
        raise ModelError(
            f"there is no folder {str(path)!r}; give one that save_pretrained wrote, or a Hugging Face name"
        )


def pick_device(config: Config) -> torch.device:
    """The device of a resolved configuration; sets torch's thread count on the way."""
    assert config.run.num_threads is not None, "resolve() fills the thread count in"
    if torch.get_num_threads() != config.run.num_threads:
        torch.set_num_threads(config.run.num_threads)
    return torch.device(config.run.device)


def _end_ids(model: PreTrainedModel, tokenizer: Any) -> tuple[int, ...]:
    """The tokenizer's end token first, then whatever else the model's own generation settings stop at."""
    known = getattr(model.generation_config, "eos_token_id", None)
    found = [tokenizer.eos_token_id, *(known if isinstance(known, list) else [known])]
    ids = tuple(dict.fromkeys(int(token) for token in found if token is not None))
    if not ids:
        raise ModelError("the model has no end-of-text token: set eos_token in its tokenizer")
    return ids
