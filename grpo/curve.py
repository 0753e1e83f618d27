"""The reward curve of a run as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_WINDOW = 5


def draw_curve(
    path: Path, lines: Sequence[dict[str, Any]], before: dict[str, Any], after: dict[str, Any], title: str
) -> None:
    """Draw mean reward per step, its running mean, `val` accuracy and the two `test` accuracies as a PNG.

    Args:
        path: Where the picture goes.
        lines: Records of `metrics.jsonl`.
        before: The evaluation before training, or {}.
        after: The evaluation after training, or {}.
        title: Names the run.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes = figure.subplots()
    points = [(line["step"], line["reward"]) for line in lines if line["reward"] is not None]
    steps, rewards = [step for step, _ in points], [reward for _, reward in points]
    axes.plot(steps, rewards, color="#9ecae1", linewidth=1, label="reward, mean of the step")
    axes.plot(steps, _running_mean(rewards), color="#08519c", linewidth=2, label=f"running mean of {_WINDOW} steps")
    checks = [(line["step"], line["val_accuracy"]) for line in lines if "val_accuracy" in line]
    if checks:
        axes.plot(*zip(*checks, strict=True), "o-", color="#31a354", markersize=4, linewidth=1, label="val accuracy")
    last = steps[-1] if steps else 0
    for result, step, name in ((before, 0, "before"), (after, last, "after")):
        if result:
            low, mean, high = (result[key] for key in ("accuracy_low", "accuracy", "accuracy_high"))
            bar = [[mean - low], [high - mean]]
            label = f"test accuracy {name}: {mean:.3f}"
            axes.errorbar([step], [mean], yerr=bar, fmt="s", color="#d94801", capsize=4, label=label)
    axes.set(xlabel="step", ylabel="reward", ylim=(-0.02, 1.02), title=title)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", fontsize=8)
    FigureCanvasAgg(figure).print_png(str(path))  # type: ignore[no-untyped-call]


def _running_mean(values: Sequence[float]) -> list[float]:
    windows = [values[max(0, end - _WINDOW) : end] for end in range(1, len(values) + 1)]
    return [sum(window) / len(window) for window in windows]
