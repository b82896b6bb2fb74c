/** How a line is printed above the one being typed, as the bytes that do it. */

/**
 * Clears the typed line, prints `text`, and leaves the cursor where the line is to be drawn again. `cursorRows` is the cursor's row within the
 * typed line, counted from its prompt. readline moves up by as many rows before it draws, hence as many empty ones are made.
 */
export function printAbove(cursorRows: number, text: string): string {
  return `${eraseTyped(cursorRows)}${text}\n${"\n".repeat(cursorRows)}`;
}

/** Takes away the line being typed, prompt and all. */
export function eraseTyped(cursorRows: number): string {
  return `${up(cursorRows)}\r\u001b[J`;
}

/** Takes away a line that was just entered; `lastRow` is the row of its end, counted from its prompt. The cursor stands below it. */
export function eraseEntered(lastRow: number): string {
  return eraseTyped(lastRow + 1);
}

function up(rows: number): string {
  return rows > 0 ? `\u001b[${rows}A` : "";
}
