"""Where the seconds of a step go: what `metrics.jsonl` has under the one key `timing`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds by phase of one step; a phase that comes again is added up."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._phases: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the seconds of the block under a name."""
        before = time.monotonic()
        yield
        self._phases[name] = self._phases.get(name, 0.0) + time.monotonic() - before

    def timing(self, num_tokens: int) -> dict[str, float]:
        """The `timing` entry of a metrics line; `tokens_per_s` is sampled tokens over the whole step."""
        step_s = time.monotonic() - self._started_s
        phases = {name: round(seconds, 4) for name, seconds in self._phases.items()}
        return {**phases, "step_s": round(step_s, 4), "tokens_per_s": round(num_tokens / step_s, 1)}
