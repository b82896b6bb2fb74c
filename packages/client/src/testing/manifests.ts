/** Files that a test's message offers; what a test does not say follows from the number. */
import type { FileManifest, TransferId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";

export function manifestOf(number: number, change: Partial<FileManifest> = {}): FileManifest {
  return {
    transfer: idOf<TransferId>(new Uint8Array(16).fill(number)),
    path: ["summer", `beach ${number}.jpg`],
    sizeBytes: 1000 * number,
    mediaType: "image/jpeg",
    modifiedAtMs: 1_795_248_000_000,
    key: new Uint8Array(32).fill(number),
    root: new Uint8Array(32).fill(number + 100),
    picture: {
      width: 40,
      height: 30,
      placeholder: new Uint8Array(25).fill(7),
      thumbnail: new Uint8Array(50).fill(8),
    },
    ...change,
  };
}
