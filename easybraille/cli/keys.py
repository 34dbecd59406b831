"""`easybraille keys`: a new key for the API."""

from __future__ import annotations

import argparse
import re
import sys

from ..i18n import say
from ..keys import SCOPES, make
from ..settings import Settings
from .parser import OK, Parser


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    keys = commands.add_parser(
        "keys",
        help=say("make a key for the API"),
        examples=(
            ("easybraille keys web read", say("a key that may read")),
            ("easybraille keys biblioteca read jobs", say("a key that may also run bulk jobs")),
        ),
    )
    keys.add_argument("name", type=_name, metavar="NAME", help=say("whose it is; callers see only their own jobs"))
    keys.add_argument("scopes", nargs="+", choices=SCOPES, help=say("what it is for"))
    keys.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the entry for the configuration, and say the key once."""
    key, entry = make(args.name, args.scopes)
    print(say("The key, for the caller; it is shown only now:"), f"  {key}", sep="\n", file=sys.stderr)
    print(say("Its entry for EASYBRAILLE_API_KEYS or the secret:"), file=sys.stderr)
    print(entry)
    return OK


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+", text):
        raise argparse.ArgumentTypeError(say("a name has letters, digits, '.', '_' and '-' only"))
    return text
