"""HTML and SVG that cannot be broken out of: whatever is not `Html` is text, and is escaped on its way in.

Only `element` and `json_block` make `Html` out of foreign text; the page's own style and script are the other source.
"""

import html
import json
from typing import Any

from rlvr.grpo.report.visible import visible

_VOID = frozenset({"br", "hr", "input", "meta"})
_DRAWN = frozenset({"circle", "line", "path", "rect"})
_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, /, *children: Any, **attributes: str | float | bool | None) -> Html:
    """One element; children that are not `Html` are escaped, and None and iterables are taken as they come.

    Args:
        tag: Its name.
        children: Text, numbers, elements, or iterables of them.
        attributes: `class_` is `class`, other underscores are hyphens; True is an empty value, None and False are none.
    """
    given = {key: value for key, value in attributes.items() if value is not None and value is not False}
    written = "".join(_attribute(key, value) for key, value in given.items())
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    if tag in _DRAWN and not children:
        return Html(f"<{tag}{written}/>")
    return Html(f"<{tag}{written}>{joined(*children)}</{tag}>")


def joined(*children: Any) -> Html:
    """Children one after another, escaped where they are not `Html`."""
    return Html("".join(map(_child, children)))


def json_block(name: str, value: Any) -> Html:
    """A value for the page's script, in a block that no text inside can end: no `<` stands in it."""
    return Html(f'<script type="application/json" id="{html.escape(name)}">{json_text(value)}</script>\n')


def json_text(value: Any) -> str:
    """A value as JSON in which nothing can begin or end a tag."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_IN_SCRIPT)


def _attribute(key: str, value: Any) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(visible(str(value)))}"'


def _child(child: Any) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str | int | float):
        return html.escape(visible(str(child)), quote=False)
    return "".join(map(_child, child))
