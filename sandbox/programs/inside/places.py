"""Where things are inside a slot; the same names on every tier.

A slot that shares the host's file system (the `process` tier) has them under a folder of its own, and its Python under
another. Its environment says so once, when this is loaded, and no program sees it.
"""

import os

FOLDER_VARIABLE, TREE_VARIABLE = "RLVR_SLOT_FOLDER", "RLVR_SLOT_TREE"

FOLDER = os.environ.pop(FOLDER_VARIABLE, "")
"""What the slot's places are under, where it shares the host's file system; elsewhere empty."""

TREE = os.environ.pop(TREE_VARIABLE, "")
"""What its Python and the agent's code are under, in the same case."""

CODE = f"{TREE}/opt/rlvr"
"""The folder that is on the agent's search path; read-only."""

LIBRARIES = f"{CODE}/libraries"
"""A list of the shared libraries of the slot's Python, by the paths at which the loader looks for them."""

JOB = f"{FOLDER}/job"
"""A small place of the agent's, where the program's source lies while it runs."""

MAIN = f"{JOB}/main.py"
"""A Python program's source. A real file: tracebacks show its lines, and `multiprocessing` imports it again."""

HEADERS = "/opt/headers"
"""The folder of headers that were compiled beforehand, in slots that compile."""

WORK = f"{FOLDER}/work"
"""The program's working directory."""

TEMPORARY = f"{FOLDER}/tmp"  # noqa: S108  the slot's own
"""For temporary files; the program's home, too."""

SHARED = f"{FOLDER}/dev/shm"  # noqa: S108
"""For shared memory and semaphores."""

WRITABLE = (WORK, TEMPORARY, SHARED)
"""The places where a program may write, of limited size, emptied after every job."""

SHARED_VARIABLE = "RLVR_SLOT_SHM"

ENVIRONMENT = (
    {
        FOLDER_VARIABLE: FOLDER,
        TREE_VARIABLE: TREE,
        SHARED_VARIABLE: SHARED,
        "TMPDIR": TEMPORARY,
        "PYTHONPATH": f"{CODE}/rlvr/sandbox/programs/inside/standins",
        **{name: os.environ.get(name, "") for name in ("LD_LIBRARY_PATH", "PYTHONHOME")},
    }
    if FOLDER
    else {}
)
"""What the zygote's environment has besides what it has on every tier."""
