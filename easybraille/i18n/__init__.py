"""The sentences that people read, by language.

Sentences are written in English where they are said. `say` gives one in the language of the person who reads it, and
`translated` does the same for a sentence that is already filled in, such as the message of an error.
"""

from __future__ import annotations

from .preference import LANGUAGES, from_header, from_locale, prefer, preferred, speaking
from .sentences import say, translated

__all__ = ["LANGUAGES", "from_header", "from_locale", "prefer", "preferred", "say", "speaking", "translated"]
