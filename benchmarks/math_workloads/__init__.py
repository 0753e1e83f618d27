"""The pairs that `benchmarks/math_verifier.py` measures: what is graded, against what, and what the verdict must be.

`real` and `conformance` are read from the data folder; `hard` is generated, the same pairs on every machine.
"""
