"""Random draws as functions of what they are for (invariant 8), so that a resumed run repeats them."""

import hashlib
import random


def draw_seed(*parts: int | str) -> int:
    """A seed in [0, 2**63): blake2b over the parts, such as (seed, step, task id, rollout, turn).

    Engines that draw `n` samples from seed `s` as seeds `s..s+n-1` make consecutive seeds collide; hashed ones do not.
    """
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def draw_rng(*parts: int | str) -> random.Random:
    """A generator of its own for one purpose; the global one is never touched."""
    return random.Random(draw_seed(*parts))  # noqa: S311 - reproducibility is the point, not secrecy
