// The shapes of data that the modules share. Names of the service's document are as docs/document.schema.json has them.

/**
 * @typedef {[number, number, number, number]} Box x1, y1, x2, y2 in pixels of the picture as sent
 *
 * @typedef {object} Cell
 * @property {string} dots raised dots as ascending digits; "" for a blank
 * @property {string} braille the same as a Unicode character
 * @property {string} text the part of the line's text that the cell stands for
 * @property {Box} [box]
 * @property {number} [confidence] 0 to 1
 * @property {string} [doubtful] why the reading is uncertain
 * @property {{dots: string, braille: string, confidence: number}[]} [alternatives]
 * @property {boolean} [checked] a person has confirmed or changed it
 * @property {{dots: string, text: string}} [was] what the service had read, once a person has changed it
 *
 * @typedef {{text: string, braille: string, cells: Cell[]}} Line
 * @typedef {{kind: string, text: string, lines: number[]}} Paragraph
 * @typedef {{code: string, message: string}} Advice
 *
 * @typedef {{line: number, cell: number}} Place a cell of a page; `cell` may be one past the last: the line's end
 *
 * @typedef {object} Content what a correction changes
 * @property {Line[]} lines
 * @property {Paragraph[]} paragraphs
 * @property {boolean} stale whether the texts do not follow from the cells yet
 * @property {Place} cursor
 *
 * @typedef {object} Page one side of one sheet that was read
 * @property {string} id
 * @property {string} item id of the file that it comes from
 * @property {string} source
 * @property {number} sourcePage
 * @property {"front" | "back"} side
 * @property {number} width of the picture as sent, upright by its EXIF orientation
 * @property {number} height
 * @property {number} rotation clockwise degrees that make the text upright
 * @property {Advice[]} advice
 * @property {string} language
 * @property {Code} [code] edition of the Spanish code, where it is not the current one
 * @property {object} model
 * @property {boolean} edited whether a person has corrected it
 * @property {Content} content
 * @property {Content[]} past contents before, for undo
 * @property {Content[]} future contents undone, for redo
 *
 * @typedef {"waiting" | "preparing" | "sending" | "reading" | "done" | "failed" | "stopped"} Stage
 *
 * @typedef {object} Item one file that the person has chosen
 * @property {string} id
 * @property {string} name
 * @property {Stage} stage
 * @property {number} [progress] 0 to 1, while it is being sent
 * @property {number} [since] when it began to be read, milliseconds
 * @property {string} [note] why it takes longer
 * @property {{code: string, detail: string}} [problem]
 * @property {string[]} pages ids
 * @property {string} [job] id of the bulk job that reads it
 * @property {number} [jobFile] its number in the job
 *
 * @typedef {"current" | "before-2023"} Code edition of the Spanish code
 *
 * @typedef {object} Options
 * @property {string} language
 * @property {"front" | "both"} sides
 * @property {"page" | "flow"} layout
 * @property {"auto" | "0" | "90" | "180" | "270"} rotation
 * @property {Code} code
 * @property {boolean} job
 * @property {boolean} marks
 * @property {boolean} doubts
 * @property {boolean} letters
 * @property {boolean} braille
 *
 * @typedef {object} State
 * @property {Item[]} items in the order of the document
 * @property {Record<string, Page>} pages
 * @property {string | null} selected id of the page that is shown, or of the file that failed
 * @property {boolean} correcting
 * @property {Options} options
 *
 * @typedef {object} ServiceFacts
 * @property {string} build
 * @property {string[]} files
 * @property {string[]} formats
 * @property {string[]} key scopes that need a key
 * @property {boolean} jobs
 * @property {boolean} rotation
 * @property {number} max_body_bytes
 * @property {number} max_files
 */

export {};
