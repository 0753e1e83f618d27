"""Values typed on a command line: `--option key=value` and `--rubric correct=1.0,format=0.1`."""

import tomllib
from collections.abc import Sequence
from typing import Any

from rlvr.cli.errors import UsageError


def parse_options(texts: Sequence[str]) -> dict[str, Any]:
    """Read `key=value` options; a value is TOML where it parses as TOML, as in a recipe, else text.

    Raises:
        UsageError: If there is no `=`.
    """
    options = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals):
            raise UsageError(f"--option {text!r}: write it as key=value, such as path=problems.jsonl")
        options[key.strip()] = _value(value.strip())
    return options


def parse_rubric(text: str) -> dict[str, float]:
    """Read the weights of a rubric, such as `correct=1.0,format=0.1`.

    Raises:
        UsageError: If a weight is missing or no number.
    """
    rubric = {}
    for item in text.split(","):
        name, _, weight = item.partition("=")
        try:
            rubric[name.strip()] = float(weight)
        except ValueError:
            raise UsageError(f"--rubric {text!r}: write it as correct=1.0,format=0.1") from None
    return rubric


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
