"""The worker process of a native liblouis, where a faulty table or input can hang or crash no other process.

It runs as a script: ``python -I worker.py LIBRARY``. It reads one JSON request per line and answers each on one line:

    {"version": true}
    {"version": "3.39.0"}

    {"check": "unicode.dis,fr-bfu-comp6.utb"}
    {"compiles": true}

    {"tables": "unicode.dis,fr-bfu-comp6.utb", "lines": ["⠃⠕⠝"], "back": true, "drop_undefined": false}
    {"lines": [["bon", [0, 1, 2], [0, 0, 0]]]}

    anything that fails
    {"error": "…"}

A line's answer is a Translation of engine.py. The script imports nothing of this project and starts in some 30 ms.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
from typing import Any

# liblouis.h: characters without Braille, or dots without a character, produce no output.
_NO_UNDEFINED = 128
# Output characters per input character, and in addition: more than any table produces.
_GROWTH, _SLACK = 12, 256
# The parent kills a worker whose request takes long. This ends one whose parent is gone.
_LONGEST_SECONDS = 60
# liblouis' NEWS: from this version back-translation reports typeforms.
_TYPEFORMS_SINCE = (3, 37)
_NOT_LOADED = "the library that EASYBRAILLE_LIBLOUIS names is no liblouis that can be loaded"


class Louis:
    """The functions of liblouis that are needed, on strings."""

    def __init__(self, library: str) -> None:
        self._louis = ctypes.CDLL(library)
        self._louis.lou_version.restype = ctypes.c_char_p
        self._size = self._louis.lou_charSize()
        self._encoding = {2: "utf-16-le", 4: "utf-32-le"}[self._size]
        self._typeforms = tuple(int(part) for part in self.version().split(".")[:2]) >= _TYPEFORMS_SINCE

    def version(self) -> str:
        """The version of the library, "3.39.0"."""
        return str(self._louis.lou_version().decode())

    def check(self, tables: str) -> bool:
        """Whether the tables exist and compile."""
        return bool(self._louis.lou_checkTable(tables.encode()))

    def translate(self, tables: str, text: str, back: bool, mode: int) -> tuple[str, list[int], list[int]]:
        """Translate one line: text, positions and typeforms."""
        room = len(text) * _GROWTH + _SLACK
        source = ctypes.create_string_buffer(text.encode(self._encoding) + bytes(self._size))
        target = ctypes.create_string_buffer(room * self._size)
        source_length, target_length = ctypes.c_int(len(text)), ctypes.c_int(room)
        source_positions, target_positions = (ctypes.c_int * room)(), (ctypes.c_int * room)()
        typeforms = (ctypes.c_ushort * room)() if back and self._typeforms else None
        function = self._louis.lou_backTranslate if back else self._louis.lou_translate
        done = function(
            tables.encode(),
            source,
            ctypes.byref(source_length),
            target,
            ctypes.byref(target_length),
            typeforms,
            None,
            source_positions,
            target_positions,
            None,
            mode,
        )
        if not done:
            raise ValueError(f"liblouis cannot translate with {tables}")
        length = target_length.value
        translated = target.raw[: length * self._size].decode(self._encoding, "replace")
        return translated, list(target_positions[:length]), list(typeforms[:length]) if typeforms else []


def main() -> None:
    """Answer requests until standard input ends; without its library, each with the reason."""
    try:
        louis = Louis(sys.argv[1])
    except (OSError, AttributeError):
        louis = None
    for line in sys.stdin:
        request = json.loads(line)
        signal.alarm(_LONGEST_SECONDS)
        try:
            answer = _answer(louis, request) if louis else {"error": _NOT_LOADED}
        except (ValueError, TypeError, KeyError, MemoryError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        signal.alarm(0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(louis: Louis, request: dict[str, Any]) -> dict[str, Any]:
    if "version" in request:
        return {"version": louis.version()}
    if "check" in request:
        return {"compiles": louis.check(request["check"])}
    mode = _NO_UNDEFINED if request["drop_undefined"] else 0
    return {"lines": [louis.translate(request["tables"], text, request["back"], mode) for text in request["lines"]]}


if __name__ == "__main__":
    main()
