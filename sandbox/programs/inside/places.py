"""Where things are inside a slot; the same names on every tier."""

CODE = "/opt/rlvr"
"""The folder that is on the agent's search path; read-only."""

JOB = "/job"
"""A small tmpfs of the agent's, where the program's source lies while it runs."""

MAIN = "/job/main.py"
"""A Python program's source. A real file: tracebacks show its lines, and `multiprocessing` imports it again."""

HEADERS = "/opt/headers"
"""The folder of headers that were compiled beforehand, in slots that compile."""

WORK = "/work"
"""The program's working directory."""

WRITABLE = ("/work", "/tmp", "/dev/shm")  # noqa: S108  the slot's own
"""The places where a program may write; all are tmpfs of limited size, emptied after every job."""
