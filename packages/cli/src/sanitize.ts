/**
 * Makes text from others safe for a terminal (ATTACKS 20): nothing that moves the cursor, changes colours or the window's title, answers
 * back, reorders what is read, or hides.
 */

/**
 * CSI sequences and terminated OSC, DCS, SOS, PM, APC strings with 7-bit or 8-bit introducers (ECMA-48 §5.4, §5.6). A string ends at any
 * control, so that a million introducers are read once each.
 */
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- controls are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])\P{Cc}*(?:\u0007|\u001b\\|\u009c)/gu;

/** C0 but tab and newline, DEL, C1: what is left of sequences cut short or nested. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** Bidirectional marks, embeddings, overrides and isolates (Unicode UAX 9), and characters that show nothing: no one can check them. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Marks stacked on one letter beyond any script's need draw over the lines above and below. */
const STACKED_MARKS = /(\p{M}{8})\p{M}+/gu;

const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;

/** Text of several lines: newlines stay, a tab becomes four spaces, joiners that scripts and emoji need stay. */
export function sanitizeText(text: string): string {
  return text
    .toWellFormed()
    .replace(SEQUENCES, "")
    .replace(LINE_ENDS, "\n")
    .replace(CONTROLS, "")
    .replace(INVISIBLE, "")
    .replace(STACKED_MARKS, "$1")
    .replaceAll("\t", "    ");
}

/** Text for one line: names and whatever stands within a sentence. */
export function sanitizeLine(text: string): string {
  return sanitizeText(text).replace(/\s+/g, " ").trim();
}

/** JSON whose bytes are harmless on a terminal as well, without changing what it means. `JSON.stringify` escapes C0 alone. */
export function terminalSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (symbol) => `\\u${symbol.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
