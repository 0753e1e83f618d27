"""The curves of a run on Weights & Biases, where `run.wandb` names a project.

A resumed run goes on in the same W&B run. W&B drops what is logged again for steps that it has; a resumed run repeats
those steps to the same numbers, so nothing is lost. Left out: rollouts and checkpoints stay in the run folder.
"""

import importlib.util
import uuid
from types import TracebackType
from typing import Any, Self

from rlvr.grpo.config import RunConfig
from rlvr.grpo.metrics import scalars
from rlvr.grpo.run_folder import RunFolder

ID_FILE = "wandb.json"
"""Where the run folder keeps the id of its W&B run."""


class WandbMissingError(ValueError):
    """`run.wandb` is set and wandb is not installed."""


def require_wandb(run: RunConfig) -> None:
    """Make sure, before anything is trained, that wandb is there if it is asked for.

    Raises:
        WandbMissingError: It is not; the message names the extra to install.
    """
    if run.wandb is not None and importlib.util.find_spec("wandb") is None:
        raise WandbMissingError(
            f"run.wandb is {run.wandb!r} and wandb is not installed: pip install 'rlvr[wandb]', or leave run.wandb out "
            "(TensorBoard has the same curves)"
        )


class WandbCurves:
    """Logs each step's numbers, and an alert for each alarm."""

    def __init__(self, run: RunFolder, project: str) -> None:
        """Open the W&B run of a run folder, new or begun before.

        Args:
            run: Its configuration is W&B's too.
            project: The W&B project; everything else is wandb's own settings, such as WANDB_MODE=offline.
        """
        import wandb

        self._run = wandb.init(
            project=project,
            name=run.dir.name,
            id=_run_id(run),
            resume="allow",
            allow_val_change=True,
            dir=str(run.dir),
            config=run.config.model_dump(mode="json"),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run.finish(exit_code=0 if error is None else 1)

    def add(self, metrics: dict[str, Any]) -> None:
        """Log one step."""
        numbers = {name.replace(".", "/"): value for name, value in scalars(metrics).items()}
        self._run.log(numbers, step=metrics["step"])
        for alarm in metrics["alarms"]:
            self._run.alert(title=f"{alarm['name']} at step {metrics['step']}", text=alarm["message"])


def _run_id(run: RunFolder) -> str:
    known = run.read_json(ID_FILE)
    if known is None:
        known = {"id": uuid.uuid4().hex}
        run.write_json(ID_FILE, known)
    return str(known["id"])
