"""Tasksets by name: the package's own, those of plug-ins, and those a program registers.

A name is `Reverse` (the newest version), `Reverse-v0`, or the path of a class: `my_tasks.py:Reverse`,
`package.module:Reverse`. Nothing is imported before it is asked for; plug-ins are found through the entry-point group
`rlvr.tasksets`, whose entries read `Reverse = package.module:Reverse`, or `Reverse-v2 = ...` for another version than
0. A plug-in that cannot be loaded is reported by name and stands in nobody's way.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from rlvr.envs import gym_ids
from rlvr.envs.plugins import Plugin, announced, is_name, split_name
from rlvr.envs.taskset import Taskset
from rlvr.sandbox.loading import did_you_mean, file_module_name, load_object

if TYPE_CHECKING:
    from rlvr.envs.text_env import TextEnv
    from rlvr.rewards.rubric import Rubric

BUILT_IN = {
    ("Calculator", 0): "rlvr.envs.tasksets.calculator:Calculator",
    ("ChainSum", 0): "rlvr.envs.tasksets.chain_sum:ChainSum",
    ("CodeRepair", 0): "rlvr.envs.tasksets.code_repair:CodeRepair",
    ("Countdown", 0): "rlvr.envs.tasksets.countdown:Countdown",
    ("GSM8K", 0): "rlvr.envs.tasksets.gsm8k:GSM8K",
    ("GuessNumber", 0): "rlvr.envs.tasksets.guess_number:GuessNumber",
    ("HumanEval", 0): "rlvr.envs.tasksets.human_eval:HumanEval",
    ("KnightsAndKnaves", 0): "rlvr.envs.tasksets.knights_and_knaves:KnightsAndKnaves",
    ("LinearEquation", 0): "rlvr.envs.tasksets.linear_equation:LinearEquation",
    ("MATH", 0): "rlvr.envs.tasksets.competition_math:CompetitionMath",
    ("MBPP", 0): "rlvr.envs.tasksets.mbpp:MBPP",
    ("Programs", 0): "rlvr.envs.tasksets.programs:Programs",
}
"""Where the package's own tasksets are, by name and version."""

_REGISTERED: dict[tuple[str, int], type[Taskset]] = {}
_T = TypeVar("_T", bound=type[Taskset])


class UnknownTaskset(ValueError):  # noqa: N818 the name says what is wrong
    """No taskset of that name or version."""


class DuplicateTaskset(ValueError):  # noqa: N818 the name says what is wrong
    """The name and version are taken."""


class BrokenPlugin(ValueError):  # noqa: N818 the name says what is wrong
    """A plug-in names a taskset that cannot be loaded."""


@dataclass(frozen=True, slots=True)
class TasksetInfo:
    """One line of the list of tasksets."""

    name: str
    """The registered name."""

    version: int
    """The registered version."""

    family: str
    """What kind of reasoning it asks for; empty for a broken plug-in."""

    levels: tuple[int, ...]
    """The difficulties on offer."""

    multi_turn: bool
    """Whether an episode may have more than one turn."""

    source: str
    """`built-in`, `registered`, or `plug-in DISTRIBUTION`."""

    error: str = ""
    """Why a plug-in cannot be loaded; empty when it can."""


def register(name: str, version: int = 0) -> Callable[[_T], _T]:
    """Makes a taskset class known by name; a class decorator.

    Args:
        name: Letters, digits, `_`, `-` and `.`, beginning with a letter.
        version: Raise it whenever the same id would give another task.

    Raises:
        DuplicateTaskset: The same name and version are registered already. A file that is named by its path, as
            `file.py:Class`, is no error: if another file has the name, it keeps it. Neither is a class that is defined
            again in a notebook: it takes the place of the old one.
        ValueError: The name is malformed, or what is decorated is not a Taskset class.
    """
    if not is_name(name):
        raise ValueError(
            f"not a taskset's name: {name!r}. Use letters, digits, _ - and ., begin with a letter, and give the "
            f"version as version=N instead of a suffix."
        )
    if version < 0:
        raise ValueError(f"a taskset's version must be 0 or more, not {version!r}.")

    def decorate(cls: _T) -> _T:
        _claim(name, version, _as_class(cls, f"what is registered as {name!r}"))
        cls.name, cls.version = name, version
        gym_ids.add(name, version)
        return cls

    return decorate


def resolve(name: str) -> type[Taskset]:
    """The class behind a name or path.

    Raises:
        UnknownTaskset: No such name or version; the message names the nearest.
        BrokenPlugin: The name belongs to a plug-in that cannot be loaded.
        ValueError: The path leads nowhere, or not to a Taskset class.
    """
    if ":" in name:
        return _as_class(load_object(name), name)
    base, version = split_name(name)
    versions = sorted(version for known, version in _known() if known == base)
    if not versions:
        names = sorted({known for known, _ in _known()})
        raise UnknownTaskset(
            f"no taskset {base!r}{did_you_mean(base, names) or '.'} Known: {', '.join(names)}. "
            f"A class of your own is named by its file, as in my_tasks.py:{base}."
        )
    if version is None:
        version = versions[-1]
    if version not in versions:
        raise UnknownTaskset(f"{base} has no version {version}; it has {', '.join(f'{base}-v{v}' for v in versions)}.")
    return _load(base, version)


def make_taskset(
    name: str,
    *,
    rubric: Rubric | Mapping[str, float] | None = None,
    instructions: str | None = None,
    **options: Any,
) -> Taskset:
    """Makes a taskset by name.

    Args:
        name: `Reverse`, `Reverse-v0`, `my_tasks.py:Reverse` or `package.module:Reverse`.
        rubric: Replaces the class's rubric, as in `{"correct": 1.0, "format": 0.1}`.
        instructions: Replaces the class's instructions; "" appends none.
        **options: Go to the class's `__init__`.

    Raises:
        ValueError: An unknown name or option (the message names the nearest), or a value that the class refuses.
    """
    cls = resolve(name)
    accepted = _options_of(cls)
    for option in options:
        if accepted is not None and option not in accepted:
            known = ", ".join(sorted({*accepted, "rubric", "instructions"}))
            raise ValueError(
                f"{name} has no option {option!r}{did_you_mean(option, accepted) or '.'} It takes: {known}."
            )
    return cls(**options).replace(rubric=rubric, instructions=instructions)


def make(name: str, level: int = 0, split: str = "train", **options: Any) -> TextEnv:
    """Makes the Gymnasium environment of a taskset.

    Args:
        name: As for `make_taskset`.
        level: The difficulty of the tasks that `reset` draws.
        split: The split they are drawn from.
        **options: As for `make_taskset`.
    """
    from rlvr.envs.text_env import TextEnv

    return TextEnv(make_taskset(name, **options), level=level, split=split)


def list_tasksets() -> list[TasksetInfo]:
    """Every taskset that `make` knows by name, sorted; a plug-in that cannot be used is listed with the reason."""
    shadowed = [
        _info_of(plugin, f"{plugin} is not used: the name belongs to another taskset.")
        for plugin in announced()
        if _plugins().get((plugin.name, plugin.version)) is not plugin
    ]
    return [_info(name, version) for name, version in sorted(_known())] + shadowed


def known_ids() -> list[tuple[str, int]]:
    """The name and version of every known taskset, without importing any of them."""
    return sorted(key for key in _known() if is_name(key[0]))


def _plugins() -> dict[tuple[str, int], Plugin]:
    """The plug-in behind each name and version; the package's own tasksets come first, then the path's order."""
    found = {(plugin.name, plugin.version): plugin for plugin in reversed(announced())}
    return {key: plugin for key, plugin in found.items() if key not in BUILT_IN}


def _known() -> set[tuple[str, int]]:
    return {*BUILT_IN, *_REGISTERED, *_plugins()}


def _claim(name: str, version: int, cls: type[Taskset]) -> None:
    """Enters a class under its name, or says who has the name."""
    holder = _REGISTERED.get((name, version))
    if holder is not None and _stands_back(cls, holder):
        return
    if holder is not None and _is_typed_again(cls, holder):
        _REGISTERED[name, version] = cls
        return
    path = f"{cls.__module__}:{cls.__qualname__}"
    taken = f"{holder.__module__}:{holder.__qualname__}" if holder else BUILT_IN.get((name, version), path)
    if holder is not None or taken != path:
        raise DuplicateTaskset(
            f"{name}-v{version} is registered already, by {taken}. Choose another name, or another version as in "
            f"@rlvr.register({name!r}, version={version + 1})."
        )
    if _REGISTERED.get((cls.name, cls.version)) is cls:
        raise DuplicateTaskset(f"{path} is registered already, as {cls.name}-v{cls.version}.")
    _REGISTERED[name, version] = cls


def _stands_back(cls: type[Taskset], holder: type[Taskset]) -> bool:
    """Whether a class leaves its name to the holder: it is found by its file's path, and needs none.

    So does one class of one file that is imported under two module names, as when a script names itself by its path.
    """
    if cls.__module__ == holder.__module__ or (holder.name, holder.version) in BUILT_IN:
        return False
    file, other = (getattr(sys.modules.get(each.__module__), "__file__", None) for each in (cls, holder))
    is_second_copy = file == other and cls.__qualname__ == holder.__qualname__
    return file is not None and (is_second_copy or cls.__module__ == file_module_name(file))


def _is_typed_again(cls: type[Taskset], holder: type[Taskset]) -> bool:
    """Whether a class is the holder as defined anew in a notebook or at a prompt, where cells run more than once."""
    is_same = (cls.__module__, cls.__qualname__) == (holder.__module__, holder.__qualname__)
    return is_same and cls.__module__ == "__main__" and not hasattr(sys.modules["__main__"], "__file__")


def _as_class(found: Any, path: str) -> type[Taskset]:
    if isinstance(found, type) and issubclass(found, Taskset):
        return found
    raise ValueError(f"{path} is not a subclass of rlvr.Taskset but {found!r:.80}.")


def _load(name: str, version: int) -> type[Taskset]:
    """Imports what a known name stands for."""
    key = (name, version)
    if key in _REGISTERED:
        return _REGISTERED[key]
    if key in BUILT_IN:
        return _as_class(load_object(BUILT_IN[key]), BUILT_IN[key])
    plugin = _plugins()[key]
    try:
        cls = _as_class(load_object(plugin.path), plugin.path)
        # An undecorated class takes its name from the entry; importing a decorated one has registered it.
        if _REGISTERED.get((cls.name, cls.version)) is not cls:
            register(name, version)(cls)
    except ValueError as error:
        raise BrokenPlugin(f"{plugin} cannot be loaded: {error}") from error
    if (cls.name, cls.version) != key:
        raise BrokenPlugin(f"{plugin} is registered as {cls.name}-v{cls.version}: name the entry so.")
    return cls


def _info(name: str, version: int) -> TasksetInfo:
    plugin = _plugins().get((name, version))
    try:
        cls = _load(name, version)
    except BrokenPlugin as error:
        assert plugin is not None, "only a plug-in is reported as a broken one"
        return _info_of(plugin, str(error))
    source = f"plug-in {plugin.distribution}" if plugin else "built-in" if (name, version) in BUILT_IN else "registered"
    return TasksetInfo(name, version, cls.family, tuple(cls.levels), multi_turn=cls.max_turns > 1, source=source)


def _info_of(plugin: Plugin, error: str) -> TasksetInfo:
    source = f"plug-in {plugin.distribution}"
    return TasksetInfo(plugin.name, plugin.version, "", (), multi_turn=False, source=source, error=error)


def _options_of(cls: type[Taskset]) -> set[str] | None:
    """The options that a class's `__init__` takes, following `**options` up to its bases; None when it takes any."""
    names: set[str] = set()
    for base in cls.__mro__:
        if "__init__" not in base.__dict__:
            continue
        parameters = list(inspect.signature(base.__dict__["__init__"]).parameters.values())[1:]
        names.update(each.name for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD))
        if base is Taskset or not any(each.kind is each.VAR_KEYWORD for each in parameters):
            return names
    return None
