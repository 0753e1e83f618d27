"""The `rlvr` command: one module for each subcommand, imported only when that subcommand runs."""

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    import signal
    import sys

    from rlvr.cli.app import build_app, command_in
    from rlvr.cli.errors import interrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    build_app(command_in(sys.argv[1:]))(prog_name="rlvr")
