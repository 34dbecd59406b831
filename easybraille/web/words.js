// What the page says, in Spanish and in English.

const many = (n, one, more) => `${n} ${n === 1 ? one : more}`;

const es = {
  code: "es",
  other: { code: "en", name: "English" },
  reading: (name, at, of) => (of > 1 ? `Leyendo ${name}, ${at} de ${of}…` : `Leyendo ${name}…`),
  waiting: (seconds) => `El servicio está ocupado o arrancando. Se intentará de nuevo en ${seconds} segundos.`,
  shrinking: "La foto es demasiado grande para el servicio. Se envía reducida.",
  was_read: (name, facts) => `Se ha leído ${name}: ${facts}.`,
  was_not_read: (name, why) => `No se ha podido leer ${name}. ${why}`,
  stopped: "Lectura detenida.",
  all_done: (read, failed) =>
    `Terminado: ${many(read, "archivo leído", "archivos leídos")}${failed ? `, ${failed} sin leer` : ""}.`,
  copied: "Texto copiado.",
  not_copied: "El navegador no ha dejado copiar el texto. Guárdelo en un archivo.",
  cleared: "Resultados borrados.",
  heading: (name, page) => (page ? `${name}, página ${page}` : name),
  failed_heading: (name) => `${name}: no se ha podido leer`,
  facts: (lines, cells, doubts) =>
    `${many(lines, "línea", "líneas")}, ${many(cells, "signo", "signos")}, ` +
    (doubts ? many(doubts, "palabra dudosa", "palabras dudosas") : "ninguna palabra dudosa"),
  advice_title: "Para la próxima foto",
  text_title: "Texto",
  no_text: "No hay texto.",
  picture: (name) => `Foto de la página: ${name}`,
  doubtful: "dudoso",
  doubts_title: (n) => (n === 1 ? "Por qué hay una palabra dudosa" : `Por qué hay ${n} palabras dudosas`),
  doubt: (line, word, reasons) => `Línea ${line}, «${word}»: ${reasons}.`,
  faint: (share) => `un signo se distingue mal (seguridad del ${share} %)`,
  legend: "Cada signo leído lleva un marco, más relleno cuanto más seguro; los dudosos, un marco discontinuo.",
  no_picture: "El navegador no puede mostrar aquí esta página. Se dibujan en su sitio los signos leídos.",
  // By the code of a problem. One that is not here is shown as the service words it, in English.
  problems: {
    empty: "El archivo está vacío.",
    not_a_picture: "No es una imagen que se pueda leer. Elija una foto JPEG, PNG, WebP, TIFF o HEIC, o un PDF.",
    damaged_picture: "La imagen o el PDF está incompleto o dañado. Vuelva a enviarlo, o repita la foto.",
    password_protected: "El PDF pide una contraseña. Guarde una copia sin ella y elija esa.",
    too_many_pixels: "La imagen tiene demasiados píxeles. Redúzcala: con 12 megapíxeles se ve todo.",
    too_many_pages: "El archivo tiene demasiadas páginas. Divídalo y elija las partes.",
    too_large: "El archivo es demasiado grande para el servicio. Elija uno más pequeño.",
    unsupported_media_type: "El archivo no es de un tipo que se pueda leer. Elija una foto o un PDF.",
    invalid_parameter: "El servicio no ha entendido la petición. Recargue la página e inténtelo de nuevo.",
    unreadable: "No se puede leer.",
    not_ready: "El servicio está ocupado o arrancando. Inténtelo dentro de un momento.",
    caller_left: "El envío se ha interrumpido. Inténtelo de nuevo.",
    internal: "Algo ha fallado en el servicio. Inténtelo más tarde.",
    offline: "No hay conexión con el servicio. Compruebe la red e inténtelo de nuevo.",
    other: "El servicio no ha podido leerlo.",
  },
  // By the code of an advice; Spanish comes from the service itself.
  advice: {},
  // By the reason of a doubt.
  doubts: {
    unknown_sign: "un signo que no se conoce",
    asterisk_or_italics: "un asterisco o una señal de letra especial",
    foreign_letter: "una letra de otro alfabeto",
    lowered_number: "un número escrito en la parte baja",
    not_translated: "línea que no se ha podido traducir",
    by_its_word: "letra que se ve mal, leída según las de su palabra",
    mathematics: "parece matemáticas",
    plus_or_exclamation: "un signo más o una admiración",
    point_or_apostrophe: "un punto o un apóstrofo",
    section_or_letter: "un signo de párrafo o una letra",
    other: "un signo que puede leerse de otra manera",
  },
};

const en = {
  code: "en",
  other: { code: "es", name: "Español" },
  reading: (name, at, of) => (of > 1 ? `Reading ${name}, ${at} of ${of}…` : `Reading ${name}…`),
  waiting: (seconds) => `The service is busy or starting. Trying again in ${seconds} seconds.`,
  shrinking: "The photo is too large for the service. Sending it at a smaller size.",
  was_read: (name, facts) => `${name} has been read: ${facts}.`,
  was_not_read: (name, why) => `${name} could not be read. ${why}`,
  stopped: "Reading stopped.",
  all_done: (read, failed) => `Done: ${many(read, "file", "files")} read${failed ? `, ${failed} not read` : ""}.`,
  copied: "Text copied.",
  not_copied: "The browser did not allow copying. Save it to a file instead.",
  cleared: "Results removed.",
  heading: (name, page) => (page ? `${name}, page ${page}` : name),
  failed_heading: (name) => `${name}: could not be read`,
  facts: (lines, cells, doubts) =>
    `${many(lines, "line", "lines")}, ${many(cells, "cell", "cells")}, ` +
    (doubts ? many(doubts, "doubtful word", "doubtful words") : "no doubtful words"),
  advice_title: "For the next photo",
  text_title: "Text",
  no_text: "There is no text.",
  picture: (name) => `Photo of the page: ${name}`,
  doubtful: "doubtful",
  doubts_title: (n) => (n === 1 ? "Why one word is doubtful" : `Why ${n} words are doubtful`),
  doubt: (line, word, reasons) => `Line ${line}, “${word}”: ${reasons}.`,
  faint: (share) => `a cell is hard to make out (${share}% sure)`,
  legend: "Each cell that was read is framed, filled the more the surer it is; doubtful ones have a dashed frame.",
  no_picture: "The browser can't show this page here. The cells that were read are drawn in their places.",
  // The service's own words are English and name its limits; here are those that are not its own.
  problems: {
    offline: "The service can't be reached. Check the network and try again.",
    too_large: "The file is too large for the service. Choose a smaller one.",
    not_ready: "The service is busy or starting. Try again in a moment.",
    other: "The service could not read it.",
  },
  advice: {
    no_braille:
      "No Braille was found. Photograph the page from above, filling the picture, with light from one side.",
    too_small: "The cells are very small in the picture. Come closer until the page fills it.",
    cut_off: "Part of the text is outside the picture. Move back a little until the whole page is in it.",
    too_dark: "The picture is dark. Put a lamp to one side of the page.",
    blurred: "The picture is blurred. Hold the camera still, wipe its lens and let it focus on the page.",
    light_from_below: "The light comes from the foot of the page. Dots show best when it comes from the top.",
    two_sided_lit_from_side:
      "The sheet is embossed on both sides and lit from one side, where dots and dents look alike. Put the lamp at " +
      "the top of the page.",
    direction_uncertain:
      "It is not certain which way up the page is. If the text makes no sense, say how it has to be turned.",
    upside_down: "The page was upside down; it has been turned.",
    sideways: "The page lay on its side; it has been turned.",
    uncertain:
      "Many cells were hard to make out. Hold the camera still and let the light fall from one side.",
  },
  doubts: {
    unknown_sign: "a sign that is not known",
    asterisk_or_italics: "an asterisk or a sign of special type",
    foreign_letter: "a letter of another alphabet",
    lowered_number: "a number in the lower part of the cell",
    not_translated: "a line that could not be translated",
    by_its_word: "a letter that is hard to see, read by those around it",
    mathematics: "looks like mathematics",
    plus_or_exclamation: "a plus or an exclamation mark",
    point_or_apostrophe: "a full stop or an apostrophe",
    section_or_letter: "a section sign or a letter",
    other: "a sign that can be read in another way",
  },
  // What stands in index.html in Spanish.
  page: {
    title: "EasyBraille: photos of Braille become text",
    choose_title: "From a photo of Braille to its text",
    hint: "Photograph the whole page from above, with light from one side.",
    choose_files: "Choose photos or PDF",
    take_photo: "Take a photo",
    kinds: "JPEG, PNG, WebP, TIFF, HEIC or PDF, one or more.",
    drop_hint: "You can also drop them here or paste them.",
    progress: "Reading",
    stop: "Stop",
    results_title: "Result",
    tools: "What to do with the text",
    copy: "Copy text",
    save_text: "Save text (.txt)",
    save_json: "Save data (.json)",
    clear: "Start again",
    show: "Show",
    show_doubts: "Doubtful words in the text",
    show_marks: "Marked cells in the photo",
    show_letters: "Letters in the photo",
    privacy: "Photos are sent to this service only to be read; it does not keep them.",
    api: "For programs: the API",
  },
};

/** The words of the language that the address (?lang=) or else the browser asks for; Spanish if it wants neither. */
function preferred() {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = [asked, ...navigator.languages].map((code) => (code ?? "").slice(0, 2).toLowerCase());
  return wanted.find((code) => code === "es" || code === "en") === "en" ? en : es;
}

export const words = preferred();

/** Puts the words into the page as it was served, which is in Spanish. */
export function translatePage() {
  const link = document.getElementById("other-language");
  link.textContent = words.other.name;
  link.href = `?lang=${words.other.code}`;
  link.lang = link.hreflang = words.other.code;
  if (!words.page) return;
  document.documentElement.lang = words.code;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words.page[element.dataset.word];
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", words.page[element.dataset.label]);
  }
}
