/** JSON of HTTP bodies, read by both sides from the other. */

/** Objects and arrays in one body. Ours have fewer than ten but for a claim of key packages; text in them has no brackets. */
const MAX_JSON_BRACKETS = 1000;

/**
 * The value, or `undefined` if the text is not JSON or opens more than 1,000 brackets: the parser takes 100 ms and more for 2 MiB of
 * them, however soon the schema would refuse what comes out.
 */
export function parseJson(text: string): unknown {
  if (countBrackets(text) > MAX_JSON_BRACKETS) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}

function countBrackets(text: string): number {
  let count = 0;
  for (const bracket of ["[", "{"]) {
    for (
      let at = text.indexOf(bracket);
      at >= 0 && count <= MAX_JSON_BRACKETS;
      at = text.indexOf(bracket, at + 1)
    )
      count++;
  }
  return count;
}
