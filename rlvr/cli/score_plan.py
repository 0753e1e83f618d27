"""What to score with, as plain settings that can be sent to a process, recorded and compared.

A `Plan` names things; `build_grader` makes them. Each worker process builds its own from the same plan, so nothing is
pickled, and `OUT.summary.json` records the plan, so that a resumed file is finished with the settings it began with.
"""

import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rlvr.cli.errors import UsageError, tell
from rlvr.cli.score_grader import TasksetGrader, VerifierGrader
from rlvr.rewards.extraction import Spec


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings that decide every score."""

    verifier: str | None = None
    """Name of a verifier; exactly one of this and `taskset` is given."""
    taskset: str | None = None
    """Name of a taskset."""
    response_field: str | None = None
    """Where the response is; None is `response`, or for a taskset `turns` where a row has it."""
    reference_field: str | None = None
    """Where the reference is, for a taskset the task's id; None is `reference`, or `task_id`."""
    extract: Spec | None = None
    """Replaces the verifier's or taskset's own extraction."""
    reference_extract: str | None = None
    """How the reference is extracted; None takes it as it is."""
    rubric: dict[str, float] | None = None
    """Replaces the taskset's weights."""
    instructions: str | None = None
    """Replaces the taskset's instructions, as the run that made the rows did."""
    options: dict[str, Any] | None = None
    """Arguments of the taskset."""

    def __post_init__(self) -> None:
        if self.extract is not None and not isinstance(self.extract, str):
            # A plan that was read from JSON has a list.
            object.__setattr__(self, "extract", tuple(self.extract))

    def to_json(self) -> dict[str, Any]:
        """The plan as a JSON object; `Plan(**data)` is its inverse."""
        several = {"extract": list(self.extract)} if isinstance(self.extract, tuple) else {}
        return asdict(self) | several


def build_grader(plan: Plan) -> VerifierGrader | TasksetGrader:
    """Make what judges.

    Raises:
        ValueError: If the plan contradicts itself, or a name, option or extraction in it leads nowhere.
    """
    if (plan.verifier is None) == (plan.taskset is None):
        raise UsageError("say what to score with: exactly one of --verifier NAME and --taskset NAME")
    if plan.taskset is not None:
        return _taskset_grader(plan, plan.taskset)
    return _verifier_grader(plan, str(plan.verifier))


def with_run_settings(plan: Plan, path: str) -> Plan:
    """Complete a plan for the rollouts of a run with what its `config.toml`, beside them, says of the taskset.

    What the plan itself states wins. Rows score as the trainer scored them only with the trainer's rubric and options.

    Args:
        plan: What the command line asks for.
        path: The input file.

    Raises:
        UsageError: If the configuration is not TOML.
    """
    config = Path(path).with_name("config.toml")
    if plan.taskset is None or not Path(path).name.startswith("rollouts") or not config.is_file():
        return plan
    task = _task_section(config)
    if not _is_same_taskset(plan.taskset, task.get("name")):
        tell(f"{config} is of a run on {task.get('name')}, not {plan.taskset}: it is not used")
        return plan
    used: dict[str, Any] = {
        "rubric": task.get("rubric") if plan.rubric is None else None,
        "instructions": task.get("instructions") if plan.instructions is None else None,
        "options": {**task.get("options", {}), **(plan.options or {})} or None,
    }
    used = {name: value for name, value in used.items() if value is not None}
    if used:
        tell(f"using {config}: {', '.join(f'{name} = {value!r}' for name, value in used.items())}")
    return replace(plan, **used)


def _task_section(config: Path) -> dict[str, Any]:
    try:
        task = tomllib.loads(config.read_text(encoding="utf-8")).get("task", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{config} is not TOML: {error}") from None
    return task if isinstance(task, dict) else {}


def _is_same_taskset(name: str, trained: Any) -> bool:
    """Whether two spellings (with or without version, by name or by file) mean one class."""
    from rlvr.envs.registry import resolve

    return isinstance(trained, str) and (name == trained or resolve(name) is resolve(trained))


def _verifier_grader(plan: Plan, name: str) -> VerifierGrader:
    from rlvr.rewards.extraction import parse_spec
    from rlvr.rewards.names import verifier_named

    if plan.rubric is not None:
        raise UsageError("--rubric weighs the parts of a taskset's score; a verifier has none: leave it out")
    if plan.options is not None:
        raise UsageError("--option is an argument of a taskset; a verifier takes none: leave it out")
    verifier = verifier_named(name, plan.extract)
    extractor = None if plan.reference_extract is None else parse_spec(plan.reference_extract)
    return VerifierGrader(verifier, plan.response_field or "response", plan.reference_field or "reference", extractor)


def _taskset_grader(plan: Plan, name: str) -> TasksetGrader:
    from rlvr.envs.registry import make_taskset

    if plan.reference_extract is not None:
        raise UsageError("--reference-extract is for --verifier: a taskset knows the references of its tasks")
    taskset = make_taskset(name, rubric=plan.rubric, instructions=plan.instructions, **(plan.options or {}))
    if plan.extract is not None:
        taskset = taskset.replace(extract=plan.extract)
    taskset.require_loadable()
    return TasksetGrader(taskset, plan.response_field, plan.reference_field or "task_id")
