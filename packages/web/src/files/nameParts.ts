/** A name in two parts, so that what is cut is its middle: the end says what kind of file it is. */

/** Characters of the stem that stay in front of the extension. */
const TAIL_CHARS = 6;
/** An extension that is longer is none. */
const MAX_EXTENSION_CHARS = 10;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export interface NameParts {
  /** May be shortened to fit. */
  readonly head: string;
  /** Always shown. */
  readonly tail: string;
}

export function namePartsOf(name: string): NameParts {
  const dot = name.lastIndexOf(".");
  const hasExtension = dot > 0 && name.length - dot - 1 <= MAX_EXTENSION_CHARS;
  const stem = hasExtension ? name.slice(0, dot) : name;
  const characters = [...segmenter.segment(stem)].map(({ segment }) => segment);
  const cut = Math.max(characters.length - TAIL_CHARS, Math.ceil(characters.length / 2));
  // A space would stand beside the dots.
  const head = characters.slice(0, characters[cut] === " " ? cut + 1 : cut).join("");
  return { head, tail: name.slice(head.length) };
}

/** What is written on a file's icon: its extension, `undefined` when it has none worth reading. */
export function extensionOf(name: string): string | undefined {
  const found = /[^.]\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
  return found?.toLowerCase();
}
