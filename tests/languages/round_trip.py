"""Round trip text → Braille → text over real Spanish that Debian packages carry; nothing of it ships with the
project.

    apt-get install fortunes-es aptitude-doc-es debian-edu-doc-es manpages-es wspanish
    python -m tests.languages.round_trip [--language es] [--kinds 25] [--examples 2] [--limit WORDS]

For each source it prints words, characters and two scores. "exact" counts every character that came back
changed, as edit distance. "same sign" leaves aside characters of print that share one sign in the code, so
that no reader can tell them apart ("…" and «…», – and -, … and ..., <= and ≤). Below stand the remaining differences by
kind. Manual pages whose letters were encoded twice (Ã) and lines of their markup are no Spanish and left out.
"""

from __future__ import annotations

import argparse
import gettext
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from easybraille.errors import UnwritableError
from easybraille.languages import get, lines_of_text
from easybraille.languages.liblouis.language import LouisLanguage, louis
from easybraille.languages.liblouis.tables import Table

_FOLDED = str.maketrans(
    {**dict.fromkeys("«»“”„‟‘’‚‛'", '"'), "―": "—", **dict.fromkeys("–‒‐‑−", "-"), "`": '"',
     "…": "...",
     **dict.fromkeys("\t\u00a0\u202f\u2009", " ")}
)  # fmt: skip


def _folded(text: str) -> str:
    """The text with one character of print for each sign of the code; two hyphens are the sign of a dash."""
    text = re.sub("(?<!-)--(?!-)", "—", text.translate(_FOLDED)).replace("<=", "≤").replace(">=", "≥")
    return re.sub(r"(?<=\d)\.(?=[ºª])", "", text)


def sources(language: str) -> dict[str, Iterator[str]]:
    """Name of the source → its paragraphs, each one or more lines."""
    language = language.split("-", maxsplit=1)[0]
    if language != "es":
        return {"translations (.mo)": _translations({"en": "en_GB"}.get(language, language))}
    return {"fortunes-es": _fortunes(), "manuals (HTML)": _manuals(), "translations (.mo)": _translations(),
            "manpages-es": _manpages(), "wspanish": _words()}  # fmt: skip


def _fortunes() -> Iterator[str]:
    for path in sorted(Path("/usr/share/games/fortunes/es").glob("*.fortunes")):
        yield from (piece.strip("\n") for piece in path.read_text(encoding="utf-8", errors="replace").split("\n%"))


def _manuals() -> Iterator[str]:
    paths = [*Path("/usr/share/doc/aptitude/html/es").glob("*.html"),
             *Path("/usr/share/doc/debian-edu-doc-es").glob("*bookworm*.html")]  # fmt: skip
    for path in sorted(paths):
        page = re.sub(r"(?s)<(script|style|pre).*?</\1>", "", path.read_text(encoding="utf-8", errors="replace"))
        for paragraph in re.findall(r"(?s)<p[^>]*>(.*?)</p>", page):
            yield re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", paragraph))).strip()


def _translations(locale: str = "es") -> Iterator[str]:
    for path in sorted(Path(f"/usr/share/locale/{locale}/LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        yield from (text for key, text in catalogue.items() if key and isinstance(text, str))


def _manpages() -> Iterator[str]:
    import gzip

    for path in sorted(Path("/usr/share/man/es/man1").glob("*.gz"))[:200]:
        text = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace")
        if "Ã" in text:
            continue
        markup = re.compile(r"^[.']|\\|T[{}]")
        kept = [line for line in text.splitlines() if line and not markup.search(line)]
        yield "\n".join(kept)


def _words() -> Iterator[str]:
    words = Path("/usr/share/dict/spanish").read_text(encoding="utf-8").split()
    yield from (" ".join(words[at : at + 12]) for at in range(0, len(words), 12))


def _writable(language: object, text: str, dropped: Counter[str]) -> tuple[str, list[list[str]]]:
    """The text without what cannot be written, and its cells."""
    while True:
        try:
            return text, language.write(text)  # type: ignore[attr-defined]
        except UnwritableError as error:
            dropped[error.character] += text.count(error.character)
            text = text.replace(error.character, "")


def _edits(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """What changed, where the rest is equal: (was, became, around)."""
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield before[a:b], after[c:d], before[max(a - 20, 0) : b + 20]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", default="es")
    parser.add_argument("--liblouis", action="store_true", help="Spanish with liblouis's es-g1 instead of ours")
    parser.add_argument("--kinds", type=int, default=25)
    parser.add_argument("--examples", type=int, default=2)
    parser.add_argument("--limit", type=int, default=80_000, help="words of each source")
    options = parser.parse_args()
    language = (
        LouisLanguage(Table("es", "Spanish", "es-g1.ctb"), louis()) if options.liblouis else get(options.language)
    )
    dropped: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = defaultdict(list)
    total: Counter[str] = Counter()
    print(f"{'source':20} {'words':>8} {'characters':>11} {'exact':>9} {'same sign':>10}")
    for name, paragraphs in sources(options.language).items():
        count: Counter[str] = Counter()
        for paragraph in paragraphs:
            if count["words"] >= options.limit:
                break
            text, cells = _writable(language, paragraph.rstrip(), dropped)
            if not text:
                continue
            back = lines_of_text(language.read(cells))
            count["words"] += len(text.split())
            count["characters"] += len(text)
            for line, read in zip(text.split("\n"), back, strict=True):
                if line == read:
                    continue
                count["changed"] += sum(max(len(was), len(became)) for was, became, _ in _edits(line, read))
                for was, became, around in _edits(_folded(line), _folded(read)):
                    count["wrong"] += max(len(was), len(became))
                    kinds[was, became] += max(len(was), len(became))
                    if len(examples[was, became]) < options.examples:
                        examples[was, became].append(around)
        _row(name, count)
        total += count
    _row("all", total)
    print(f"\nleft out, without Braille: {dict(dropped.most_common(20))}")
    print("\nremaining differences by kind (characters)")
    for (was, became), number in kinds.most_common(options.kinds):
        print(f"{number:6}  {was!r} → {became!r}   {' | '.join(map(repr, examples[was, became]))}")


def _row(name: str, count: Counter[str]) -> None:
    characters = max(count["characters"], 1)
    exact, same = 1 - count["changed"] / characters, 1 - count["wrong"] / characters
    print(f"{name:20} {count['words']:8} {count['characters']:11} {exact:9.4%} {same:10.4%}", flush=True)


if __name__ == "__main__":
    main()
