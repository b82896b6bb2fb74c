/** What a terminal shows after some output: just as much of ECMA-48 as readline and the chat use. */

export interface Shown {
  readonly rows: readonly string[];
  readonly cursor: readonly [row: number, column: number];
}

/** Lines scroll off nothing: the screen is as high as it needs to be. */
export function screenOf(output: string, columns: number): Shown {
  const rows: string[][] = [[]];
  let row = 0;
  let column = 0;
  const goTo = (nextRow: number, nextColumn: number): void => {
    row = Math.max(0, nextRow);
    column = Math.max(0, Math.min(nextColumn, columns - 1));
    while (rows.length <= row) rows.push([]);
  };
  const control = (parameters: string, final: string): void => {
    const count = Number(parameters.split(";")[0] || 1);
    if (final === "A") goTo(row - count, column);
    else if (final === "B") goTo(row + count, column);
    else if (final === "C") goTo(row, column + count);
    else if (final === "D") goTo(row, Math.min(column, columns - 1) - count);
    else if (final === "G") goTo(row, count - 1);
    else if (final === "J" || final === "K") {
      rows[row]?.splice(column);
      if (final === "J") rows.splice(row + 1);
    } else if (final !== "m") throw new Error(`unknown control sequence ${parameters}${final}`);
  };
  // oxlint-disable-next-line no-control-regex -- it reads control sequences
  for (const [piece, parameters, final] of output.matchAll(/\u001b\[([0-9;]*)([A-Za-z])|[^]/gu)) {
    if (final !== undefined) control(parameters ?? "", final);
    else if (piece === "\r") goTo(row, 0);
    else if (piece === "\n") goTo(row + 1, 0);
    else {
      // The column after the last one exists only in waiting: the next letter wraps.
      if (column === columns) goTo(row + 1, 0);
      const line = rows[row] as string[];
      while (line.length < column) line.push(" ");
      line[column++] = piece;
    }
  }
  return { rows: rows.map((line) => line.join("").trimEnd()), cursor: [row, column] };
}
