/** How a text is set: its web addresses, and whether it is nothing but a few emoji. */

export interface TextPart {
  readonly text: string;
  /** Where a press leads: an http or https address; without it the part is plain text. */
  readonly href?: string;
}

/** Ends at spaces, at what cannot stand in an address, and at characters that turn the direction of text around. */
const ADDRESS = /https?:\/\/[^\s<>"“”«»\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
/** Punctuation of the sentence around an address. */
const TRAILING = /[.,;:!?'’。，、！？…]+$/u;
const CLOSERS = { ")": "(", "]": "[", "}": "{" } as const;

/** The text in order, cut at its addresses. Together the parts are the text. */
export function partsOf(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutPunctuation(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** `undefined` for what is no address, and for one with a name before the host: it reads as another place than it leads to. */
function hrefOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
}

/** Without what ends the sentence, and without a closing bracket that was opened before the address. */
function withoutPunctuation(address: string): string {
  const trimmed = address.replace(TRAILING, "");
  const last = trimmed.at(-1) as keyof typeof CLOSERS | undefined;
  const opener = last && CLOSERS[last];
  if (last === undefined || opener === undefined || count(trimmed, opener) >= count(trimmed, last))
    return trimmed;
  return withoutPunctuation(trimmed.slice(0, -1));
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

const MAX_LARGE_EMOJI = 3;
/** Longer texts are not asked for it. */
const MAX_LARGE_CHARS = 64;
const EMOJI = /^\p{RGI_Emoji}$/v;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** True for one to three emoji and nothing else. */
export function isLargeEmoji(text: string): boolean {
  if (text.length > MAX_LARGE_CHARS) return false;
  const characters = [...segmenter.segment(text.replace(/\s/gu, ""))].map(({ segment }) => segment);
  return (
    characters.length > 0 &&
    characters.length <= MAX_LARGE_EMOJI &&
    characters.every((one) => EMOJI.test(one))
  );
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Scripts whose characters fill the line need more room between lines. */
export function needsTallLines(text: string): boolean {
  return CJK.test(text);
}
