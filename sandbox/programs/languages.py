"""The languages that programs are written in, and what runs in a slot for each."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Final

from rlvr.sandbox.programs import launchers
from rlvr.sandbox.programs.variants import Variant


@dataclass(frozen=True, slots=True)
class Language:
    """How programs in a language are run."""

    variant: Variant
    """The slots that run them."""
    compiler: Variant | None = None
    """The slots that compile them, if any do."""
    launcher_name: str = ""
    """What starts them in a job's process; empty for Python, which is there already."""

    @property
    def variants(self) -> tuple[Variant, ...]:
        """All the slots that it needs."""
        return (self.variant,) if self.compiler is None else (self.variant, self.compiler)

    @property
    def launcher(self) -> bytes:
        """The launcher's source."""
        return launcher_source(self.launcher_name) if self.launcher_name else b""


PYTHON: Final = "python"
LANGUAGES: Final = {
    PYTHON: Language(Variant.PYTHON),
    "cpp": Language(Variant.CPP, Variant.COMPILER, launcher_name="binary"),
    "javascript": Language(Variant.JAVASCRIPT, launcher_name="node"),
}
"""By the name that a `Program` and a reference give."""

_OTHER_NAMES: Final = {
    **dict.fromkeys(("py", "python3", "py3"), PYTHON),
    **dict.fromkeys(("c++", "cc", "cxx", "c++17", "g++", "c"), "cpp"),
    **dict.fromkeys(("js", "node", "nodejs", "node.js", "ecmascript"), "javascript"),
}


def language_problem(name: object) -> str:
    """Return what is wrong with the name of a language, with the remedy; empty if nothing is."""
    if isinstance(name, str) and name in LANGUAGES:
        return ""
    text = str(name).lower()
    near = [_OTHER_NAMES[text]] if text in _OTHER_NAMES else get_close_matches(text, LANGUAGES, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"there is no language {str(name)[:40]!r}{hint}: use {', '.join(LANGUAGES)}"


@lru_cache
def launcher_source(name: str) -> bytes:
    """Return the source of a launcher."""
    return Path(launchers.__file__).with_name(f"{name}.py").read_bytes()
