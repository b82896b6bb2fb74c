/** A QR code in the characters of a terminal. */
import encodeQR from "qr";

/** ISO/IEC 18004 asks for four light modules on each side. */
const QUIET_ZONE = 4;
/** Black on white, whatever the terminal's own colours are. */
const COLOURS = "\u001B[30;107m";
const PLAIN = "\u001B[0m";

/**
 * The code's lines, two rows of modules in each. Without `colours` light modules are drawn and dark ones left out, which is right where
 * the background is dark; many readers take it inverted, too.
 */
export function qrText(text: string, colours: boolean): string {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  const isInk = (y: number, x: number): boolean => (rows[y]?.[x] ?? false) === colours;
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const signs = Array.from({ length: rows.length }, (_, x) => signOf(isInk(y, x), isInk(y + 1, x)));
    const line = signs.join("");
    lines.push(colours ? `${COLOURS}${line}${PLAIN}` : line);
  }
  return lines.join("\n");
}

function signOf(upper: boolean, lower: boolean): string {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}
