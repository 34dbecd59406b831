"""Makes easybraille/languages/common_words.json.gz: the commonest words of each language.

    python -m tests.languages.make_common_words

The words and how often films say them are those of the package pyspellchecker (MIT). It lacks Catalan and Galician:
their words are counted in translations that Debian packages carry, and joined by everyday words listed below.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from importlib.resources import files
from pathlib import Path

from .make_trigrams import LOCALES, messages

_COMMONEST = 5000
_EVERYDAY = {
    "ca": """
        bon dia bona nit tarda gràcies moltes sisplau adéu fins demà avui ahir vespre matí setmana dilluns
        dimarts dimecres dijous divendres dissabte diumenge diumenges casa àvia avi mare pare germà germana
        nen nena nens nenes fill filla home dona dones gat gos aigua pa llet vi negre vermell blanc tomàquet
        poma maduixa melmelada sabó porta finestra cadira taula llit habitació cuina carrer plaça poble
        ciutat mercat botiga biblioteca escola planta sortida entrada parada propera ascensor tancat tancats
        oberta obert prohibit fumar jugar juguen fora dins malalt està són és som estic tinc vull vaig vas
        va anem aneu van molt poc més menys tot res bé malament on quan què quina quin qui com perquè també
        sempre mai vegada havia hi ha meva meu teva seva nostre nostra vostre t'estimo estimo molts anys per
        feliç nadal salutacions cordials espereu moment gireu esquerra dreta toqueu capítol primer segona
        primera segon estacions quatre anirà vacances esmorzar dinar sopar amb sense sobre sota aquest
        aquesta aquests aquestes
    """,
    "gl": """
        bos días boas tardes noites grazas moitas por favor adeus ata mañá hoxe onte noite semana luns
        martes mércores xoves venres sábado domingo casa avoa avó nai pai irmán irmá neno nena nenos fillo
        filla home muller mulleres gato can auga pan leite viño branco negro vermello mazá porta fiestra
        cadeira mesa cama cuarto cociña rúa praza vila cidade tenda biblioteca escola andar saída entrada
        parada pechado aberto prohibido fumar xogar fóra dentro enfermo está son é somos estou teño quero
        vou vas vai imos moito pouco máis menos todo nada ben mal onde cando que quen como porque tamén
        sempre nunca vez había hai miña meu túa súa noso nosa vós quérote anos feliz nadal saúdos agarde
        esquerda dereita capítulo primeiro segunda catro estacións vacacións almorzo xantar cea con sen
        sobre baixo este
    """,
}


def _counted(code: str) -> Counter[str]:
    try:
        packed = (files("spellchecker") / f"resources/{code}.json.gz").read_bytes()
    except FileNotFoundError:
        counts = Counter(word for text in messages(code, odd=False) for word in text.split())
        common = math.ceil(sum(counts.values()) / 3000)
        return counts + Counter(dict.fromkeys(_EVERYDAY[code].split(), common))
    return Counter(json.loads(gzip.decompress(packed)))


def main() -> None:
    words = {}
    for code in LOCALES:
        counts = _counted(code)
        total = sum(counts.values())
        # Tenths of a nat below one: a word that is every tenth costs 23.
        words[code] = {
            word: round(-10 * math.log(number / total))
            for word, number in counts.most_common(_COMMONEST)
            if word.strip()
        }
        print(code, len(words[code]))
    path = Path(__file__).parents[2] / "easybraille/languages/common_words.json.gz"
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    main()
