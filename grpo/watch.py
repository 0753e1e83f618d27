"""When an alarm is worth a word: once when its trouble begins, and again only after it has been gone for a while.

A `Watch` is a function of the lines it was shown. A resumed run shows it those that are on disk and goes on as an
undisturbed one would.
"""

from collections import deque
from collections.abc import Iterable

from rlvr.grpo.alarms import ALARMS, WINDOW
from rlvr.grpo.window import RECENT, Line

REST = RECENT
"""Steps without its trouble after which an alarm may fire again: as long as an odd batch stays in the averages."""


class Watch:
    """Shows the lines of one run to every alarm."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        """Begin a run, or go on.

        Args:
            lines: Those of the run so far, from its first.
        """
        self._window: deque[Line] = deque(maxlen=WINDOW)
        self._num_quiet = dict.fromkeys(ALARMS, REST)
        for line in lines:
            self.add(line)

    def add(self, line: Line) -> list[dict[str, str]]:
        """Take a step's line into account.

        Args:
            line: Complete but for `alarms` and `timing`, which nobody here reads.

        Returns:
            What fires at this step, as `{"name", "message"}`: the line's `alarms`.
        """
        self._window.append(line)
        window = tuple(self._window)
        fired = []
        for name, alarm in ALARMS.items():
            message, num_quiet = alarm(window), self._num_quiet[name]
            self._num_quiet[name] = num_quiet + 1 if message is None else 0
            if message is not None and num_quiet >= REST:
                fired.append({"name": name, "message": message})
        return fired
