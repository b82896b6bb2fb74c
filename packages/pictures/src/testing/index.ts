/** Pictures with everything in them that pictures must not be sent with, for tests here and elsewhere. They run in Node. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "fixtures");

/** All files but the description, by name. How they were made: fixtures/README.md. */
export const FIXTURES: ReadonlyMap<string, Uint8Array> = new Map(
  readdirSync(FOLDER)
    .filter((name) => !name.endsWith(".md"))
    .map((name) => [name, new Uint8Array(readFileSync(join(FOLDER, name)))]),
);

/** What was planted into them: names, a display's serial number, and the degrees and minutes of a place as EXIF has them in both byte orders. */
const PLANTED: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries({
    text: Buffer.from("PLANTED"),
    "text in a profile": Buffer.from("PLANTED", "utf16le").swap16(),
    "serial number": Buffer.from("C02XK1", "utf16le").swap16(),
    script: Buffer.from("<script>"),
    archive: Buffer.from("PK\u0003\u0004"),
    "place, little-endian": Buffer.from("2f000000010000001600000001000000", "hex"),
    "place, big-endian": Buffer.from("0000002f000000010000001600000001", "hex"),
  }),
);

/** Names of what was planted and is still there. */
export function plantedIn(bytes: Uint8Array): readonly string[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...PLANTED].filter(([, needle]) => whole.includes(needle)).map(([name]) => name);
}

/** The fixture; throws if there is none of the name. */
export function fixture(name: string): Uint8Array {
  const bytes = FIXTURES.get(name);
  if (bytes === undefined) throw new RangeError(`no fixture ${name}`);
  return bytes;
}
