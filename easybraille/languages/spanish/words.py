"""The few words by which an ambiguous sign of Spanish Braille is settled.

á is also [, and ú is also ]: few words begin with á, since the stress must lie three syllables from the end
or the word be short, and few end in ú. Both lists are closed enough to be written down. A full stop is also
an apostrophe: few things stand before one.
"""

from __future__ import annotations

# What words that begin with á begin with, lower case; forms of a verb with its pronouns (ábrelo) at the end.
BEGINNINGS_WITH_A = tuple(
    """
    ábac ábreg ábrig ábsi ácan ácar ácate ácer ácid ácim ácor ácrat ácue ácul áfac áfil áfon áfric ágap
    ágata ágatas ágil ágora águeda águil álabe álag álamo álava álbum álcali álex álgebr álgic álgid álic
    álig álim áloe álsin álvar álve ámago ámbar ámbit ámel ámster ánad áncor ándit ánfor ángar ángel ángul
    ánim ánod ánsar ántrax ánul ápex ápic ápoc ápod ápsid ápter áquet árab árbitr árbol árbor árcad árctic
    árde área árgan árgom árgue árgüe árid árnic ártabr ártic árul ásar áscar ásci áside ásper áspid ástac
    ástur ática ático átom áton áulic áure áuric ávid ávil ázim ázo ábrel ábrem ábren ábrete ámal ámam áman
    ámate ámele áta áleg ángl ápat ácuti áti ári áli ávi áni
    """.split()
)
# Whole words that end in ú, lower case.
WORDS_IN_U = frozenset(
    """
    tú perú menú bambú tabú hindú zulú iglú champú gurú ñandú tisú cebú ambigú vudú canesú caribú bantú
    marabú interviú tiramisú moscú cantú esaú belcebú corfú cucú urdú telugú tutú bisú ragú frufrú mambrú
    manchú honolulú bengalú ombú pacú papú pudú pepú tururú sagú surubí urubú cururú yopó zebú manatú tatú
    timbú tolú urú urucú yapú maorú nepalú itaipú maipú paysandú tucurú quesú jesú lulú uchú alajú anamú
    biricú cachú calalú caracú caraú catecú coendú cumarú curú fufú grisú guandú nansú ñacurutú pelú rendibú
    sijú tacurú tajú tepú teyú urutaú algú ningú comú oportú dejú cadascú quiscú bululú camarú rimú taú
    vermú
    """.split()
)
# What stands before an apostrophe in foreign names and words (l'Hospitalet, d'or, O'Donnell).
BEFORE_APOSTROPHE = frozenset("d l o m n s t c j qu all dell don can isn doesn".split())
BEFORE_CAPITAL = frozenset("d l o".split())
