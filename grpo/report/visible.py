"""Text of a model as a reader may see it: what draws nothing, or reorders what is around it, is named instead.

A response can hold terminal escapes, marks that turn the reading direction, characters of no width, halves of surrogate
pairs. On a page they would hide or disguise what was said, so each stands there by its name.
"""

import re
import unicodedata
from functools import lru_cache

_UNUSUAL = re.compile(r"[^\x20-\x7e\n\t]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BLANK = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xE0100, 0xE01F0)})
"""Characters of other categories that draw nothing."""


def visible(text: str) -> str:
    r"""Name what cannot be seen: `‹U+001B›` for an escape, `‹U+202E›` for a mark of direction; `\n` and `\t` stay."""
    return _UNUSUAL.sub(_shown, text)


def shortened(text: str, size: int) -> str:
    """The text, visible, or its beginning and end with a note of how much is left out between them."""
    left_out = len(text) - size
    if left_out <= 0:
        return visible(text)
    half = size // 2
    return f"{visible(text[:half])}\n… {left_out:,} characters left out …\n{visible(text[-half:])}"


def _shown(match: re.Match[str]) -> str:
    return _name(match[0])


@lru_cache(maxsize=4096)
def _name(char: str) -> str:
    code = ord(char)
    is_hidden = unicodedata.category(char) in _HIDDEN or code in _BLANK
    return f"‹U+{code:04X}›" if is_hidden else char
