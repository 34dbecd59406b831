"""The command line: `easybraille COMMAND`; each command has a file of its own."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ..errors import EasyBrailleError, InvalidParameterError, LanguageError, SettingError, UsageError
from ..i18n import from_locale, say, speaking, translated
from ..settings import from_environment
from . import bulk, completion, console, keys, lists, read, serve, translate, worker
from .parser import BROKEN_PIPE, FAILED, INTERRUPTED, USAGE, Parser
from .version import ShowVersion

COMMANDS = (read, bulk, translate, serve, worker, keys, lists, completion)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status that its help tells."""
    with speaking(from_locale()):
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    args = make_parser().parse_args(arguments)
    try:
        status: int = args.run(args, from_environment())
        sys.stdout.flush()
    except (UsageError, LanguageError, SettingError, InvalidParameterError) as error:
        console.error(translated(str(error)))
        return USAGE
    except BrokenPipeError:
        # Python would complain when it closes the stream at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except EasyBrailleError as error:
        console.error(translated(str(error)))
        return FAILED
    except OSError as error:
        console.error(error.strerror or error, error.filename or "easybraille")
        return FAILED
    except KeyboardInterrupt:
        console.error(say("interrupted."))
        return INTERRUPTED
    return status


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands, with sentences in the preferred language."""
    parser = Parser(
        prog="easybraille",
        description=say("Photographs of Braille pages become text."),
        examples=(
            ("easybraille read foto.jpg", say("text on standard output")),
            ("easybraille serve", say("the page and the API on this machine")),
            ("easybraille COMMAND --help", say("the options of a command, with examples")),
        ),
    )
    parser.add_argument("--version", action=ShowVersion, help=say("show the versions of program, weights and engine"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
