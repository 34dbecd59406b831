"""The formats that show the picture: it is the right one, turned the right way, and marked where the cells are."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from easybraille.document import Document, Page
from easybraille.errors import InvalidParameterError, PictureNeededError
from easybraille.formats import FORMATS, Context, Pictures
from easybraille.formats.marked import DOUBTFUL, FONT, HALF, SURE, colour
from tests.made_page import png, reader_of, rendered


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def marked(document: Document, *inputs: tuple[str, bytes]) -> np.ndarray:
    data = FORMATS["marked"].write(document, Context(Pictures(inputs)))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def with_cells(document: Document, change) -> Document:
    """The document with each cell changed by a function."""

    def page(one: Page) -> Page:
        lines = [replace(line, cells=[change(cell) if cell.box else cell for cell in line.cells]) for line in one.lines]
        return replace(one, lines=lines)

    return replace(document, pages=[page(one) for one in document.pages])


def near(image: np.ndarray, colour: str) -> np.ndarray:
    return np.abs(image - rgb(colour)).max(axis=-1) < 40


def test_every_cell_has_its_box(carta):
    image = marked(carta.document, ("carta.png", carta.picture))
    sure = near(image, SURE)
    for line in carta.document.pages[0].lines:
        for cell in line.cells:
            if cell.box:
                x1, _, x2, y2 = map(round, cell.box)
                assert sure[y2 - 1 : y2 + 2, x1 + 2 : x2 - 2].any(axis=0).mean() > 0.9, cell


@pytest.mark.parametrize(
    ("confidence", "doubtful", "expected"),
    [(0.95, None, SURE), (0.95, "unknown_sign", HALF), (0.8, None, HALF), (0.5, None, DOUBTFUL)],
)
def test_a_box_has_the_colour_of_its_confidence(carta, confidence, doubtful, expected):
    document = with_cells(carta.document, lambda cell: replace(cell, confidence=confidence, doubtful=doubtful))
    image = marked(document, ("carta.png", carta.picture))
    cell = next(cell for line in document.pages[0].lines for cell in line.cells if cell.box)
    assert colour(cell) == expected
    for one in (SURE, HALF, DOUBTFUL):
        assert (near(image, one).sum() > 1000) == (one == expected)


def test_words_stand_above_their_cells(carta):
    plain = np.asarray(Image.open(io.BytesIO(carta.picture)).convert("RGB")).astype(int)
    image = marked(carta.document, ("carta.png", carta.picture))
    boxes = [cell.box for cell in carta.document.pages[0].lines[4].cells[2:10]]
    left, top, right = (round(v) for v in (boxes[0][0], boxes[0][1], boxes[-1][2]))
    changed = np.abs(image - plain).max(axis=-1) > 80
    assert changed[top - 15 : top - 3, left:right].mean() > 0.1
    # Behind the word is a blank, and above it nothing.
    assert changed[top - 15 : top - 3, right + 4 : right + 12].mean() < 0.02


def test_the_font_has_what_a_language_here_can_say():
    fonttools = pytest.importorskip("fontTools.ttLib")
    has = fonttools.TTFont(FONT).getBestCmap()
    for character in "áéíóúüñÁÉÍÓÚÜÑ¿¡«»—–…€ºªç·àèòïäößêôœãõЁёЖщαβγ⠓\ufffd‘’“”½²°§×÷≠≤":
        assert ord(character) in has, character


def with_side(carta_document: Document, **changes) -> Document:
    return replace(carta_document, pages=[replace(carta_document.pages[0], **changes)])


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_shown_upright(carta, rotation):
    """The picture turned against the clock, boxes with it: turned back it must look as it did."""
    turned = Image.open(io.BytesIO(carta.picture)).rotate(rotation, expand=True)
    page = carta.document.pages[0]

    def turn(box):
        x1, y1, x2, y2 = box
        return {
            90: (y1, page.width - x2, y2, page.width - x1),
            180: (page.width - x2, page.height - y2, page.width - x1, page.height - y1),
            270: (page.height - y2, x1, page.height - y1, x2),
        }[rotation]

    document = with_cells(carta.document, lambda cell: replace(cell, box=turn(cell.box)))
    document = with_side(document, rotation=rotation, width=turned.width, height=turned.height)
    file = io.BytesIO()
    turned.save(file, "PNG")
    upright = marked(carta.document, ("carta.png", carta.picture))
    assert np.array_equal(marked(document, ("carta.png", file.getvalue())), upright)


def test_a_back_page_is_shown_as_its_reader_feels_it(carta):
    page = carta.document.pages[0]

    def mirror(cell):
        x1, y1, x2, y2 = cell.box
        return replace(cell, box=(page.width - x2, y1, page.width - x1, y2))

    document = with_side(with_cells(carta.document, mirror), side="back")
    file = io.BytesIO()
    Image.open(io.BytesIO(carta.picture)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(file, "PNG")
    assert np.array_equal(
        marked(document, ("carta.png", file.getvalue())), marked(carta.document, ("carta.png", carta.picture))
    )


def test_the_words_of_the_pdf_lie_on_their_cells(carta):
    page = carta.document.pages[0]
    with pypdfium2.PdfDocument(carta.write("pdf")) as pdf:
        scale = pdf[0].get_width() / page.width
        height = pdf[0].get_height()
        text = pdf[0].get_textpage()
        left, bottom, right, top = text.get_charbox(text.get_text_range().index("Querida"))
    first = page.lines[4].cells[2].box
    assert left == pytest.approx(first[0] * scale, abs=4)
    assert first[1] * scale < height - (bottom + top) / 2 < first[3] * scale
    assert right < page.lines[4].cells[4].box[2] * scale


def test_the_pdf_looks_like_the_picture_and_its_text_is_invisible(carta):
    with pypdfium2.PdfDocument(carta.write("pdf")) as pdf:
        seen = pdf[0].render(scale=carta.document.pages[0].width / pdf[0].get_width(), grayscale=True).to_numpy()
    seen = seen.reshape(seen.shape[:2]).astype(int)
    sent = np.asarray(Image.open(io.BytesIO(carta.picture))).astype(int)
    rows, columns = min(seen.shape[0], sent.shape[0]), min(seen.shape[1], sent.shape[1])
    assert np.abs(seen[:rows, :columns] - sent[:rows, :columns]).mean() < 6


def test_pages_of_a_pdf_and_files_of_one_name_show_their_own_pictures():
    made = [rendered(text, seed=seed) for seed, text in enumerate(("uno", "dos dos", "tres\ntres tres"))]
    pdf = io.BytesIO()
    Image.fromarray(made[0].image).save(
        pdf, "PDF", resolution=200, append_images=[Image.fromarray(made[1].image)], save_all=True
    )
    inputs = [("a", b"no picture"), ("a", pdf.getvalue()), ("a", png(made[2]))]
    document = reader_of(*made).read_all(inputs)
    assert [page.text for page in document.pages] == ["uno", "dos dos", "tres\ntres tres"]
    pictures = Pictures(inputs)
    for page, page_made in zip(document.pages, made):
        shown = pictures.show(document, page, 2000)
        gray = np.asarray(shown.image.convert("L").resize(page_made.image.shape[::-1])).astype(int)
        assert np.abs(gray - page_made.image).mean() < 8


def test_a_document_of_many_pages_is_one_picture_up_to_a_limit(carta):
    page = carta.document.pages[0]
    several = replace(carta.document, pages=[page, replace(page, source="b.png")])
    inputs = [("carta.png", carta.picture), ("b.png", carta.picture)]
    assert marked(several, *inputs).shape[:2] == (2 * page.height, page.width)
    with pytest.raises(InvalidParameterError, match="11 pages"):
        marked(replace(several, pages=[page] * 11), *inputs)


@pytest.mark.parametrize("name", ["marked", "pdf"])
def test_without_its_picture_a_page_can_not_be_shown(carta, name):
    with pytest.raises(PictureNeededError):
        FORMATS[name].write(carta.document)
    with pytest.raises(PictureNeededError, match="page 1"):
        FORMATS[name].write(carta.document, Context(Pictures([("other.png", carta.picture)])))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "I;16", "CMYK"])
def test_pictures_of_every_kind_can_be_shown(carta, mode):
    gray = Image.open(io.BytesIO(carta.picture))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)
    elif mode == "LA":
        picture = gray.convert("LA")
    else:
        picture = gray.convert("RGB").convert(mode, palette=Image.Palette.ADAPTIVE)
    file = io.BytesIO()
    picture.save(file, "TIFF")
    shown = Pictures([("carta.png", file.getvalue())]).show(carta.document, carta.document.pages[0], 2000)
    difference = np.abs(np.asarray(shown.image.convert("L")).astype(int) - np.asarray(gray).astype(int)).mean()
    assert difference < 4
