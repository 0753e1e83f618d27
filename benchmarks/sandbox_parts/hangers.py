"""What programs that hang cost the others: batches with and without one, in turns, and longer streams.

Every program is submitted at once from asyncio, as a trainer does with a batch, and the time counts until the last of
the trivial ones is done; those that hang go on until their limit. Between batches the pool is given the time to tidy
up: what a batch leaves to be done, the replacement of a slot above all, is a part of the streams, and is measured by
itself in `slots.py`.
"""

import asyncio
import time
from typing import Any

from rlvr.sandbox import Limits, Program, Sandbox, open_sandbox
from sandbox_parts.blocks import check, cores_taken_by_others, medians, trivial

HANGERS = {
    "sleeps": "import time\ntime.sleep(600)",
    "burns": "while True: pass",
    "forks": "import os\nfor _ in range(30):\n    if os.fork() == 0: break\nwhile True: pass",
}
PLACES = (0, 33, 66)
"""Where in a batch the program is that hangs; in turns."""
_TIDY_S = 1.5


async def _batch(sandbox: Sandbox, hangers: dict[int, str], num_programs: int, limits: Limits) -> tuple[float, Any]:
    """Submit a batch; return how long the trivial programs took, and the tasks of the others."""

    async def one(number: int) -> None:
        check(number, await sandbox.run_async(trivial(number), limits))

    start = time.perf_counter()
    tasks, hanging = [], []
    for number in range(num_programs):
        if number in hangers:
            program = Program(hangers[number])
            hanging.append(asyncio.ensure_future(sandbox.run_async(program, limits)))
        else:
            tasks.append(asyncio.ensure_future(one(number)))
    await asyncio.gather(*tasks)
    return time.perf_counter() - start, hanging


async def _timed(sandbox: Sandbox, hangers: dict[int, str], num_programs: int, limits: Limits) -> dict[str, Any]:
    others = cores_taken_by_others()
    wall_s, hanging = await _batch(sandbox, hangers, num_programs, limits)
    outcomes = sorted({str(execution.outcome) for execution in await asyncio.gather(*hanging)})
    await asyncio.sleep(_TIDY_S)
    num_trivial = num_programs - len(hangers)
    return {
        "per_s": round(num_trivial / wall_s, 1),
        "wall_ms": round(wall_s * 1e3, 1),
        "outcomes_of_those_that_hang": outcomes,
        "cores_taken_by_others_before": others,
    }


def compared(name: str, blocks: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return a kind's medians beside those without it."""
    plain, with_it = medians(blocks["none"])["per_s"], medians(blocks[name])["per_s"]
    return {
        "per_s": with_it,
        "without_per_s": plain,
        "lowered_by": round(1 - with_it / plain, 4),
        "blocks": blocks[name],
    }


def batches(num_rounds: int) -> dict[str, Any]:
    """Run batches of 100 in turns: all trivial but for the last, then 99 and one of each kind that hangs."""
    limits = Limits(wall_s=1)
    blocks: dict[str, list[dict[str, Any]]] = {name: [] for name in ("none", *HANGERS)}
    with open_sandbox("docker") as sandbox:
        asyncio.run(_timed(sandbox, {}, 500, limits))
        time.sleep(4)  # spares are made meanwhile
        for index in range(num_rounds):
            place = PLACES[index % len(PLACES)]
            for name in blocks:
                hangers = {place: HANGERS[name]} if name in HANGERS else {}
                blocks[name].append(asyncio.run(_timed(sandbox, hangers, 99 + len(hangers), limits)))
    results: dict[str, Any] = {name: compared(name, blocks) for name in HANGERS}
    return {"wall_s": limits.wall_s, "none": {"blocks": blocks["none"]}} | results


def streams(num_rounds: int, num_programs: int = 1000) -> dict[str, Any]:
    """Run streams in which every hundredth program hangs beside streams without, for two wall limits."""
    results: dict[str, Any] = {}
    with open_sandbox("docker") as sandbox:
        asyncio.run(_timed(sandbox, {}, 500, sandbox.limits))
        time.sleep(4)  # spares are made meanwhile
        for wall_s in (5, 1):
            blocks: dict[str, list[dict[str, Any]]] = {name: [] for name in ("none", *HANGERS)}
            for _ in range(num_rounds):
                for name in blocks:
                    places = range(50, num_programs, 100) if name in HANGERS else ()
                    hangers = dict.fromkeys(places, HANGERS.get(name, ""))
                    num = num_programs - (0 if hangers else num_programs // 100)
                    blocks[name].append(asyncio.run(_timed(sandbox, hangers, num, Limits(wall_s=wall_s))))
            kinds: dict[str, Any] = {name: compared(name, blocks) for name in HANGERS}
            results[f"wall_s={wall_s}"] = kinds | {"none": {"blocks": blocks["none"]}}
    return {"num_programs": num_programs, "num_that_hang": num_programs // 100} | results
