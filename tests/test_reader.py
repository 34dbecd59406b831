"""A photograph becomes a document."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from easybraille import languages
from easybraille.formats import FORMATS
from easybraille.reader import Reader
from easybraille.recognition import passes
from training.pages import mask
from training.synthetic import Sheet, render

from .conftest import EXAMPLES
from .damaged import picture_pdf
from .made_page import KnownCells, png, rendered

CLEAN = ("carta", "cuento")


def same(text: str) -> str:
    """Without white space at the ends of lines and of the text."""
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def resized(data: bytes, factor: float) -> bytes:
    image = Image.open(io.BytesIO(data)).convert("L")
    image = image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)
    return jpeg(image)


def jpeg(image: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("name", CLEAN)
def test_the_text_of_a_clean_example_is_exact(reader, name):
    document = reader.read((EXAMPLES / f"{name}.jpg").read_bytes())
    left = min(len(line) - len(line.lstrip()) for line in document.text.split("\n") if line.strip())
    truth = (EXAMPLES / f"{name}.txt").read_text("utf-8")
    assert left == 0
    assert same(document.text) == same(truth)


def test_a_bad_photo_is_read_nearly_right(reader):
    document = reader.read((EXAMPLES / "receta.jpg").read_bytes())
    truth = (EXAMPLES / "receta.txt").read_text("utf-8").split()
    right = sum(word in document.text.split() for word in truth)
    assert right >= 0.8 * len(truth)


def test_a_page_without_braille_is_an_empty_document_with_advice(reader):
    noise = np.random.default_rng(0).normal(128, 20, (1376, 1024)).clip(0, 255).astype(np.uint8)
    document = reader.read(jpeg(Image.fromarray(noise)))
    (page,) = document.pages
    assert (document.text, page.lines) == ("", [])
    assert [a.code for a in page.advice] == ["no_braille"]
    assert page.advice[0].message.startswith("No se ha encontrado braille")


def test_texts_of_cells_lines_and_pages_join(reader, letter):
    document = reader.read(letter)
    (page,) = document.pages
    assert document.text == page.text == "\n".join(line.text.rstrip() for line in page.lines)
    for line in page.lines:
        assert line.text == "".join(cell.text for cell in line.cells)
        assert line.braille == "".join(cell.braille for cell in line.cells)
    blanks = [c for line in page.lines for c in line.cells if not c.dots]
    assert blanks and all((c.braille, c.box, c.confidence) == ("\u2800", None, None) for c in blanks)
    assert any(not line.cells for line in page.lines)


@pytest.mark.parametrize("factor", [0.6, 1.6, 2.3], ids=["small", "8 megapixels", "scan"])
def test_the_size_of_the_picture_does_not_matter(reader, letter, factor):
    small, large = reader.read(letter), reader.read(resized(letter, factor))
    assert large.text == small.text
    first, same_cell = (next(c for line in d.pages[0].lines for c in line.cells if c.box) for d in (small, large))
    assert np.allclose(np.array(same_cell.box) / factor, first.box, atol=3)


def test_a_small_crop_is_read(reader, letter):
    image = Image.open(io.BytesIO(letter)).convert("L")
    width, height = image.size
    crop = image.crop((int(width * 0.1), int(height * 0.15), int(width * 0.75), int(height * 0.3)))
    assert "llegó el otoño" in reader.read(jpeg(crop)).text


def test_a_photo_held_sideways_is_read_upright_and_boxes_follow(reader, letter):
    upright = reader.read(letter)
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.open(io.BytesIO(letter)).convert("L").transpose(Image.Transpose.ROTATE_90)
    turned = reader.read(jpeg(image, exif=exif))
    assert turned.text == upright.text
    assert (turned.pages[0].width, turned.pages[0].height) == (upright.pages[0].width, upright.pages[0].height)


def test_pages_of_a_pdf_follow_each_other(reader, letter):
    second = (EXAMPLES / "cuento.jpg").read_bytes()
    document = reader.read(picture_pdf([letter, second]), "dos.pdf")
    assert [(p.source, p.source_page, p.number) for p in document.pages] == [("dos.pdf", 1, 1), ("dos.pdf", 2, 2)]
    assert "Querida Lucía" in document.pages[0].text and "farero" in document.pages[1].text
    assert document.text == "\n\n".join(p.text for p in document.pages)


def test_one_bad_input_among_many_is_named_and_the_others_are_read(reader, letter):
    document = reader.read_all([("a.jpg", letter), ("b.jpg", b"not a picture"), ("c.jpg", letter)])
    assert [(p.source, p.number) for p in document.pages] == [("a.jpg", 1), ("c.jpg", 2)]
    assert [(e.source, e.code) for e in document.errors] == [("b.jpg", "not_a_picture")]


class Failing(KnownCells):
    """A detector with a fault: wide pictures raise what nobody foresaw."""

    def detect(self, images, candidate=None):
        if images[0].shape[1] > images[0].shape[0]:
            raise IndexError("axis 1 is out of bounds")
        return super().detect(images, candidate)


def test_an_unforeseen_error_of_one_input_is_named_and_logged_and_the_others_are_read(caplog):
    page = rendered("Hola\nHola\nHola\nHola\nHola")
    wide = np.full((100, 300), 200, np.uint8)
    document = Reader(Failing([page])).read_all(
        [("a.png", png(page)), ("b.jpg", jpeg(Image.fromarray(wide))), ("c.png", png(page))]
    )
    assert [p.source for p in document.pages] == ["a.png", "c.png"]
    (problem,) = document.errors
    assert (problem.source, problem.code) == ("b.jpg", "internal")
    (record,) = [record for record in caplog.records if record.exc_info]
    # The answer has no trace, but the id under which the log has it.
    assert problem.message.split()[-1].rstrip(".") in record.getMessage()
    assert "axis" not in problem.message


@pytest.mark.parametrize("sides", ["front", "both"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (417, 1), (20, 5000), (5000, 20), (31, 417), (3, 31_000)])
def test_thin_pictures_are_pages_without_braille(reader, shape, sides):
    noise = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
    document = reader.read(jpeg(Image.fromarray(noise)), sides=sides)
    assert document.text.strip() == ""


def test_the_document_names_the_weights_that_read_it(reader, letter):
    model = reader.read(letter).model
    assert (model.engine, len(model.sha256)) == ("onnxruntime", 64)
    assert model.name == reader.detector.manifest.name


def test_json_leaves_out_what_a_blank_does_not_have(reader, letter):
    import json

    document = json.loads(FORMATS["json"].write(reader.read(letter)))
    blank = next(c for line in document["pages"][0]["lines"] for c in line["cells"] if not c["dots"])
    assert blank == {"dots": "", "braille": "\u2800", "text": " "}


def test_light_from_below_is_read_as_well(reader):
    sheet = Sheet(14, 34, 57, 4.4, 2.6, light=270, grain=0.05)
    page = render(
        written("La luz viene\nde abajo y\nse lee igual."), sheet, (500, 700), np.random.default_rng(2), (60, 80)
    )
    buffer = io.BytesIO()
    Image.fromarray(page.image).save(buffer, "PNG")
    got, wanted = reader.read(buffer.getvalue()).text, "La luz viene\nde abajo y\nse lee igual."
    assert len(got) == len(wanted)
    assert sum(a != b for a, b in zip(got, wanted)) <= 1


def test_the_language_is_found_out_where_it_is_asked_for(reader, letter):
    document = reader.read(letter, language="auto")
    assert document.language == "es"
    assert document.guesses[0].code == "es" and document.guesses[0].score > 0.9
    assert document.text == reader.read(letter).text


def written(text: str) -> list[list[int]]:
    """A text's cells as lines of masks."""
    return [[mask(dots) for dots in line] for line in languages.get("es").write(text)]


class Unsure(KnownCells):
    """Finds a page's cells, but one of them is one pattern as well as another."""

    def __init__(self, page, number: int, either: int, other: int):
        super().__init__([page])
        self.number, self.either, self.other = number, either, other

    def detect(self, images, candidate=None):
        (cells,) = super().detect(images, candidate)
        shared, apart = self.either & self.other, self.either ^ self.other
        cells.scores[self.number] = [0.99 if shared >> i & 1 else 0.36 if apart >> i & 1 else 0.01 for i in range(6)]
        cells.dots[self.number] = self.either | self.other
        return [cells]


SPANISH = "El sol sale por la mañana\ny los pájaros cantan\nen los árboles de la plaza."


@pytest.mark.parametrize(("language", "dots", "doubt"), [("es", "1", "by_its_word"), ("braille", "13", None)])
def test_a_doubtful_cell_is_read_by_its_word_in_spanish_and_the_answer_says_so(monkeypatch, language, dots, doubt):
    monkeypatch.setattr(passes, "FUSION_ROUNDS", ())  # the cell stays as uncertain as its first pass shows it
    page = rendered(SPANISH)
    a_or_k = len("⠨elsols")  # of the cells; blanks are none
    document = Reader(Unsure(page, a_or_k, mask("1"), mask("13"))).read(png(page), language=language)
    cells = [cell for cell in document.pages[0].lines[0].cells if cell.dots]
    assert (cells[a_or_k].dots, cells[a_or_k].doubtful) == (dots, doubt)
    assert not any(cell.doubtful for cell in cells if cell is not cells[a_or_k])


def test_a_manifest_that_describes_another_network_is_refused():
    from easybraille.errors import ModelError
    from easybraille.model_store import SHIPPED
    from easybraille.recognition.detectors.onnx import OnnxDetector
    from easybraille.recognition.model import Classes, read_manifest

    letters = Classes(scheme="patterns", names=["a", "b"], dots=["1", "12"])
    other = read_manifest(SHIPPED).model_copy(update={"classes": letters})
    with pytest.raises(ModelError, match="has 6 classes; its manifest says 1 and 2"):
        OnnxDetector(SHIPPED.parent / "best.onnx", other)
