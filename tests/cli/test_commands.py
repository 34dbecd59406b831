"""The small commands, and what the help says."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from easybraille import __version__, keys
from easybraille.cli.main import COMMANDS, main, make_parser
from easybraille.formats import FORMATS
from easybraille.model_store import SHIPPED


def test_the_version_names_the_program_its_weights_and_its_engine(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    program, weights, engine = capsys.readouterr().out.splitlines()
    manifest = json.loads(SHIPPED.read_text("utf-8"))
    assert ended.value.code == 0 and program == f"easybraille {__version__}"
    assert weights.startswith(f"weights {manifest['name']} {manifest['version']} (sha256 ")
    assert re.fullmatch(r"engine ONNX Runtime [\d.]+, Python [\d.]+", engine)


def test_a_key_that_is_made_opens_what_it_is_for(capsys):
    assert main(["keys", "biblioteca", "read", "jobs"]) == 0
    out, err = capsys.readouterr()
    key = re.search(r"eb_\S+", err)[0]
    assert key not in out
    caller = keys.Keyring(keys.parse(out)).caller(key)
    assert caller == keys.Caller("biblioteca", frozenset({"read", "jobs"}))


def test_languages_and_formats_are_listed(capsys):
    assert main(["languages"]) == 0
    assert re.search(r"^es +Spanish", capsys.readouterr().out, re.M)
    assert main(["formats"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(FORMATS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "bulk" in script and "overwrite" in script


def test_bash_completes_an_option(tmp_path, capsys):
    main(["completion", "bash"])
    script = tmp_path / "completion"
    script.write_text(capsys.readouterr().out)
    ask = "source %s; COMP_WORDS=(easybraille read --over); COMP_CWORD=2; _shtab_easybraille; echo ${COMPREPLY[@]}"
    done = subprocess.run(["bash", "-c", ask % script], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "--overwrite", done.stderr


def test_every_command_has_help_with_its_exit_statuses(capsys):
    names = [
        command.__name__.rsplit(".", 1)[-1] for command in COMMANDS if command.__name__.rsplit(".", 1)[-1] != "lists"
    ]
    for name in names:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        shown = capsys.readouterr().out
        assert "exit status:" in shown and "interrupted (Ctrl-C)" in shown
        if name not in ("worker",):
            assert "examples:" in shown, name


def test_the_examples_in_the_help_are_commands_that_are_understood():
    parser = make_parser()
    shown = parser.format_help() + "".join(
        choice.format_help() for action in parser._subparsers._group_actions for choice in action.choices.values()
    )
    found = re.findall(r"^  (?:.*\| )?easybraille ((?:read|bulk|serve|translate|keys) .*?)(?:  +|$)", shown, re.M)
    assert len(found) >= 12
    for line in found:
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line.split(" < ")[0].split(" > ")[0])]
        parser.parse_args(words)
