"""What `benchmarks/sandbox.py` measures, one part to a file."""
