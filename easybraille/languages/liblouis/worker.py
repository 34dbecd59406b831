"""liblouis in a process of its own: a bad table or input can hang or crash this one and no other.

Run as a script, alone: ``python -I liblouis_worker.py LIBRARY``. It reads one JSON request a line and answers
one a line:

    {"back": true, "tables": "unicode.dis,fr-bfu-comp6.utb", "lines": ["⠃⠕⠝", …]}
    {"lines": [["bon", [0, 1, 2]], …]}       text, and for each of its characters the index of its cell
    {"error": "…"}

It imports nothing of this project, so that it starts in some 30 ms.
"""

from __future__ import annotations

import ctypes
import json
import sys

# liblouis, liblouis.h: a character without Braille, or dots without a character, leave nothing.
_NO_UNDEFINED = 128
# The longest translation of one character that any table has, generously.
_GROWTH, _SLACK = 12, 256


class Louis:
    """The two functions of liblouis that are needed, on strings."""

    def __init__(self, library: str) -> None:
        self._louis = ctypes.CDLL(library)
        self._louis.lou_version.restype = ctypes.c_char_p
        self._encoding = {2: "utf-16-le", 4: "utf-32-le"}[self._louis.lou_charSize()]
        self._size = self._louis.lou_charSize()

    def version(self) -> str:
        """Of the library, "3.39.0"."""
        return self._louis.lou_version().decode()

    def check(self, tables: str) -> bool:
        """Whether the tables exist and compile."""
        return bool(self._louis.lou_checkTable(tables.encode()))

    def translate(self, tables: str, text: str, back: bool, mode: int = 0) -> tuple[str, list[int]]:
        """The translation, and for each of its characters the index in ``text`` that it comes from."""
        room = len(text) * _GROWTH + _SLACK
        source = ctypes.create_string_buffer(text.encode(self._encoding) + bytes(self._size))
        target = ctypes.create_string_buffer(room * self._size)
        source_length, target_length = ctypes.c_int(len(text)), ctypes.c_int(room)
        source_positions, target_positions = (ctypes.c_int * room)(), (ctypes.c_int * room)()
        function = self._louis.lou_backTranslate if back else self._louis.lou_translate
        done = function(
            tables.encode(),
            source,
            ctypes.byref(source_length),
            target,
            ctypes.byref(target_length),
            None,
            None,
            source_positions,
            target_positions,
            None,
            mode,
        )
        if not done:
            raise ValueError(f"liblouis cannot translate with {tables}")
        length = target_length.value
        return target.raw[: length * self._size].decode(self._encoding, "replace"), list(target_positions[:length])


def main() -> None:
    """Answer requests, one JSON a line, until standard input ends."""
    louis = Louis(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = _answer(louis, request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(louis: Louis, request: dict) -> dict:
    if "check" in request:
        return {"version": louis.version(), "tables": [louis.check(tables) for tables in request["check"]]}
    mode = _NO_UNDEFINED if request.get("drop_undefined") else 0
    return {"lines": [louis.translate(request["tables"], text, request["back"], mode) for text in request["lines"]]}


if __name__ == "__main__":
    main()
