"""Files that are built to cost far more than their size; each function makes one.

`python -m tests.bombs FOLDER` writes all of them.
"""

from __future__ import annotations

import io
import lzma
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.damaged import pdf_of, png_chunk


def page_pdf(content: bytes, resources: bytes = b"", more: tuple[bytes, ...] = (), filters: bytes = b"") -> bytes:
    """A PDF of one page with this content stream."""
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << "
            + resources
            + b" >> >>",
            stream(content, filters),
            *more,
        ]
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"


def pdf_tiling_pattern() -> bytes:
    """A pattern whose tiles lie a hundred-thousandth of a point apart."""
    pattern = stream(
        b"0 0 1 1 re f",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001 "
        b"/Resources << >>",
    )
    return page_pdf(b"/Pattern cs /P scn 0 0 600 800 re f", b"/Pattern << /P 5 0 R >>", (pattern,))


def pdf_clips() -> bytes:
    """Thousands of clips of crossing curves, one inside the other."""
    curve = b"".join(b"%d %d m 600 0 0 800 %d %d c " % (x, x * 7 % 800, 600 - x, x * 3 % 800) for x in range(0, 600, 2))
    return page_pdf((curve + b"W n ") * 3 + curve * 4 + b"f* " + b"0 0 600 800 re W n " * 1000, b"")


def pdf_shadings() -> bytes:
    """A shading by a function, painted thousands of times."""
    program = b"{ 2 copy mul sin exch pop cos " + b"dup mul sin " * 200 + b"}"
    function = stream(program, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1]")
    shading = (
        b"<< /ShadingType 1 /ColorSpace /DeviceGray /Domain [0 1 0 1] /Matrix [600 0 0 800 0 0] /Function 6 0 R >>"
    )
    return page_pdf(b"/S sh " * 8000, b"/Shading << /S 5 0 R >>", (shading, function))


def repeated(block: bytes, times: int) -> bytes:
    """A zlib stream of a block many times over, without its checksum, which readers of PDF do not ask for."""
    packer = zlib.compressobj(9)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (times - 1) + b"\x03\x00"


def pdf_deflated_twice() -> bytes:
    """A content stream of two gigabytes, in kilobytes."""
    return page_pdf(
        zlib.compress(repeated(b"0 0 m " * 1_000_000, 350), 9), filters=b"/Filter [/FlateDecode /FlateDecode]"
    )


def pdf_forms_that_call_forms() -> bytes:
    """Thirty forms, each of which paints the next one ten times."""
    first, last = 5, 35
    forms = tuple(
        stream(
            (b"/F Do " * 10 if number < last else b"0 0 9 9 re f"),
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency >> "
            b"/Resources << /XObject << /F %d 0 R >> >>" % (number + 1),
        )
        for number in range(first, last + 1)
    )
    return page_pdf(b"/F Do", b"/XObject << /F 5 0 R >>", forms)


def pdf_huge_picture() -> bytes:
    """A picture of 30,000 × 30,000 pixels in colour."""
    rows = repeated(bytes(30_000_000), 90)
    image = stream(
        zlib.compress(rows, 9),
        b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter [/FlateDecode /FlateDecode]",
    )
    return page_pdf(b"600 0 0 800 0 0 cm /I Do", b"/XObject << /I 5 0 R >>", (image,))


def zip_that_lies(kind: int) -> bytes:
    """A ZIP file with a picture that declares one byte and has 160 megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive, archive.open("1.jpg", "w", force_zip64=False) as entry:
        for _ in range(10):
            entry.write(bytes(16_000_000))
    data = bytearray(file.getvalue())
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, central + 24, 1)
    return bytes(data)


def zip_bzip2() -> bytes:
    return zip_that_lies(zipfile.ZIP_BZIP2)


def zip_deflate() -> bytes:
    return zip_that_lies(zipfile.ZIP_DEFLATED)


def zip_many_entries() -> bytes:
    """A ZIP file of 20,000 empty files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(9_000):
            archive.writestr(f"{number}.jpg", b"")
    return file.getvalue()


def png(width: int, height: int, colour: int = 0, depth: int = 8, channels: int = 1, interlaced: int = 0) -> bytes:
    """A PNG of one colour."""
    packer = zlib.compressobj(9)
    row = bytes(1 + width * channels * depth // 8)
    lines = max(1, 4_000_000 // len(row))
    rows = b"".join(packer.compress(row * min(lines, height - at)) for at in range(0, height, lines)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def png_thin() -> bytes:
    """A PNG of one column."""
    return png(1, 64_000_000)


def png_text() -> bytes:
    """A PNG whose texts take gigabytes once they are unpacked."""
    text = png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000), 9))
    plain = png(100, 100)
    return plain[:33] + text * 12 + plain[33:]


def webp_tiny() -> bytes:
    """A WebP of 64 megapixels in 34 bytes."""
    bits = 7_999 | 7_999 << 14
    vp8l = b"VP8L" + struct.pack("<IBI", 13, 0x2F, bits) + bytes(9)
    return b"RIFF" + struct.pack("<I", 4 + len(vp8l)) + b"WEBP" + vp8l


def webp_canvas() -> bytes:
    """An animated WebP whose canvas is of 16,384 × 16,384 pixels."""
    size = (16_383).to_bytes(3, "little")
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + size
    return b"RIFF" + struct.pack("<I", 4 + len(canvas)) + b"WEBP" + canvas


def tiff_chain(pages: int = 200_000) -> bytes:
    """A TIFF of one valid page, behind which lies a chain of 200,000 directories of one field."""
    data = bytearray(tiff_of(10, 10, 1, bytes(100)))
    link = 8 + 2 + 12 * int.from_bytes(data[8:10], "little")
    start = len(data)
    struct.pack_into("<I", data, link, start)
    for number in range(pages):
        following = start + (number + 1) * 18 if number + 1 < pages else 0
        data += struct.pack("<HHHIII", 1, 256, 4, 1, 10, following)
    return bytes(data)


def tiff_loop() -> bytes:
    """A TIFF whose second directory points back to the first."""
    entry = struct.pack("<HHHII", 1, 256, 4, 1, 10)
    return b"II*\0" + struct.pack("<I", 8) + entry + struct.pack("<I", 26) + entry + struct.pack("<I", 8)


def tiff_of(width: int, height: int, compression: int, strip: bytes, samples: int = 1) -> bytes:
    """A TIFF of one strip."""
    fields = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1), (273, 4, 0)]
    fields += [(277, 3, samples), (278, 4, height), (279, 4, len(strip))]
    end = 8 + 2 + 12 * len(fields) + 4
    out = b"II*\0" + struct.pack("<IH", 8, len(fields))
    for tag, kind, value in fields:
        out += struct.pack("<HHII", tag, kind, 1, end if tag == 273 else value)
    return out + struct.pack("<I", 0) + strip


def tiff_deflate() -> bytes:
    """A TIFF of 8,000 × 8,000 pixels whose strip unpacks to gigabytes."""
    strip = repeated(bytes(16_000_000), 60)
    return tiff_of(8_000, 8_000, 8, strip)


def tiff_lzma() -> bytes:
    """A TIFF whose LZMA data is damaged."""
    data = bytearray(lzma.compress(bytes(100_000)))
    data[20] ^= 0xFF
    return tiff_of(300, 300, 34925, bytes(data))


def jpeg_scans(scans: int = 6_000) -> bytes:
    """A progressive JPEG that refines the same coefficients again and again."""
    file = io.BytesIO()
    Image.fromarray(np.zeros((4_000, 4_000), np.uint8)).save(file, "JPEG", quality=50, progressive=True)
    data = file.getvalue()
    start = data.rindex(b"\xff\xda")
    scan = data[start:-2]
    return data[:start] + scan[:120] * scans + b"\xff\xd9"


def heif_huge() -> bytes:
    """A HEIC file that declares 16,000 × 16,000 pixels."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "HEIF")
    data = bytearray(file.getvalue())
    at = data.index(b"ispe")
    struct.pack_into(">II", data, at + 8, 16_000, 16_000)
    return bytes(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        *(pdf_tiling_pattern, pdf_clips, pdf_shadings, pdf_deflated_twice, pdf_forms_that_call_forms, pdf_huge_picture),
        *(zip_bzip2, zip_deflate, zip_many_entries, png_thin, png_text, webp_tiny, webp_canvas),
        *(tiff_chain, tiff_loop, tiff_deflate, tiff_lzma, jpeg_scans, heif_huge),
    )
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in BOMBS.items():
        (folder / name).write_bytes(made())
