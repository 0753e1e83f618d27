"""The corpus of programs: cheats that must never be paid, and honest programs that always must."""

from typing import Final

from tests.hostile.programs.cheats.asserting import ASSERTING
from tests.hostile.programs.cheats.calls import CALLED
from tests.hostile.programs.cheats.channels import CHANNELS
from tests.hostile.programs.cheats.checking import CHECKING
from tests.hostile.programs.cheats.comparing import COMPARING
from tests.hostile.programs.cheats.early_exit import EARLY_EXIT
from tests.hostile.programs.cheats.equality import EQUALITY
from tests.hostile.programs.cheats.floods import FLOODS
from tests.hostile.programs.cheats.handed import HANDED_OUT
from tests.hostile.programs.cheats.harness import HARNESS
from tests.hostile.programs.cheats.leaks import LEAKS
from tests.hostile.programs.cheats.memory import MEMORY
from tests.hostile.programs.cheats.parsers import PARSERS
from tests.hostile.programs.cheats.planted_files import PLANTED_FILES
from tests.hostile.programs.cheats.planted_state import PLANTED_STATE
from tests.hostile.programs.cheats.privileges import PRIVILEGES
from tests.hostile.programs.cheats.time_abuse import TIME_ABUSE
from tests.hostile.programs.entry import Entry, Pair
from tests.hostile.programs.honest.asserting import ASSERTING as HONEST_ASSERTING
from tests.hostile.programs.honest.checking import CHECKING as HONEST_CHECKING
from tests.hostile.programs.honest.language import LANGUAGE
from tests.hostile.programs.honest.processes import PROCESSES
from tests.hostile.programs.honest.streams import STREAMS
from tests.hostile.programs.honest.threads import THREADS
from tests.hostile.programs.honest.values import VALUES

CHEATS: Final[dict[str, list[Entry]]] = {
    "early exit": EARLY_EXIT,
    "forged equality": EQUALITY,
    "harness patching": HARNESS,
    "forged channels": CHANNELS,
    "answer leaks": LEAKS,
    "time abuse": TIME_ABUSE,
    "memory": MEMORY,
    "floods": FLOODS,
    "host parsers": PARSERS,
    "forbidden calls": CALLED,
    "privileges": PRIVILEGES,
    "comparator gaming": COMPARING,
    "tests that are code": ASSERTING,
    "what tests hand out": HANDED_OUT,
    "checkers": CHECKING,
}
"""By family; each program of them must end as it says, and never be paid."""

PAIRS: Final[list[Pair]] = [*PLANTED_FILES, *PLANTED_STATE]
"""What one job may leave for a later one."""

HONEST: Final[dict[str, list[Entry]]] = {
    "processes": PROCESSES,
    "threads": THREADS,
    "streams": STREAMS,
    "language": LANGUAGE,
    "values": VALUES,
    "what tests that are code ask for": HONEST_ASSERTING,
    "what checkers ask for": HONEST_CHECKING,
}
"""By theme; each program must be paid."""
