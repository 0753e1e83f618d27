"""Lines that a user must see: which tier was taken, that an image is being built."""

import logging
import sys

_LOG = logging.getLogger("rlvr.sandbox")


def notice(text: str) -> None:
    """Say one line: to the log where one is set up, else to standard error."""
    if _LOG.hasHandlers():
        _LOG.info(text)
    else:
        sys.stderr.write(f"rlvr: {text}\n")
        sys.stderr.flush()
