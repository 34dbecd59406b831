"""The command line: `easybraille COMMAND`; each command has a file of its own in `commands`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import EasyBrailleError, InvalidParameterError, LanguageError, SettingError, UsageError
from ..settings import from_environment
from . import bulk, read, serve, translate, worker

COMMANDS = (read, bulk, translate, serve, worker)
USAGE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, 1 if an input could not be read, 2 for bad usage, 130 by Ctrl-C."""
    args = _parser().parse_args(arguments)
    try:
        return args.run(args, from_environment())
    except (UsageError, LanguageError, SettingError, InvalidParameterError) as error:
        print(f"easybraille: {error}", file=sys.stderr)
        return USAGE
    except (EasyBrailleError, OSError) as error:
        print(f"easybraille: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("easybraille: interrupted.", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="easybraille", description="Photographs of Braille pages become text.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
