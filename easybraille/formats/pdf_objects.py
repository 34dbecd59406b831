"""Objects of a PDF file and their serialisation (ISO 32000-1, sections 7.3 and 7.5)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an indirect object."""

    number: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name, without its solidus."""

    text: str


Value = Ref | Name | str | int | float | bool | bytes | Sequence["Value"] | Mapping[str, "Value"]


class PdfFile:
    """A PDF file under construction; objects are written in the order in which they are set."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self._file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._starts: list[int] = []

    def reserve(self) -> Ref:
        """A reference to an object that is set later."""
        self._starts.append(0)
        return Ref(len(self._starts))

    def set(self, ref: Ref, value: Value) -> None:
        """Write a reserved object."""
        self._write(ref, serialised(value))

    def add(self, value: Value) -> Ref:
        """Write an object; its reference."""
        ref = self.reserve()
        self.set(ref, value)
        return ref

    def add_stream(self, data: bytes, entries: Mapping[str, Value], compress: bool = True) -> Ref:
        """Write a stream; its reference."""
        if compress:
            data = zlib.compress(data)
            entries = {**entries, "Filter": Name("FlateDecode")}
        ref = self.reserve()
        header = serialised({**entries, "Length": len(data)})
        self._write(ref, header + b"\nstream\n" + data + b"\nendstream")
        return ref

    def finish(self, root: Ref, info: Ref, identifier: bytes) -> bytes:
        """The file with its cross-reference table and trailer."""
        start = self._file.tell()
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in self._starts)
        size = len(self._starts) + 1
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % size + rows)
        trailer = serialised({"Size": size, "Root": root, "Info": info, "ID": [identifier, identifier]})
        self._file.write(b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start)
        return self._file.getvalue()

    def _write(self, ref: Ref, body: bytes) -> None:
        self._starts[ref.number - 1] = self._file.tell()
        self._file.write(b"%d 0 obj\n" % ref.number + body + b"\nendobj\n")


def serialised(value: Value) -> bytes:
    """A value in the syntax of PDF: bytes as hexadecimal strings, texts as UTF-16."""
    if isinstance(value, Mapping):
        return b"<<" + b" ".join(b"/" + k.encode("ascii") + b" " + serialised(v) for k, v in value.items()) + b">>"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return b"[" + b" ".join(map(serialised, value)) + b"]"
    match value:
        case Ref():
            text = f"{value.number} 0 R"
        case Name():
            text = f"/{value.text}"
        case bytes():
            text = f"<{value.hex()}>"
        case str():
            text = f"<feff{value.encode('utf-16-be', 'replace').hex()}>"
        case float():
            text = f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            text = str(value).lower()
    return text.encode("ascii")
