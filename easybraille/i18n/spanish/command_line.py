"""What the command line says."""

# ruff: noqa: E501, so that a sentence and its translation stand side by side
from __future__ import annotations

SENTENCES = {
    # argparse's own
    "usage: ": "uso: ",
    "positional arguments:": "argumentos:",
    "options:": "opciones:",
    "show this help message and exit": "muestra esta ayuda y termina",
    "the following arguments are required: {names}": "faltan estos argumentos: {names}",
    "unrecognized arguments: {names}": "argumentos desconocidos: {names}",
    "argument {name}: expected one argument": "{name}: falta su valor",
    "argument {name}: expected at least one argument": "{name}: falta al menos un valor",
    "argument {name}: not allowed with argument {other}": "{name} no puede ir con {other}",
    "argument {name}: invalid choice: {value} (choose from {known})": "{name}: {value} no es posible (puede ser {known})",
    "argument {name}: {problem}": "{name}: {problem}",
    # every command
    "Photographs of Braille pages become text.": "Convierte fotografías de páginas en braille en texto.",
    "examples:": "ejemplos:",
    "exit status:\n"
    "  0    everything was done\n"
    "  1    an input could not be read, or a result not written; the others are done\n"
    "  2    the command line or a setting is wrong, and nothing was done\n"
    "  130  interrupted (Ctrl-C)\n"
    "  141  the program that reads the output has closed it\n": "estado al terminar:\n"
    "  0    todo está hecho\n"
    "  1    algo no se pudo leer o escribir; lo demás está hecho\n"
    "  2    la orden o un ajuste no es correcto y no se ha hecho nada\n"
    "  130  interrumpido (Ctrl-C)\n"
    "  141  el programa que lee la salida la ha cerrado\n",
    "show the versions of program, weights and engine": "muestra las versiones del programa, los pesos y el motor",
    "the options of a command, with examples": "las opciones de una orden, con ejemplos",
    "interrupted.": "interrumpido.",
    "weights": "pesos",
    "engine": "motor",
    "say nothing but errors": "no dice nada más que los errores",
    "say also what is done, and how long it took": "dice también qué se hace y cuánto ha tardado",
    "replace results that exist": "reemplaza los resultados que ya existen",
    # options that several commands share
    "code of the language, es by default; auto detects it; see `easybraille languages`": "código de la lengua, es si no "
    "se indica; auto la detecta; véase `easybraille languages`",
    "edition of the Spanish code (fractions, quotients, letters after numbers), current by default": "edición del código "
    "español (fracciones, cocientes, letras tras números), current si no se indica",
    "keep the lines of the page (page, the default) or join them into paragraphs (flow)": "conserva las líneas de la "
    "página (page, si no se indica) o las une en párrafos (flow)",
    "break braille, brf and pef into pages of this many cells by rows": "divide braille, brf y pef en páginas de estos "
    "cajetines por estas líneas",
    "Characters without Braille in this language ({count}): {shown}.": "Caracteres que no existen en el braille de "
    "este idioma ({count}): {shown}.",
    "clockwise degrees that make the text upright; detected by default": "grados en el sentido de las agujas del reloj "
    "que enderezan el texto; por defecto se detectan",
    "read the front (the default), or also the back of the sheet from the dents in the same picture": "lee el anverso "
    "(si no se indica) o también el reverso de la hoja, por los huecos de la misma imagen",
    "what is made of them, text by default; see `easybraille formats`": "qué se hace con ellos, text si no se indica; "
    "véase `easybraille formats`",
    "what is made of the pages, text by default; see `easybraille formats`": "qué se hace con las páginas, text si no se "
    "indica; véase `easybraille formats`",
    "{name} is not a format; there are {known}": "{name} no es un formato; hay {known}",
    # read
    "read pictures, PDF files and folders of them": "lee imágenes, archivos PDF y carpetas",
    "Read pictures and PDF files of Braille pages. Folders are read in natural order: 2 before 10.": "Lee imágenes y "
    "archivos PDF de páginas en braille. Las carpetas se leen en orden natural: 2 antes de 10.",
    "pictures, PDF files, folders; - reads standard input": "imágenes, archivos PDF, carpetas; - lee la entrada estándar",
    "one file of all that is read, or a folder with a file for each input": "un archivo con todo lo leído o una carpeta "
    "con un archivo por cada entrada",
    "only these pages of a PDF or TIFF": "solo estas páginas de un PDF o TIFF",
    "use N cores; all of them by default": "usa N núcleos; todos si no se indica",
    "keep the results that are in --output already": "conserva los resultados que ya están en --output",
    "text on standard output": "texto en la salida estándar",
    "some pages of a PDF into a file": "algunas páginas de un PDF, en un archivo",
    "two files a picture, in a folder": "dos archivos por imagen, en una carpeta",
    "go on where the same command was stopped": "sigue donde se detuvo la misma orden",
    "a picture from another program; detect its language": "una imagen de otro programa; detecta su lengua",
    "standard input": "entrada estándar",
    "file": "archivo",
    "{count} files in {seconds} s": "{count} archivos en {seconds} s",
    "{file}: {pages} pages, {cells} cells": "{file}: {pages} páginas, {cells} signos",
    "{kept} of {total} were there already.": "{kept} de {total} ya estaban hechos.",
    "{count} files were not read: {named}": "{count} archivos no se han leído: {named}",
    "{failed} of {total} could not be read.": "{failed} de {total} no se han podido leer.",
    "There is no picture or PDF in there.": "Ahí no hay ninguna imagen ni PDF.",
    "{text} is not a number from 1 to 256": "{text} no es un número del 1 al 256",
    "{pages} is not a list of pages such as 1-3,7": "{pages} no es una lista de páginas como 1-3,7",
    "--pages needs one input.": "--pages necesita una sola entrada.",
    "The file has {total} pages; there is no page {page}.": "El archivo tiene {total} páginas; no hay página {page}.",
    "--resume needs --output: it looks there for what is done already.": "--resume necesita --output: allí mira qué está "
    "hecho ya.",
    "Several formats need a folder.": "Varios formatos necesitan una carpeta.",
    "--resume and several formats need a folder.": "--resume y varios formatos necesitan una carpeta.",
    "Name one by --output.": "Indíquela con --output.",
    "{inputs} inputs give as many files of format {name}.": "{inputs} entradas dan otros tantos archivos {name}.",
    "Name a folder by --output.": "Indique una carpeta con --output.",
    "A terminal can't show {name}.": "Un terminal no puede mostrar {name}.",
    "Redirect the output, or name a file by --output.": "Redirija la salida o indique un archivo con --output.",
    "{path} exists ({existing} of {total} results).": "{path} ya existe ({existing} de {total} resultados).",
    "--overwrite replaces what exists, and --resume keeps it and makes the rest.": "--overwrite lo reemplaza y --resume lo "
    "conserva y hace el resto.",
    "{path} does not exist.": "{path} no existe.",
    "{path} and {other} would both write {result}; read them separately.": "{path} y {other} escribirían los dos "
    "{result}; léalos por separado.",
    "Choose some by --pages, or set EASYBRAILLE_MAX_PAGES.": "Elija algunas con --pages o cambie EASYBRAILLE_MAX_PAGES.",
    "A process that reads was stopped from outside, perhaps for want of memory.": "Un proceso que leía se detuvo desde "
    "fuera, quizá por falta de memoria.",
    "Try fewer --jobs.": "Pruebe con menos --jobs.",
    # bulk
    "send a folder to a deployed service as a job, and fetch the results": "envía una carpeta como trabajo a un servicio "
    "y recoge los resultados",
    "Send a folder to a deployed service as a job, and fetch the results. "
    "The API key is taken from {variable}. After an interruption the same command goes on.": "Envía una carpeta como "
    "trabajo a un servicio y recoge los resultados. La clave de la API se toma de {variable}. Tras una interrupción, la "
    "misma orden sigue.",
    "pictures and PDF files": "imágenes y archivos PDF",
    "where the service is, https://…": "dónde está el servicio, https://…",
    "where the results go, one file an input; FOLDER-results by default": "adónde van los resultados, un archivo por "
    "entrada; CARPETA-results si no se indica",
    "one file of all pages in order, not one an input": "un solo archivo con todas las páginas en orden",
    "remove everything from the service when all is fetched": "borra todo del servicio cuando se ha recogido",
    "results in libro-results": "resultados en libro-results",
    "one file of all pages": "un archivo con todas las páginas",
    "{file}: not a picture or PDF; left out": "{file}: no es una imagen ni un PDF; no se envía",
    "The same command goes on where this one was stopped.": "La misma orden sigue donde esta se detuvo.",
    "{count} could not be read.": "{count} no se han podido leer.",
    "The results are in {folder}.": "Los resultados están en {folder}.",
    "{file} exists and is kept; --overwrite replaces it.": "{file} ya existe y se conserva; --overwrite lo reemplaza.",
    "{path} exists.": "{path} ya existe.",
    "--overwrite replaces it.": "--overwrite lo reemplaza.",
    "{path} is not a folder.": "{path} no es una carpeta.",
    "There is no picture or PDF in {path} that can be opened.": "En {path} no hay ninguna imagen ni PDF que se pueda abrir.",
    "Set {variable} to the key that the operator of the service gave you.": "Ponga en {variable} la clave que le dio quien "
    "administra el servicio.",
    "Check the key in {variable}.": "Compruebe la clave de {variable}.",
    "A service on this machine takes jobs without a key when it is started with --host 127.0.0.1.": "Un servicio en este "
    "equipo admite trabajos sin clave si se inicia con --host 127.0.0.1.",
    "--url is {url}; it must be https://… (or http://… to this machine).": "--url es {url}; debe ser https://… (o http://… "
    "a este equipo).",
    "--url is {url}; the key of {variable} would be sent unencrypted.": "--url es {url}; la clave de {variable} se "
    "enviaría sin cifrar.",
    "Use https://….": "Use https://….",
    # translate
    "text to Braille, and Braille to text": "de texto a braille y de braille a texto",
    "Unicode Braille on standard output": "braille Unicode en la salida estándar",
    "a file for an embosser": "un archivo para una impresora braille",
    "an embosser's file as text": "un archivo de impresora braille como texto",
    "what to translate; - reads standard input": "lo que se traduce; - lee la entrada estándar",
    "by default Braille becomes text and text becomes braille; text is made from BRF, too": "si no se indica, el braille "
    "se convierte en texto y el texto en braille; también hace texto de BRF",
    "cells by rows of a page; 40x25 by default for brf and pef, and none for braille": "cajetines por líneas de una "
    "página; si no se indica, 40x25 para brf y pef y ninguno para braille",
    "what becomes of a character without Braille: a full cell (mark), nothing (skip), or an error (stop)": "qué se pone por "
    "un carácter que no existe en braille: un signo lleno (mark), nada (skip) o un error (stop)",
    "encoding of a text on standard input, such as cp1252; recognised by default": "codificación de un texto de la "
    "entrada estándar, como cp1252; si no se indica, se averigua",
    "The text was read as {encoding}; --encoding names another one.": "El texto se ha leído como {encoding}; con "
    "--encoding se indica otra codificación.",
    "The text was read as {encoding}; `encoding` names another one.": "El texto se ha leído como {encoding}; con "
    "`encoding` se indica otra codificación.",
    # serve, worker
    "serve the page and the API": "sirve la página y la API",
    "the page and the API on this machine": "la página y la API en este equipo",
    "for this machine alone": "solo para este equipo",
    "for the whole network": "para toda la red",
    "address to listen on; EASYBRAILLE_HOST, or this machine alone, by default": "dirección en la que escucha; si no se "
    "indica, EASYBRAILLE_HOST o solo este equipo",
    "port to listen on; PORT by default, or the first free one from 5000 on": "puerto en el que escucha; si no se indica, "
    "PORT o el primero libre desde 5000",
    "{text} is not a port from 0 to 65535": "{text} no es un puerto del 0 al 65535",
    "EasyBraille is at http://{host}:{port}/ (its API's documentation at /docs).": "EasyBraille está en "
    "http://{host}:{port}/ (la documentación de su API, en /docs).",
    "Another program uses port {port}.": "Otro programa usa el puerto {port}.",
    "Another program uses port {port}; choose another one by --port.": "Otro programa usa el puerto {port}; elija otro "
    "con --port.",
    "Other programs use all ports from {first} to {last}; choose one by --port.": "Otros programas usan todos los puertos "
    "del {first} al {last}; elija uno con --port.",
    "Port {port} is not allowed for this user; choose one from 1024 on.": "El puerto {port} no está permitido a este "
    "usuario; elija uno desde 1024.",
    "--host is {host}, which is no address of this machine.": "--host es {host}, que no es una dirección de este equipo.",
    "The whole network can reach it. --host 127.0.0.1 is for this machine alone.": "Toda la red puede acceder. Con --host "
    "127.0.0.1 es solo para este equipo.",
    "read pages of bulk jobs from the queue, where no queue daemon does": "lee páginas de trabajos de la cola, donde no lo "
    "hace otro programa",
    # keys, languages, formats, completion
    "make a key for the API": "crea una clave para la API",
    "a key that may read": "una clave que puede leer",
    "a key that may also run bulk jobs": "una clave que puede además lanzar trabajos",
    "whose it is; callers see only their own jobs": "de quién es; cada cual ve solo sus trabajos",
    "what it is for": "para qué sirve",
    "a name has letters, digits, '.', '_' and '-' only": "un nombre tiene solo letras, cifras, «.», «_» y «-»",
    "The key, for the caller; it is shown only now:": "La clave, para quien llama; solo se muestra ahora:",
    "Its entry for EASYBRAILLE_API_KEYS or the secret:": "Su entrada para EASYBRAILLE_API_KEYS o el secreto:",
    "list the languages that can be read": "lista las lenguas que se pueden leer",
    "list the formats that a document can have": "lista los formatos que puede tener un documento",
    "print the script with which a shell completes commands and options": "escribe el guion con el que un intérprete "
    "completa órdenes y opciones",
}
