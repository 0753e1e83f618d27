"""One process that scores chunks: `python -m rlvr.cli.score_worker`, spoken to by `score_remote`.

The first frame is the plan, from which the process builds its grader and answers that it is ready; each frame after
it is a chunk. The end of its input ends the process, so a killed command leaves none behind.
"""

import os
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from rlvr.cli.score_chunk import Chunk, ChunkScorer
from rlvr.cli.score_frames import FrameError, read_frame, write_frame
from rlvr.cli.score_plan import Plan, build_grader


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer frames until the other side closes."""
    first = read_frame(requests)
    if first is None:
        return
    scorer = ChunkScorer(build_grader(Plan(**first[0])))
    write_frame(replies, "ready")
    while (frame := read_frame(requests)) is not None:
        write_frame(replies, *_reply(scorer, Chunk(*frame)))


def _reply(scorer: ChunkScorer, chunk: Chunk) -> tuple[dict[str, Any], bytes]:
    try:
        scored = scorer.score(chunk)
    except Exception as error:  # noqa: BLE001  told to the command, which finds the line and reports it
        return {"failure": f"{type(error).__name__}: {error}"}, b""
    problems = [asdict(problem) for problem in scored.problems]
    return {"tally": scored.tally.to_json(), "problems": problems}, scored.data


def main() -> None:
    """Serve on the standard streams; what a verifier prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, replies)
    except (BrokenPipeError, FrameError):
        os._exit(1)  # the command was killed; an ordinary exit would try to flush the reply once more


if __name__ == "__main__":
    main()
