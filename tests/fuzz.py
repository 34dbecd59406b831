"""Fuzzes what takes files and texts from callers: `python -m tests.fuzz SECONDS [--seed N] [--findings FOLDER]`.

Seeds of each kind are mutated where their structure is: in length and type fields, by cutting, repeating and swapping
pieces, and by setting bytes to values at the limits of integers. Mutants whose outcome is new join the corpus. A
finding is an exception that is no error of this package, or an input that takes longer than its limit; it is written to
the folder and the exit status is 1. What is found becomes a test.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import io
import json
import logging
import random
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from easybraille.api.routes.translate import _asked
from easybraille.errors import EasyBrailleError
from easybraille.formats import pef
from easybraille.formats.ascii import from_ascii
from easybraille.formats.incoming import Incoming, recognise
from easybraille.imaging.archive import unpacked
from easybraille.imaging.decoding import Limits
from easybraille.imaging.files import pictures
from easybraille.jobs import messages
from easybraille.jobs.models import NewJob
from easybraille.keys import parse
from easybraille.recognition.model import Manifest
from easybraille.text.translation import to_cells, to_text
from tests.damaged import picture_pdf

LIMITS = Limits(pixels=4_000_000, pages=5, seconds=2)
# Beyond this an input hangs: the sandbox ends what it opens sooner.
LONGEST_SECONDS = 20.0
MOST_CORPUS = 300
EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
Target = Callable[[bytes], object]


def _picture(kind: str, **options: object) -> bytes:
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    image = Image.effect_noise((60, 40), 80).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Hola"
    file = io.BytesIO()
    image.save(file, kind, exif=exif, **options)
    return file.getvalue()


def _zip(*contents: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.jpg", content)
    return file.getvalue()


def _read(data: bytes) -> None:
    for _, content in unpacked([("input", data)], 5, 10_000_000):
        with contextlib.suppress(EasyBrailleError):
            for picture in pictures(content, LIMITS):
                assert picture.gray.ndim == 2 and picture.gray.size


def _translate(data: bytes) -> None:
    _translated(_asked(data, "es")[0])


def _translated(sent: Incoming) -> None:
    if sent.is_braille:
        to_text(sent.content, "es", "page")
    else:
        to_cells(sent.content, "es")


def _text_file(data: bytes) -> None:
    for is_brf in (False, True):
        with contextlib.suppress(EasyBrailleError):
            _translated(recognise(data, is_brf=is_brf))


def _form(data: bytes) -> None:
    async def body():
        yield data

    with contextlib.suppress(MultiPartException, LookupError, ValueError):
        headers = Headers({"content-type": "multipart/form-data; boundary=x"})
        with contextlib.suppress(StopIteration):
            MultiPartParser(headers, body()).parse().send(None)


def _brf(data: bytes) -> None:
    to_text(from_ascii(data.decode("latin-1")), "es", "flow")


def _refusing(take: Callable[[bytes], object]) -> Target:
    """A parser that says by ValueError that it refuses."""

    def target(data: bytes) -> None:
        with contextlib.suppress(ValueError):
            take(data)

    return target


def seeds() -> dict[Target, list[bytes]]:
    """Valid inputs of each target."""
    jpeg, png = _picture("JPEG", progressive=True), _picture("PNG")
    frames = [Image.new("L", (20, 30), tone) for tone in (10, 200)]
    tiff = _picture("TIFF", save_all=True, append_images=frames, compression="tiff_lzw")
    readable = [jpeg, _picture("JPEG"), png, _picture("WEBP"), _picture("WEBP", lossless=True), tiff, _picture("HEIF")]
    readable += [picture_pdf([png, jpeg]), _zip(jpeg, png), _picture("TIFF", big_tiff=True)]
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc\r\n--x--\r\n'
    job = json.dumps({"files": [{"name": "1.jpg", "size": 9, "md5": "0" * 32}], "language": "es"}).encode()
    manifest = (Path(__file__).resolve().parent.parent / "models" / "manifest.json").read_bytes()
    key = b"web:read:" + b"0" * 64 + b":2027-06-30"
    return {
        _read: readable,
        _translate: [b'{"text": "Hola, 123."}', '{"braille": "⠨⠓⠕⠇⠁"}'.encode()],
        _form: [form],
        _text_file: ["¿Qué tal?".encode("cp850"), "Añó, 1.".encode("utf-16"), pef.encode([["⠓⠕⠇⠁"]], language="es")],
        _brf: [b",HOLA #ABC\r\n  LUCIA\x0c", b"!\"#$%&'()*+,-./"],
        _refusing(NewJob.model_validate_json): [job],
        _refusing(Manifest.model_validate_json): [manifest],
        _refusing(lambda data: messages.parse(data.decode())): [messages.Read(job="0" * 32, file=1).body.encode()],
        _refusing(lambda data: parse(data.decode())): [key],
        _refusing(lambda data: base64.b64decode(data, validate=True)): [base64.b64encode(png)],
    }


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One mutant of an input."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        size = max(1, len(out))
        # Headers are at the beginning and, in ZIP files and PDFs, at the end.
        at = chance.choice(
            (chance.randrange(size), chance.randrange(min(size, 300)), size - 1 - chance.randrange(min(size, 200)))
        )
        match chance.randrange(7):
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                width, order = chance.choice((1, 2, 4)), chance.choice(("big", "little"))
                edge = chance.choice(EDGES) & ((1 << 8 * width) - 1)
                out[at : at + width] = edge.to_bytes(width, order)
            case 2:
                out[at : at + chance.randrange(1, 40)] = b""
            case 3:
                piece = out[at : at + chance.randrange(1, 200)]
                out[at:at] = piece * chance.choice((1, 2, 50))
            case 4:
                start = chance.randrange(max(1, len(other)))
                out[at:at] = other[start : start + chance.randrange(1, 200)]
            case 5:
                del out[at:]
            case 6 if out:
                out[at % len(out)] ^= 1 << chance.randrange(8)
    return bytes(out)


def fuzz(seconds: float, seed: int, findings: Path) -> tuple[int, int]:
    """Fuzz for a time; returns how many inputs were tried, and how many findings there were."""
    chance = random.Random(seed)
    corpus = {target: list(found) for target, found in seeds().items()}
    weights = [8 if target is _read else 1 for target in corpus]
    outcomes: set[tuple[Target, str]] = set()
    tried = found = 0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        (target,) = chance.choices(list(corpus), weights)
        inputs = corpus[target]
        data = mutated(chance.choice(inputs), chance.choice(inputs), chance)
        tried += 1
        begin = time.monotonic()
        try:
            target(data)
            outcome = "taken"
        except EasyBrailleError as error:
            outcome = f"{error.code} {str(error)[:20]}"
        except Exception as error:  # noqa: BLE001  this is what is looked for
            outcome = f"! {type(error).__name__}: {error}"
        if time.monotonic() - begin > LONGEST_SECONDS:
            outcome = "! hangs"
        if (target, outcome) not in outcomes:
            outcomes.add((target, outcome))
            if len(inputs) < MOST_CORPUS:
                inputs.append(data)
            if outcome.startswith("!"):
                found += 1
                keep(findings / f"{seed}-{tried}", data, f"{target.__name__} {outcome}")
    return tried, found


def keep(path: Path, data: bytes, outcome: str) -> None:
    """Write the input of a finding to a file, and print what it did and where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{outcome} in {path}", flush=True)


def arguments(program: str, description: str | None, amount: str, kind: type) -> argparse.Namespace:
    """The arguments of a fuzzer: how much it tries, the seed, and where its findings go."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument(amount, type=kind)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, default=Path("runs/fuzz"))
    logging.disable()
    return parser.parse_args()


def main() -> int:
    """The command line."""
    args = arguments("python -m tests.fuzz", __doc__, "seconds", float)
    tried, found = fuzz(args.seconds, args.seed, args.findings)
    print(f"{tried} inputs in {args.seconds:.0f} s, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
