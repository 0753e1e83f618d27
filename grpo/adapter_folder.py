"""A folder that holds an adapter instead of a model: a LoRA run's checkpoint, or an adapter of any other origin.

The frozen model that it belongs to is elsewhere; the folder names it. A run that was moved is found by the place that
the model has beside the adapter.
"""

import json
from pathlib import Path

import torch

from rlvr.grpo.adapter import CONFIG_FILE, LoraError, require_peft, saved_adapter
from rlvr.grpo.config import ModelConfig
from rlvr.grpo.policy import Policy, load_policy


def is_adapter(path: str | Path) -> bool:
    """Whether a path is a folder with an adapter."""
    return (Path(path) / CONFIG_FILE).is_file()


def base_of(path: str | Path) -> str | Path:
    """The model in or behind a path: of an adapter's folder the frozen model's name or folder, else the path itself.

    Raises:
        LoraError: The adapter's model is not where the adapter says.
    """
    if not is_adapter(path):
        return path
    try:
        named = json.loads((Path(path) / CONFIG_FILE).read_text(encoding="utf-8"))["base_model_name_or_path"]
        base = Path(named)
    except (OSError, ValueError, KeyError, TypeError):
        raise LoraError(f"{path}/{CONFIG_FILE} does not name the model that the adapter belongs to") from None
    if base.exists() or not base.is_absolute():
        return str(named)
    run = Path(path).resolve().parent.parent
    for place in (run / base.name, run / base.parent.name / base.name):  # RUN/tiny, RUN/warmup/step-N
        if place.is_dir():
            return place
    raise LoraError(
        f"the adapter in {path} belongs to the model in {named}, which is not there: put it back, or name its present "
        f"place as base_model_name_or_path in {CONFIG_FILE}"
    )


def name_base(path: Path, base: str | Path) -> None:
    """Write into an adapter's folder which model it belongs to."""
    table = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
    table["base_model_name_or_path"] = str(Path(base).resolve() if Path(base).exists() else base)
    (path / CONFIG_FILE).write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


def load_merged(folder: Path, config: ModelConfig, device: torch.device) -> Policy:
    """Load the model of an adapter's folder with the adapter merged into it, as a plain model.

    Raises:
        ModelError: The adapter, or its model, cannot be loaded.
    """
    require_peft()
    base = load_policy(base_of(folder), config, device)
    adapter = saved_adapter(base, folder).adapter
    assert adapter is not None, "it was just put there"
    merged, model = adapter.merged(), adapter.peft_model.unload()
    model.load_state_dict(merged)
    model.requires_grad_(True)
    return base
