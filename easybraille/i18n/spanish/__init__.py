"""Every sentence in Spanish, by its English one; `{fields}` stand for what is filled in."""

from __future__ import annotations

from . import command_line, problems

SENTENCES = command_line.SENTENCES | problems.SENTENCES
