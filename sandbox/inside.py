"""Whether this process is a worker, so that bounded code does not ask for a second bound."""

_is_worker = False


def in_worker() -> bool:
    """Return True in a worker of a `DeadlinePool`: what runs here already has a deadline that kills."""
    return _is_worker


def enter_worker() -> None:
    """Mark this process as a worker."""
    global _is_worker
    _is_worker = True
