"""Carries over to the caller what a call did to its arguments, which were copies.

Containers of the caller's stay the same objects wherever the changed copy has the same kind of container in that place.
"""

from __future__ import annotations

from typing import Any


def copy_back(originals: tuple[tuple[Any, ...], dict[str, Any]], changed: tuple[Any, Any]) -> None:
    """Change a call's arguments in place so that they equal the changed copies.

    Args:
        originals: The positional arguments and the named ones.
        changed: Their copies after the call, in exact types.

    Raises:
        ValueError: they do not correspond.
    """
    args, kwargs = changed
    if type(args) is not tuple or type(kwargs) is not dict or len(args) != len(originals[0]):
        raise ValueError("not the arguments of the call")
    for old, new in zip(originals[0], args):
        merged(old, new)
    for name, old in originals[1].items():
        merged(old, kwargs[name])


def merged(old: Any, new: Any) -> Any:
    """Return what shall stand in the place of `old`: `old` itself if it could be changed to equal `new`."""
    if isinstance(old, list) and type(new) is list:
        items = list(new)
        for place, one in zip(range(len(new)), list.__iter__(old)):
            items[place] = merged(one, new[place])
        list.__setitem__(old, slice(None), items)
        return old
    if isinstance(old, dict) and type(new) is dict:
        values = dict(new)
        for key in values:
            if dict.__contains__(old, key):
                values[key] = merged(dict.__getitem__(old, key), new[key])
        dict.clear(old)
        dict.update(old, values)
        return old
    if isinstance(old, set) and type(new) is set:
        set.clear(old)
        set.update(old, new)
        return old
    if isinstance(old, tuple) and type(new) is tuple and len(old) == len(new):
        together = tuple([merged(one, other) for one, other in zip(old, new)])
        return old if together == old else together
    return new
