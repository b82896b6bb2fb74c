/** Files that people offer in place of a plain text: random manifests, nothing of which is ever moved. */
import type { FileManifest } from "@sotto/protocol";
import { bytesEqual, FILE_KEY_BYTES, HASH_BYTES, idOf } from "@sotto/protocol";
import { createRandom } from "./random.ts";

/** The same for the same world and text, beside the world's own randomness; mostly none. */
export function offersOf(seed: number, text: string): readonly FileManifest[] {
  const random = createRandom(seed, `files of ${text}`);
  if (!random.chance(0.2)) return [];
  return Array.from({ length: random.between(1, 3) }, () => ({
    transfer: idOf(random.bytes(16)),
    path: random.chance(0.3) ? ["folder", "picture.png"] : ["picture.png"],
    sizeBytes: random.between(0, 5_000_000),
    mediaType: "image/png",
    modifiedAtMs: random.chance(0.5) ? null : random.between(0, 1_000_000),
    key: random.bytes(FILE_KEY_BYTES),
    root: random.bytes(HASH_BYTES),
    picture: random.chance(0.5)
      ? null
      : { width: 40, height: 30, placeholder: random.bytes(25), thumbnail: random.bytes(600) },
  }));
}

/** They name the same transfers, and open with the same keys to the same content. */
export function areSameFiles(a: readonly FileManifest[], b: readonly FileManifest[]): boolean {
  const same = (one: FileManifest, other: FileManifest | undefined): boolean =>
    one.transfer === other?.transfer &&
    one.sizeBytes === other.sizeBytes &&
    bytesEqual(one.key, other.key) &&
    bytesEqual(one.root, other.root);
  return a.length === b.length && a.every((file, i) => same(file, b[i]));
}
