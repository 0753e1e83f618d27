"""Runs untrusted programs in warm, hardened slots.

A slot is a container, or a set of namespaces, that holds an agent and a process ready to fork. It runs one job at a
time, so what is left in it when a job ends is that job's, and is removed before the next. The host never believes what
comes out of a slot beyond bytes and numbers; whether an output is right is decided elsewhere.

From the outside in: `tiers` (which way to make slots), `sandbox` and `pool` (who gets one), `slot` and `channel`
(talking to one), `docker_tier` and `bubblewrap` (making one), and `inside` (what runs in one).
"""
