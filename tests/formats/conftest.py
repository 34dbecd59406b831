"""One page, read once: what every format is tested with."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from easybraille.document import Document
from easybraille.formats import FORMATS, Context, Paper, Pictures
from tests.made_page import png, reader_of, rendered

TEXT = """                  12

           LA CARTA

  Querida Lucía: ayer llegó el
otoño al jardín. ¿Sabes qué dijo
el niño? ¡Que los pingüinos tam-
bién vienen en 2024!
  —Adiós —dijo la señora Ibáñez.

Sal & pimienta,
<pan>
y queso"""


@dataclass(frozen=True)
class Read:
    """A page that was read, and what is needed to show it."""

    text: str
    document: Document
    picture: bytes

    def write(self, name: str, paper: Paper | None = None) -> bytes:
        return FORMATS[name].write(self.document, Context(Pictures([("carta.png", self.picture)]), paper))


@pytest.fixture(scope="session")
def carta() -> Read:
    page = rendered(TEXT)
    picture = png(page)
    return Read(TEXT, reader_of(page).read(picture, "carta.png"), picture)
