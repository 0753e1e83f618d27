"""What `benchmarks/grpo_vs_trl.py` measures: two workers that take steps when told, and one file for each part."""
