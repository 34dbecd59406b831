"""argparse as this program uses it: with examples, exit statuses, and sentences in the person's language."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from ..i18n import say, translated

OK, FAILED, USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
_HEADINGS = re.compile(r"^(usage: |positional arguments:|options:)", re.MULTILINE)


class Parser(argparse.ArgumentParser):
    """An argument parser whose own headings and errors are translated, too.

    Args:
        examples: command lines with what each does, shown at the end of the help.
    """

    def __init__(self, *args: object, examples: tuple[tuple[str, str], ...] = (), **kwargs: object):
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        kwargs.setdefault("epilog", _epilog(examples))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def format_usage(self) -> str:
        """The usage line."""
        return _translated_headings(super().format_usage())

    def format_help(self) -> str:
        """The whole help."""
        return _translated_headings(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and exit."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {translated(message)}\n")


def _translated_headings(text: str) -> str:
    return _HEADINGS.sub(lambda found: say(found[1]), text)


def _epilog(examples: tuple[tuple[str, str], ...]) -> str:
    width = max((len(command) for command, _ in examples), default=0)
    shown = "".join(f"  {command:{width}}  {what}\n" for command, what in examples)
    statuses = say(
        "exit status:\n"
        "  0    everything was done\n"
        "  1    an input could not be read, or a result not written; the others are done\n"
        "  2    the command line or a setting is wrong, and nothing was done\n"
        "  130  interrupted (Ctrl-C)\n"
        "  141  the program that reads the output has closed it\n"
    )
    return (say("examples:") + f"\n{shown}\n" if examples else "") + statuses
