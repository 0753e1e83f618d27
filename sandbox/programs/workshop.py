"""Makes programs ready for their slots: what starts them is added, and what is compiled is compiled."""

import threading
from dataclasses import replace

from rlvr.sandbox.programs.compiler import Compiler
from rlvr.sandbox.programs.languages import LANGUAGES
from rlvr.sandbox.programs.pool import Tier
from rlvr.sandbox.programs.program import Execution, Limits, Program
from rlvr.sandbox.programs.variants import Variant

_STACK_SHARE = 2
"""A compiled program's stack may take one of so many parts of its memory."""


class Workshop:
    """Prepares programs and what their slots are made from, each at its first use.

    Args:
        tier: Makes the slots.
        compiler: Compiles.
    """

    def __init__(self, tier: Tier, compiler: Compiler) -> None:
        self._tier, self._compiler = tier, compiler
        self._lock = threading.Lock()
        self._ready = {Variant.PYTHON}

    def ready(self, program: Program, limits: Limits) -> Program | Execution:
        """Return the program as a slot of its language's variant runs it, or how its compilation failed.

        Raises:
            SandboxError: this host has not what its language needs; the message says what to install.
        """
        language = LANGUAGES[program.language]
        for variant in language.variants:
            self._provide(variant)
        if program.launcher or language.variant is Variant.PYTHON:
            return program
        if language.compiler is None:
            return replace(program, args=(str(limits.memory_mb), *program.args), launcher=language.launcher)
        made = self._compiler.compiled(program.code)
        if isinstance(made, Execution):
            return made
        stack_mb = max(1, limits.memory_mb // _STACK_SHARE)
        return replace(program, source=made, args=(str(stack_mb), *program.args), launcher=language.launcher)

    def _provide(self, variant: Variant) -> None:
        with self._lock:
            if variant not in self._ready:
                self._tier.prepare(variant)
                self._ready.add(variant)
