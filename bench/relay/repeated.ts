/** The frame up to `max` times in a row, made once. */
export function repeated(frame: Uint8Array, max: number): (count: number) => Uint8Array {
  const all = Buffer.concat(Array.from({ length: max }, () => frame));
  return (count) => all.subarray(0, count * frame.length);
}
