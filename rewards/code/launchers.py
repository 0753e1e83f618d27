"""The launchers: what of `inside` runs in a slot, each joined into the one text that slots keep compiled."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

_INSIDE: Final = Path(__file__).with_name("inside")
_ENDS: Final = ("encoding", "decoding", "exceptions", "copying", "program", "link", "handles", "peer", "operations")
_FILES: Final = {
    "function": ("encoding", "program", "function"),
    "candidate": (*_ENDS, "candidate"),
    "checker": ("encoding", "decoding", "program", "checker"),
    "judge": (*_ENDS, "reach", "methods", "judge"),
}
_OWN_IMPORTS: Final = re.compile(
    r"^from (?:__future__|rlvr\.\S+) import [^(\n]*(?:\([^)]*\))?\n|^if TYPE_CHECKING:\n(?:    .*\n|\n(?=    ))+",
    re.MULTILINE,
)
"""What one file takes of another, and what only the types need."""


@lru_cache(maxsize=len(_FILES))
def launcher(name: str) -> bytes:
    """Return the launcher `function`, `candidate`, `checker` or `judge`: it reads its job from standard input."""
    texts = [_OWN_IMPORTS.sub("", (_INSIDE / f"{file}.py").read_text()) for file in _FILES[name]]
    return "\n".join(["from __future__ import annotations", *texts, "main(SOURCE, PATH)\n"]).encode()
