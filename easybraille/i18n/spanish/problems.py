"""What errors say: over HTTP, in documents and on the command line."""

# ruff: noqa: E501, so that a sentence and its translation stand side by side
from __future__ import annotations

SENTENCES = {
    # pictures, PDF and ZIP files
    "The file is empty.": "El archivo está vacío.",
    "Send a JPEG, PNG, WebP, TIFF or HEIC picture or a PDF.": "Envíe una imagen JPEG, PNG, WebP, TIFF o HEIC o un PDF.",
    "This is not a picture that can be read.": "Esto no es una imagen que se pueda leer.",
    "The picture's header is damaged.": "La cabecera de la imagen está dañada.",
    "Take or export it once more.": "Tómela o expórtela otra vez.",
    "The picture breaks off or is damaged.": "La imagen está incompleta o dañada.",
    "Send it again, or take it once more.": "Envíela de nuevo o tómela otra vez.",
    "The picture has {pixels} megapixels; {most} are allowed.": "La imagen tiene {pixels} megapíxeles; se admiten {most}.",
    "Scale it down: 12 megapixels show everything.": "Redúzcala: con 12 megapíxeles se ve todo.",
    "The file has {count} pages; {most} are allowed.": "El archivo tiene {count} páginas; se admiten {most}.",
    "The PDF has {count} pages; {most} are allowed.": "El PDF tiene {count} páginas; se admiten {most}.",
    "Send it in parts.": "Envíelo por partes.",
    "Send them in parts.": "Envíelos por partes.",
    "The PDF asks for a password.": "El PDF pide una contraseña.",
    "Save a copy without one and send that.": "Guarde una copia sin ella y envíela.",
    "The PDF is damaged.": "El PDF está dañado.",
    "Save or export it once more.": "Guárdelo o expórtelo otra vez.",
    "The PDF has no pages.": "El PDF no tiene páginas.",
    "Page {number} of the PDF is damaged.": "La página {number} del PDF está dañada.",
    "Page {number} of the file is damaged.": "La página {number} del archivo está dañada.",
    "The ZIP file breaks off or is damaged.": "El archivo ZIP está incompleto o dañado.",
    "Send it again, or pack it once more.": "Envíelo de nuevo o comprímalo otra vez.",
    "There is no file in the ZIP file.": "No hay ningún archivo en el ZIP.",
    "The ZIP file asks for a password.": "El archivo ZIP pide una contraseña.",
    "Pack the pictures without one and send that.": "Comprima las imágenes sin ella y envíelo.",
    "There are {files} files; {most} are allowed at once.": "Hay {files} archivos; se admiten {most} a la vez.",
    "What is in the ZIP file is larger than what is allowed.": "El contenido del ZIP es mayor de lo que se admite.",
    "Send it in parts to stay below the limit.": "Envíelo por partes para no pasar del límite.",
    "{name} in the ZIP file is damaged.": "{name}, en el archivo ZIP, está dañado.",
    "Pack it once more.": "Comprímalo otra vez.",
    # requests
    "{kind} is not something that can be read.": "{kind} no es algo que se pueda leer.",
    "Send a picture or PDF as the body, or a form with a field `file`.": "Envíe una imagen o un PDF como cuerpo, o un "
    "formulario con un campo `file`.",
    "The request has no body.": "La petición no tiene cuerpo.",
    "The form can't be read: {problem}": "El formulario no se puede leer: {problem}",
    "The form's content type names no boundary.": "El tipo de contenido del formulario no indica su separador.",
    "The form has no file in its field `file`.": "El formulario no tiene ningún archivo en el campo `file`.",
    "The form has no file in its field `file`; it has {names}.": "El formulario no tiene ningún archivo en el campo "
    "`file`; tiene {names}.",
    "The body is larger than the {limit} MB allowed.": "El cuerpo es mayor que los {limit} MB que se admiten.",
    "Send less at once.": "Envíe menos de una vez.",
    "{name} is not a parameter here; there are {known}.": "{name} no es un parámetro aquí; hay {known}.",
    "{name} is not a parameter here; there are none.": "{name} no es un parámetro aquí; no hay ninguno.",
    "{name} is {value} in the address and {other} in the form; send it once.": "{name} es {value} en la dirección y "
    "{other} en el formulario; envíelo una vez.",
    "format is {name}; it can be {known}.": "format es {name}; puede ser {known}.",
    "Accept is {accept}; there is {known}.": "Accept es {accept}; hay {known}.",
    "paper is {size}; it is cells by rows, such as 40x25, at most {most} each and at least {least} cells.": "paper es "
    "{size}; son cajetines por líneas, como 40x25, como máximo {most} de cada y al menos {least} cajetines.",
    "{name}: Input should be {known}": "{name}: puede ser {known}",
    "{name}: Input should be greater than or equal to {least}": "{name}: debe ser {least} o más",
    "{name}: Input should be less than or equal to {most}": "{name}: debe ser {most} o menos",
    "{name}: Input should be a valid integer, unable to parse string as an integer": "{name}: debe ser un número entero",
    "{name}: Field required": "{name}: falta",
    "{source}: {message} Only json answers with what could be read of the rest.": "{source}: {message} Solo json responde "
    "con lo que se pudo leer del resto.",
    "Only json answers with what could be read of the rest.": "Solo json responde con lo que se pudo leer del resto.",
    # who may call, and when
    "This key is not for {scope}; it is for {scopes}.": "Esta clave no es para {scope}; es para {scopes}.",
    "This needs a key.": "Esto necesita una clave.",
    "Send it in the header X-API-Key.": "Envíela en la cabecera X-API-Key.",
    "Nobody has this key.": "Nadie tiene esta clave.",
    "It may be mistyped or withdrawn.": "Quizá esté mal escrita o retirada.",
    "The keys can't be checked just now.": "Ahora mismo no se pueden comprobar las claves.",
    "Try again in a few seconds.": "Inténtelo de nuevo dentro de unos segundos.",
    "The service has as much to do as it can take.": "El servicio tiene todo el trabajo que admite.",
    "The request has waited for {seconds} seconds, longer than it may.": "La petición ha esperado {seconds} segundos, más "
    "de lo que puede.",
    "The service is starting.": "El servicio se está iniciando.",
    "The service is draining.": "El servicio se está deteniendo.",
    "The service is failed.": "El servicio ha fallado.",
    "Something went wrong here; it has been logged.": "Algo ha fallado aquí; ha quedado registrado.",
    "Not Found": "No existe",
    "Method Not Allowed": "Método no permitido",
    # translation and languages
    "{code} is not a language known here; known are {known}": "{code} no es una lengua conocida aquí; se conocen {known}",
    "There are {count} characters; {most} are allowed.": "Hay {count} caracteres; se admiten {most}.",
    "Braille becomes text; format can be json or text, not {name}.": "El braille se convierte en texto; format puede ser "
    "json o text, no {name}.",
    "The body is JSON with text or braille.": "El cuerpo es JSON con text o braille.",
    "Send either text or braille.": "Envíe text o braille, uno de los dos.",
    "{character} ({code}), line {line}, column {column}, cannot be written in Braille for {language}": "{character} "
    "({code}), línea {line}, columna {column}, no se puede escribir en braille para {language}",
    "{character} ({code}, character {number}) is not ASCII Braille.": "{character} ({code}, carácter {number}) no es "
    "braille ASCII.",
    # formats
    "The picture of page {number} is not at hand; this format shows it.": "Falta la imagen de la página {number}, que este "
    "formato muestra.",
    "A marked picture needs the picture that was read.": "Una imagen marcada necesita la imagen que se leyó.",
    "The document has {pages} pages; a marked picture shows 1 to {most}.": "El documento tiene {pages} páginas; una imagen "
    "marcada muestra de 1 a {most}.",
    "Ask for a pdf.": "Pida un pdf.",
    # bulk jobs
    "The body is JSON with the files of the job.": "El cuerpo es JSON con los archivos del trabajo.",
    "The job has {files} files; {most} are allowed.": "El trabajo tiene {files} archivos; se admiten {most}.",
    "Make several jobs.": "Haga varios trabajos.",
    "File {number} has {size} MB; {most} MB are allowed.": "El archivo {number} tiene {size} MB; se admiten {most} MB.",
    "You have no job with this id.": "No tiene ningún trabajo con este identificador.",
    "It may be mistyped, expired or erased.": "Quizá esté mal escrito, caducado o borrado.",
    "The job is started; nothing can be uploaded to it any more.": "El trabajo ya ha empezado; no se le puede enviar nada "
    "más.",
    "The job is so large that not all of it is erased yet.": "El trabajo es tan grande que aún no se ha borrado entero.",
    "Ask once more.": "Pídalo otra vez.",
    "The job has not ended.": "El trabajo no ha terminado.",
    "Ask for its results page by page, or wait.": "Pida sus resultados página a página, o espere.",
    "Bulk jobs are not set up here: there is no bucket.": "Aquí no hay trabajos: no hay un almacén configurado.",
    "Send few pages at once to /v1/read.": "Envíe pocas páginas de una vez a /v1/read.",
    "after is not what `next` of an answer was.": "after no es el `next` de ninguna respuesta.",
}
