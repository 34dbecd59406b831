"""Word lists by which signs with two meanings are told apart.

á is also [, ú is also ], and dot 3 is both the full stop and the apostrophe. Few words begin with á, since the
stress must lie three syllables from the end or the word be short, and few end in ú, so both can be listed. The
words with á and ú are those of the dictionaries pyspellchecker (MIT) and hunspell-es (MPL), with names of people
and places.
"""

from __future__ import annotations

# Spanish words that begin with á, lower case.
WORDS_WITH_A = frozenset(
    """
    ábaco ábacos ábate ábense ábese ábrala ábralas ábralo ábralos ábrame ábranla ábranlas ábranlo ábranlos
    ábranme ábrannos ábranos ábranse ábrase ábrego ábregos ábrela ábrelas ábrele ábreles ábrelo ábrelos ábreme
    ábrenos ábrete ábrigo ábsida ábside ábsides ábsit ácana ácaro ácaros ácates ácere ácida ácidamente ácidas
    ácido ácidos ácigos ácimo ácimos ácoro ácrata ácratas ácuea ácueas ácueo ácueos ácula áfaca áfila áfilas
    áfilo áfilos áfona áfonas áfono áfonos áfrica áfricas áfrico áfricos ágape ágapes ágata ágatas ágatha ágil
    ágiles ágilmente ágora ágoras ágrafa ágrafas ágrafo ágrafos águeda águila águilas álabe álabes álaga álagas
    álamo álamos álava ál álbum álbumes álcali álcalis álcense álcese álex álgebra álgebras álgica álgico álgida
    álgidas álgido álgidos álica áliger álimo áloe áloes álsine álsines álula álulas álvarez álvaro álveo álveos
    álzate ámago ámala ámalas ámale ámalo ámalos ámame ámanos ámbar ámbares ámbito ámbitos ámel ámela ámelas
    ámelo ámelos ámeme ámenla ámenlas ámenlo ámenlos ámenme ámennos ámenos ámense ámese ámonos ámpula ámsterdam
    ánade ánades áncash áncora áncoras ándale ándales ándalus ándele ándeles ándenle ándenles ándito ánfora
    ánforas ángaro ángel ángela ángeles ángelus ángulo ángulos ánima ánimas ánimo ánimos ánodo ánodos ánsar
    ánsares ántrax ánula ánulo ápate ápeles ápex ápice ápices ápoca ápoda ápodas ápodo ápodos ápside áptera
    ápteras áptero ápteros áqueta árabe árabes árbitra árbitras árbitro árbitros árbol árboles árbor árcade
    árcades árctica árctico árdea área áreas árgana árganas árgano árgoma árgos árguenas árgueñas árida áridas
    árido áridos ármate ármense ármese árnica árnicas árones ártabra ártabro ártica árticas ártico árticos árula
    ásaro ásaros áscar áscari ásciro áscua áspera ásperamente ásperas áspero ásperos áspic áspid áspide áspides
    ástaco ástato áster ásteres átala átalas átale átales átalo átalos átame átanos átate átela átelas átele
    áteles átelo átelos áteme átenla átenlas átenle átenles átenlo átenlos átenme átennos átenos átense ática
    áticas ático áticos átomo átomos átona átonas átono átonos átropa átropos áulica áulicas áulico áulicos
    áurea áureas áureo áureos áurica áuricas áurico áuricos ávida ávidamente ávidas ávido ávidos ávila áyax
    ázimo ázimos ázoe ázoes
    """.split()
)
# Beginnings of the Catalan words that begin with à (dictionary hunspell-ca).
CATALAN_WITH_A = tuple(
    """
    àbac àcar àcid àcim àcr àdhuc àfric àgap àgat àgil àgor àgraf àguil àlb àlbum àlgebr àlies àlic àloe àmbit àmfor
    àmpli ànad ànec àngel àngl ànim ànode ànsi àntrax ànul àpat àpex àpic àpode àpter àqu àrab àrbitr àrbre àre àrid
    àrtic àscar àspic àspid àspr àssan àtic àtom àton àudio àulic àuri àvi àvid àzim
    """.split()
)
# Words that end in ú, lower case; those of Catalan apart.
WORDS_IN_U = frozenset(
    """
    alajú alhajú almorabú amacayacú ambigú anamú artú azoyú bambú bantú barú bayú belcebú bengalú bernabú biricú
    bisú boyahuazú bridecú bululú cabú cachapú cachú calalú camambú camarú canesú cantú caracú caraú caribú
    carurú catecú catmandú cebú chambacú champú chicú chimú chinú coendú colú comondú corfú cubanicú cucú cumarú
    curiyú curucú cururú curuzú curú cuturú dipurdú esaú estucurú feliú frufrú fufú futaleufú geltrú grisú
    guabiyú guaicurú gualeguaychú guandú gurú hindú honolulú huecú iglú iguazú ijujú interviú irabubú itaipú
    jehú jesú jimaguayú juanambú kalikú katmandú kiribú lulú macú maipú mambrú managrú manatú manchú manú maorú
    mapurú marabú marañú marralú maxcanú menú millantú mitú moscú mossú mumbú nansú nepalú nuñú ombú orú otú
    pacú papú patajú paysandú pelú pepú perú pirarucú pudú quesú ragú rendibú rimú rurrú sabicú sagú sebú shichú
    sibanicú sijú sivirú sulú surubí surucucú surucú tabú tacurú tahdziú tajú tatú taú telugú tepú teyú tibú
    timbuctú timbú tiramisú tisú tolú tucurú tucú tupinambú tururú tuturutú tutú tuyú tú uchú ucú urdú urubú
    urucú ururú urutaú urú velú vermú virú vishnú visnú vudú xichú xingú yacambú yaguarú yapeyú yapú yopó
    yosonotú zebú zulú ñacurutú ñandú
    """.split()
)
CATALAN_IN_U = WORDS_IN_U | frozenset("algú ningú cadascú quiscú comú oportú dejú bescú tribú segú perdú confú".split())
# What an elision or a foreign contraction leaves before its apostrophe, before a vowel or h (d'or, l'Hospitalet).
ELISIONS = frozenset("d l m n s t j c qu all dell nell sull dall quell dalt jusqu lorsqu puisqu quelqu presqu".split())
# What an apostrophe leaves behind it after a word of two letters or more (it's, ONG's, Ca'n).
AFTER_APOSTROPHE = frozenset("s t m d ll re ve n".split())
# Foreign words with an apostrophe that neither list tells, without it.
WITH_APOSTROPHE = frozenset(
    """
    aujourd.hui prud.homme entr.acte grand.mère rock.n.roll drum.n.bass o.clock ma.am y.all ne.er e.er
    i.m i.ve i.d i.ll
    """.split()
)
# Spanish abbreviations in which a full stop stands within the word.
WITH_STOP = frozenset("n.os n.as n.o n.a art.os p.ej a.m p.m s.a s.l a.c d.c e.c q.e.p.d i.e c.s s.m m.a d.a".split())
# Endings of addresses and files: a word that ends in one of them after a full stop holds no apostrophe.
ADDRESS_ENDINGS = frozenset(
    """
    es com org net edu gob gov eus cat gal info eu fr it pt de uk us mx ar co cl pe uy ve io me tv app dev ai be ch
    pdf txt doc docx odt ods rtf jpg jpeg png gif svg tif tiff bmp mp mp3 mp4 wav ogg avi mkv html htm php css js py
    xml json csv tsv xls xlsx ppt pptx epub brf brl pef bra zip gz tar rar exe dll ini conf cfg log iso deb rpm list
    sh bat md yaml yml toml
    """.split()
)
# What follows a fraction in recipes, measures and sums (1/2 kilo), by which it is told from a number with a mark.
AFTER_FRACTION = frozenset(
    """
    de del kilo kilos kg gramo gramos g mg litro litros l dl cl ml metro metros m cm mm km taza tazas vaso vasos
    cucharada cucharadas cucharadita cucharaditas hora horas h minuto minutos min docena docenas libra libras onza
    onzas parte partes pulgada pulgadas milla millas cebolla limón pimiento barra botella paquete sobre página día
    días mes meses año años siglo vuelta punto puntos
    """.split()
)
# Labels before a number, after which a colon is likelier than a third part (capítulo 2:).
LABELS = frozenset(
    """
    capítulo artículo paso ejercicio línea página tema lección figura tabla punto nota apartado sección anexo tomo
    volumen acto escena grupo parte fase nivel opción versión número aula calle portal planta fila bloque unidad
    pregunta respuesta problema cuadro gráfico ley regla canto salmo
    """.split()
)
# Catalan texts: words with ñ, whose cell is ï there, that no neighbouring letter gives away; without the ñ's place.
WITH_ENYE = frozenset(
    """
    españa españas español española españoles españolas peña peñas doña doñas señora señoras señor señores coruña
    begoña cataluña castañeda montaña montañas mañana mañanas caña cañas viña viñas niña niñas piña piñas añejo
    muñeca muñecas castañas castaña baño baños compañía campaña araña uña uñas
    """.split()
)
