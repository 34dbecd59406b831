"""`easybraille completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import argparse

from ..i18n import say
from ..settings import Settings
from .parser import OK, Parser

SHELLS = ("bash", "zsh", "tcsh")


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    completion = commands.add_parser(
        "completion",
        help=say("print the script with which a shell completes commands and options"),
        examples=(
            ("easybraille completion bash > ~/.local/share/bash-completion/completions/easybraille", "bash"),
            ('easybraille completion zsh > "${fpath[1]}/_easybraille"', "zsh"),
        ),
    )
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print it."""
    import shtab

    from .main import make_parser

    print(shtab.complete(make_parser(), shell=args.shell))
    return OK
