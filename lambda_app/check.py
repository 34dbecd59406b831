"""The check of a new version before it gets traffic: it reads a page that it contains.

The page is a part of examples/receta.jpg; CodeDeploy's pre-traffic hook in template.yaml asks for the check.
"""

from __future__ import annotations

from pathlib import Path

from easybraille.reader import Reader

PICTURE = Path(__file__).with_name("check.jpg")
WORDS = ("Tortilla de patatas", "4 huevos", "1 cebolla")


def check(reader: Reader) -> dict[str, str]:
    """Read the page: status "reads", or "fails" with the text that was read instead.

    Raises:
        EasyBrailleError: the page cannot be read at all.
    """
    text = Reader.read(reader, PICTURE.read_bytes()).text
    model = f"{reader.model.name} {reader.model.version}"
    status = "reads" if all(words in text for words in WORDS) else "fails"
    return {"status": status, "model": model, "text": text}
