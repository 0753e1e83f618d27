"""Our learning-rate schedule, for the side that does not have it."""


def lr_factor(step: int, num_steps: int, warmup_steps: int, schedule: str) -> float:
    """Return what the peak rate is multiplied by in a step, counted from 0: a linear rise, then the schedule."""
    rise = min(1.0, (step + 1) / warmup_steps) if warmup_steps else 1.0
    if schedule == "constant":
        return rise
    assert schedule == "linear", f"the benchmark's recipe has schedule {schedule!r}"
    progress = (step - warmup_steps) / max(1, num_steps - warmup_steps)
    return rise * (1.0 - max(0.0, min(1.0, progress)))
