"""References from the rows of known data sets: pure functions, which open no file and no connection.

Each takes a row as its data set has it and gives a reference that `CodeVerifier` takes, or raises BadReferenceError, a
ValueError that names the field, the value seen and the remedy.
"""

from rlvr.rewards.code.loaders.contests import apps_reference, code_contests_reference, stdin_reference
from rlvr.rewards.code.loaders.evalplus import evalplus_reference
from rlvr.rewards.code.loaders.human_eval import human_eval_program, human_eval_reference
from rlvr.rewards.code.loaders.live_code_bench import live_code_bench_reference
from rlvr.rewards.code.loaders.mbpp import ForeignNameError, mbpp_entry_point, mbpp_reference, mbpp_tests

__all__ = [
    "ForeignNameError",
    "apps_reference",
    "code_contests_reference",
    "evalplus_reference",
    "human_eval_program",
    "human_eval_reference",
    "live_code_bench_reference",
    "mbpp_entry_point",
    "mbpp_reference",
    "mbpp_tests",
    "stdin_reference",
]
