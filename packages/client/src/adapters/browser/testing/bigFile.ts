/** Files of any size that cost no memory: every leaf is a few bytes of its own and one `Blob` that all of them share. */

const LEAF_BYTES = 1024 * 1024;
const NUMBER_BYTES = 4;

/** Leaf i begins with i. */
export function bigFile(name: string, sizeBytes: number): File {
  const rest = new Blob([new Uint8Array(LEAF_BYTES - NUMBER_BYTES).fill(0xa5)]);
  const parts: Blob[] = [];
  for (let leaf = 0; leaf * LEAF_BYTES < sizeBytes; leaf++) {
    const left = sizeBytes - leaf * LEAF_BYTES;
    parts.push(new Blob([numberOf(leaf)]).slice(0, left), rest.slice(0, Math.max(0, left - NUMBER_BYTES)));
  }
  return new File(parts, name, { type: "application/octet-stream" });
}

/** Whether it is that leaf of a {@link bigFile}. */
export function isLeafOf(content: Uint8Array, leaf: number): boolean {
  const expected = numberOf(leaf);
  return content.every((byte, at) => byte === (expected[at] ?? 0xa5));
}

function numberOf(leaf: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(NUMBER_BYTES);
  new DataView(bytes.buffer).setUint32(0, leaf);
  return bytes;
}
