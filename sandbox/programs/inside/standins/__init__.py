"""Modules that stand in for the interpreter's own, where a slot shares the host's file system.

The C library keeps semaphores and shared memory in `/dev/shm`, which is the host's. This folder is on the search path
of programs in such slots, before the standard library, and what these modules do lies in a folder of the slot's own.
"""
