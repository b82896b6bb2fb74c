/**
 * The name under which something from others is saved (FIL-9): one part of a path, for any file system, that shows what it is. Nothing is decoded:
 * `%2e` stays three characters. What exists already under that name is the caller's affair.
 */
import { utf8 } from "./bytes.ts";

/** In UTF-8; leaves room for " (99)" and ".part" within the 255 bytes that file systems take. */
const MAX_BYTES = 240;
/** An extension that is longer is none. */
const MAX_EXTENSION_CHARS = 16;
const ELLIPSIS = "…";

/**
 * Controls, bidirectional marks, and what shows nothing; but joiners and variation selectors, which scripts and emoji need. Interlinear annotations
 * and the line separators are no "default ignorables" of Unicode.
 */
const INVISIBLE =
  /(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
/** Separators of paths, drives and streams, wildcards and quotes: all that Windows refuses. */
const RESERVED_CHARACTERS = /[/\\:*?"<>|]/g;
/** Dots and spaces at an end hide a file or vanish; so does what shows nothing beside them. */
const EDGE = /^(?:[.\s]|\u200c|\u200d|[\ufe00-\ufe0f])$/;
/** Devices of Windows, whatever the extension, and also with spaces before it. */
const DEVICES = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/** The same for what is safe already. */
export function safeFileName(name: string): string {
  const visible = name
    .toWellFormed()
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .replace(RESERVED_CHARACTERS, "_")
    .replace(/\s+/g, " ");
  // What was apart can belong together now.
  const shown = withoutEdges(visible).normalize("NFC");
  if (shown === "") return "file";
  // A dash in front makes an option of it: `rm *`.
  const plain = shown.replace(/^-/, "_");
  return shortened(DEVICES.test(plain) ? `_${plain}` : plain);
}

function withoutEdges(text: string): string {
  const characters = Array.from(text);
  const isInner = (character: string): boolean => !EDGE.test(character);
  return characters.slice(characters.findIndex(isInner), characters.findLastIndex(isInner) + 1).join("");
}

/** Cut in the middle, between code points: the beginning, the last characters before the extension, and the extension stay. */
function shortened(name: string): string {
  if (utf8(name).length <= MAX_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION_CHARS + 1 ? name.slice(dot) : "";
  const stem = Array.from(name.slice(0, name.length - extension.length));
  const room = MAX_BYTES - utf8(ELLIPSIS).length - utf8(extension).length;
  const tail = fitting(stem.toReversed(), Math.floor(room / 4)).toReversed();
  const head = fitting(stem, room - utf8(tail.join("")).length);
  return head.join("") + ELLIPSIS + tail.join("") + extension;
}

/** As many of the first characters as have so many bytes. */
function fitting(characters: readonly string[], maxBytes: number): string[] {
  let left = maxBytes;
  const end = characters.findIndex((character) => (left -= utf8(character).length) < 0);
  return characters.slice(0, end);
}
