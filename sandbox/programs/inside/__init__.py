"""What runs inside a slot: files that are copied into it and know nothing of the rest of the project.

They use the standard library of Python 3.9 or newer only, since the slot's Python need not be the host's.
"""
