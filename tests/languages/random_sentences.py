"""Round trip text → Braille → text over random Spanish sentences with brackets, addresses, ordinals and signs.

    python -m tests.languages.random_sentences [--sentences 20000] [--seed 1] [--show 30]

For each word it is told whether it came back as it was, and whether a word that did not has a doubtful cell. The
sentences are made from the lists below, so that their text is right as Spanish prints it: what comes back otherwise
is a fault of the reader, or a place where the code itself has two readings.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from easybraille.languages import get

NOUNS = """
casa árbol niño niña menú perú bambú área águila ángel tabú camino lápiz corazón canción país león cigüeña pingüino
día mes año hora libro página capítulo párrafo autor obra ñandú ágora ánimo átomo álbum ámbar ánfora ápice árabe
reunión ley artículo decreto vida nota oso mesa silla ciudad pueblo río mar montaña valle iglú hindú champú vudú tisú
cucú tú más está allá quizá sofá mamá papá jamás además detrás café té bebé qué cómo cuándo dónde así aquí allí según
común ningún algún atún betún baúl búho última único música público número título útil túnel húmedo fútbol
""".split()
VERBS = "es está tiene vio leyó escribió compró vende dijo canta corre vive nació murió fue será había irá".split()
SMALL = "el la los las un una de del en con por para sin sobre entre y o u e que si no ya muy".split()
NAMES = """
Ana Luis María José Perú Moscú Ávila África Ángel Álvaro Óscar Úrsula Íñigo Núñez Muñoz Zúñiga García O'Donnell
D'Ors L'Hospitalet Madrid Sevilla Cádiz León Córdoba Jaén
""".split()
UPPER = "ONU UE OMS IVA ESPAÑA ÁFRICA PERÚ AVISO NO ONCE".split()
ABBREVIATIONS = "Sr. Sra. Dr. D. pág. págs. cap. vol. art. núm. etc. p. ej. a. C. EE. UU. n.º 5|M.ª Luisa".replace(
    "|", " "
).split()
HOSTS = "once.es gmail.com ejemplo.org correo.net dgt.es mi-web.com uned.es t.me es.wikipedia.org".split()
USERS = "ana luis.garcia j.lopez m.garcia info correo a_b maria-jose k.ruiz lola99 cbes".split()
FILES = "carta.pdf foto.jpg notas.txt datos.csv libro.epub tema1.docx".split()
FOREIGN = "aujourd'hui rock'n'roll d'or l'hotel it's don't".split()


class Outcome(NamedTuple):
    """Words of a run: all, those that came back otherwise, and of these the ones without a doubtful cell."""

    words: int
    wrong: int
    silent: int


class Sentences:
    """Random sentences from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def __iter__(self) -> Iterator[str]:
        while True:
            yield self.sentence()

    def pick(self, words: list[str]) -> str:
        return self.chance.choice(words)

    def number(self) -> str:
        return self.pick(
            [
                str(self.chance.randint(0, 9)),
                str(self.chance.randint(10, 2100)),
                f"{self.chance.randint(1, 999)}.{self.chance.randint(100, 999)}",
                f"{self.chance.randint(0, 99)},{self.chance.randint(1, 99)}",
            ]
        )

    def ordinal(self) -> str:
        return f"{self.chance.randint(1, 30)}.{self.pick(['º', 'ª'])}"

    def address(self) -> str:
        kind = self.chance.randint(0, 4)
        if kind == 0:
            return f"{self.pick(USERS)}@{self.pick(HOSTS)}"
        if kind == 1:
            return f"www.{self.pick(HOSTS)}"
        if kind == 2:
            return f"https://www.{self.pick(HOSTS)}/{self.pick(['libros', 'index.html', 'a/b', 'es'])}"
        return self.pick(FILES) if kind == 3 else f"{self.pick(HOSTS)}/{self.pick(['canal', 'libro', 'ana'])}"

    def sign(self) -> str:
        first, second = self.chance.randint(1, 99), self.chance.randint(1, 99)
        return self.pick(
            [
                f"{first}%", f"{first} %", f"{first} €", f"${first}", f"§ {first}", f"§{first}",
                f"§§ {first} y {second}",
                f"{first} °C", f"{first}°", f"{first}+{second}={first + second}", f"{first} × {second}",
                f"{first}×{second}",
                f"+{first}", f"{first}-{second}", f"{first}/{second}/2024", f"#{self.pick(NOUNS)}", "y/o", "km/h",
                f"{first % 24}:{second % 60:02}", "R&D", "A4", "3D", f"{first % 30}a", "I+D", "C++", "A+", "H2O", "m²",
                "3/4 de kilo", "1/2 kilo", "1/3 de taza", "2 3/4 de litro", f"{first}′", f"<{self.pick(NOUNS)}>",
                "<ana@once.es>", f"{{{self.pick(NOUNS)}}}", "±5", "C/ Mayor", "1936-1939", "‰", "234a5", "1B4D",
            ]
        )  # fmt: skip

    def word(self) -> str:
        kind = self.chance.random()
        for share, make in (
            (0.50, lambda: self.pick([*NOUNS, *VERBS, *SMALL, *SMALL])),
            (0.60, lambda: self.pick(NAMES)),
            (0.63, lambda: self.pick(UPPER)),
            (0.70, self.number),
            (0.76, self.ordinal),
            (0.84, self.sign),
            (0.90, self.address),
            (0.93, lambda: self.pick(FOREIGN)),
            (0.96, lambda: self.pick(ABBREVIATIONS)),
        ):
            if kind < share:
                return make()
        return self.pick(NOUNS)

    def phrase(self, most: int = 4) -> str:
        return " ".join(self.word() for _ in range(self.chance.randint(1, most)))

    def bracketed(self) -> str:
        inner = self.pick(
            [
                self.phrase(3), self.ordinal(), self.pick(NOUNS), self.pick(NAMES), self.address(), self.number(),
                "...",
                f"¡{self.phrase(2)}!", f"¿{self.phrase(2)}?", f"«{self.phrase(2)}»", "n.º", "sic",
            ]
        )  # fmt: skip
        opening, closing = self.pick(["[]", "[]", "[]", "()", "[]" if "«" in inner else "«»"])
        return opening + inner + closing

    def sentence(self) -> str:
        parts = [
            self.bracketed() if self.chance.random() < 0.15 else self.word() for _ in range(self.chance.randint(4, 12))
        ]
        for at in range(len(parts) - 1):
            if self.chance.random() < 0.1 and parts[at][-1].isalnum():
                parts[at] += self.pick([",", ";", ":", ","])
        text = " ".join(parts)
        ending = self.chance.random()
        if ending < 0.1:
            return f"¿{text}?"
        if ending < 0.2:
            return f"¡{text}!"
        return text + ("" if text.endswith(".") else ".")


def folded(text: str) -> str:
    """The text with one character of print for each sign of the code."""
    return text.replace("'", "’")


def run(sentences: int, seed: int, shown: list[tuple[str, str, str]] | None = None) -> Outcome:
    """Write and read sentences, each on a page of its own."""
    spanish = get("es")
    words = wrong = silent = 0
    for text, _ in zip(Sentences(seed), range(sentences), strict=False):
        signs = spanish.read(spanish.write(text))[0]
        words += len(text.split())
        back = "".join(sign.text for sign in signs)
        if folded(back) == folded(text):
            continue
        bad, unmarked = _compare(text, [(sign.text, bool(sign.doubt)) for sign in signs])
        wrong, silent = wrong + bad, silent + unmarked
        if shown is not None:
            shown.append(("SILENT" if unmarked else "doubt", text, back))
    return Outcome(words, wrong, silent)


def _compare(text: str, signs: list[tuple[str, bool]]) -> tuple[int, int]:
    """How many words differ, and how many of them without a doubtful cell."""
    read: list[tuple[str, bool]] = [("", False)]
    for piece, doubtful in signs:
        if piece == " ":
            read.append(("", False))
            continue
        *inner, last = piece.split(" ")
        for part in inner:
            read[-1] = (read[-1][0] + part, read[-1][1] or doubtful)
            read.append(("", doubtful))
        read[-1] = (read[-1][0] + last, read[-1][1] or doubtful)
    words = text.split(" ")
    if len(words) != len(read):
        # A blank more or less: all words from the first that differs to the last count.
        counts = Counter(folded(word) for word in words)
        counts.subtract(folded(word) for word, _ in read)
        missing = max(1, sum(count for count in counts.values() if count > 0))
        return missing, 0 if any(doubtful for _, doubtful in read) else missing
    differing = [doubtful for word, (other, doubtful) in zip(words, read, strict=True) if folded(word) != folded(other)]
    return len(differing), differing.count(False)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="how many faults to print, the silent ones first")
    options = parser.parse_args()
    shown: list[tuple[str, str, str]] = []
    outcome = run(options.sentences, options.seed, shown)
    print(f"{options.sentences} sentences, {outcome.words} words: {1 - outcome.wrong / outcome.words:.4%} came back")
    print(f"{outcome.wrong} words did not, {outcome.silent} of them without a doubtful cell")
    for kind, text, back in sorted(shown)[: options.show]:
        print(f"{kind}\n  {text}\n  {back}")


if __name__ == "__main__":
    main()
