"""What a run is trained on: the `task` section."""

from typing import Any, Self

from pydantic import Field, model_validator

from rlvr.grpo.section import Section


class StrandConfig(Section):
    """One taskset of a mixture."""

    name: str
    """A registered taskset (`rlvr list`), with or without its version, or `file.py:Class`."""
    weight: float = Field(1.0, gt=0)
    """Its share of the groups of a batch, relative to the other weights."""
    level: int = Field(0, ge=0, le=9)
    """Difficulty, 0..9."""
    max_level: int | None = Field(None, ge=0, le=9)
    """The curriculum raises the level up to this one; None leaves it where it is."""
    instructions: str | None = None
    """Text after each prompt that asks for the answer format; None is the taskset's standard sentence, "" is none."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Arguments of the taskset, such as `path` for `GSM8K`."""
    rubric: dict[str, float] | None = None
    """Weights of the score's parts; None keeps the taskset's own."""
    audit: str | None = None
    """A second, trusted judge of the responses on `val`, for the alarms alone: a taskset by any form of its name, or a
    verifier (`numeric`, `math`, `file.py:Class`) that compares with the tasks' references."""
    audit_options: dict[str, Any] = Field(default_factory=dict)
    """Arguments of the taskset that audits."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.max_level is not None and self.max_level < self.level:
            raise ValueError(f"max_level is {self.max_level}, below level {self.level}: the curriculum only raises")
        return self

    @model_validator(mode="after")
    def _has_audit(self) -> Self:
        if self.audit_options and self.audit is None:
            raise ValueError("audit_options are those of audit, which is not given")
        return self


class CurriculumConfig(Section):
    """When a taskset with a `max_level` goes up a level; `val` decides."""

    raise_at: float = Field(0.7, gt=0, le=1)
    """Mean accuracy on `val` at which the level rises by one."""
    window: int = Field(2, ge=1)
    """Checks on `val` at the present level that the mean is over."""


class TaskConfig(StrandConfig):
    """What is trained on: one taskset, or a mixture of several."""

    name: str = "ChainSum"
    """A registered taskset (`rlvr list`), with or without its version, or `file.py:Class`."""
    mixture: tuple[StrandConfig, ...] = ()
    """Several tasksets by weight, each with its own level, instead of the one that `name` names."""
    curriculum: CurriculumConfig = CurriculumConfig()
    """When levels rise."""

    @property
    def strands(self) -> tuple[StrandConfig, ...]:
        """The mixture, or the one taskset as a mixture of itself."""
        return self.mixture or (self,)

    @model_validator(mode="after")
    def _is_one_or_many(self) -> Self:
        fields = {name: TaskConfig.model_fields[name] for name in StrandConfig.model_fields}
        own = [
            name for name, one in fields.items() if getattr(self, name) != one.get_default(call_default_factory=True)
        ]
        if self.mixture and own:
            raise ValueError(f"task.mixture stands instead of task.{own[0]}: set it in an entry of the mixture")
        return self
