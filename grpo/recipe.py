"""A recipe is a TOML file of the sections in `rlvr.grpo.config`, with `--set section.key=value` on top."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from rlvr.grpo.algorithms.table import ALGORITHMS
from rlvr.grpo.config import Config
from rlvr.grpo.section import Section


class RecipeError(ValueError):
    """A recipe or a `--set` that cannot be used; the message names the key and the remedy."""


def load_recipe(path: Path | None, overrides: Sequence[str] = ()) -> Config:
    """Read a recipe and apply `section.key=value` overrides, later ones winning.

    Args:
        path: A TOML file, or None for the defaults alone.
        overrides: As on the command line; a value is TOML where it parses as TOML, else text.

    Raises:
        RecipeError: The file is missing or not TOML, a key is unknown, or a value has the wrong type.
    """
    table = _read(path) if path is not None else {}
    if any(override.partition("=")[0].strip() == "grpo.algorithm" for override in overrides):
        _forget_row(table.get("grpo"))
    for override in overrides:
        _override(table, override)
    return build_config(table)


def build_config(table: Mapping[str, Any]) -> Config:
    """Check a nested mapping against the sections.

    Raises:
        RecipeError: With the nearest known key for an unknown one.
    """
    _refuse_unknown(table, Config, "")
    try:
        return _with_folder(Config.model_validate(table))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'recipe'}: {e['msg']} (got {e['input']!r})" for e in error.errors()]
        raise RecipeError("; ".join(lines)) from None


def dump_recipe(config: Config) -> str:
    """The TOML text of every resolved field; None, which TOML lacks, is left out and reads back as None."""
    return tomli_w.dumps(config.model_dump(mode="json", exclude_none=True))


def _with_folder(config: Config) -> Config:
    """Name the run folder after the task where the recipe does not, so that two tasks do not share one."""
    if "dir" in config.run.model_fields_set:
        return config
    names = [strand.name.rpartition(":")[2] for strand in config.task.strands]
    folder = Path("runs") / ("-".join(names) or "default")
    return config.model_copy(update={"run": config.run.model_copy(update={"dir": folder})})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"cannot read the recipe {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not TOML: {error}") from None


def _override(table: dict[str, Any], override: str) -> None:
    dotted, separator, text = override.partition("=")
    if not separator or not dotted:
        raise RecipeError(f"--set {override!r}: write it as section.key=value, such as grpo.group_size=16")
    *parents, key = dotted.strip().split(".")
    for parent in parents:
        table = table.setdefault(parent, {})
        if not isinstance(table, dict):
            raise RecipeError(f"--set {override!r}: {parent!r} is a value, not a section")
    table[key] = _value(text.strip())


def _forget_row(grpo: Any) -> None:
    """Leave out what a run wrote out of its algorithm's row, so that another algorithm brings its own."""
    if isinstance(grpo, dict) and grpo.get("algorithm") in ALGORITHMS:
        for name, value in asdict(ALGORITHMS[grpo["algorithm"]]).items():
            if grpo.get(name) == value:
                grpo.pop(name, None)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _refuse_unknown(table: Mapping[str, Any], model: type[Section], prefix: str) -> None:
    for key, value in table.items():
        if key in model.refused:
            raise RecipeError(f"{prefix}{key} is refused: {model.refused[key]}")
        if key not in model.model_fields:
            near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.5)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(model.model_fields)}"
            raise RecipeError(f"unknown key {prefix}{key}; {hint}")
        section = model.model_fields[key].annotation
        if isinstance(section, type) and issubclass(section, Section):
            if not isinstance(value, Mapping):
                raise RecipeError(f"{prefix}{key} is a section, not a value; set one of its keys")
            _refuse_unknown(value, section, f"{prefix}{key}.")
