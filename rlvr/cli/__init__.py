"""The `rlvr` command: one module for each subcommand, imported only when that subcommand runs."""

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    import sys

    from rlvr.cli.app import build_app, command_in

    build_app(command_in(sys.argv[1:]))(prog_name="rlvr")
