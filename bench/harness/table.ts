/** Tables of figures for people. */
import type { Column, Figures } from "./contest.ts";

/** One line per peer under a line of labels, columns aligned to the right. */
export function tableOf(columns: readonly Column[], figures: Readonly<Record<string, Figures>>): string {
  const rows = [
    ["", ...columns.map(({ label }) => label)],
    ...Object.entries(figures).map(([peer, values]) => [
      peer,
      ...columns.map(({ key, digits }) => grouped(values[key] ?? Number.NaN, digits)),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The number with thousands apart. */
function grouped(value: number, digits: number): string {
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
