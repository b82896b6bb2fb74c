/** Colours, on a terminal that wants them (no-color.org). The terminal's own palette, so that its theme decides how they look. */
import type { Output } from "../shell.ts";

export interface Style {
  dim(text: string): string;
  bold(text: string): string;
  /** Names of others. */
  other(text: string): string;
  /** The own name. */
  own(text: string): string;
  warning(text: string): string;
}

const plain = (text: string): string => text;
const sgr = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

export const PLAIN: Style = { dim: plain, bold: plain, other: plain, own: plain, warning: plain };

const COLOURED: Style = {
  dim: sgr(2, 22),
  bold: sgr(1, 22),
  other: sgr(36, 39),
  own: sgr(32, 39),
  warning: sgr(33, 39),
};

/** Colours only on a terminal that knows them, and not when NO_COLOR holds anything. */
export function styleFor(
  output: Pick<Output, "isTTY">,
  env: Readonly<Record<string, string | undefined>>,
): Style {
  return output.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? COLOURED : PLAIN;
}
