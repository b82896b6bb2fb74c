/** Tables of a JPEG picture (ITU-T T.81, B.2.4): nothing may hide behind their end. */
import { u8 } from "../bytes.ts";

const DHT = 0xc4;
const DQT = 0xdb;
const DRI_BYTES = 2;

/** Whether a segment of tables (DHT, DQT) or the restart interval (DRI) is exactly as long as what it holds. */
export function isTableWhole(marker: number, data: Uint8Array): boolean {
  if (marker === DHT) return endsExactly(data, huffmanBytes);
  if (marker === DQT) return endsExactly(data, (from) => (u8(data, from) >> 4 === 0 ? 65 : 129));
  return data.length === DRI_BYTES;
}

function endsExactly(data: Uint8Array, bytesAt: (from: number, data: Uint8Array) => number): boolean {
  let at = 0;
  while (at < data.length) at += bytesAt(at, data);
  return at === data.length && at > 0;
}

/** Class and number, how many codes there are of each of 16 lengths, and as many values. */
function huffmanBytes(from: number, data: Uint8Array): number {
  let values = 0;
  for (let length = 1; length <= 16; length++) values += u8(data, from + length);
  return 17 + values;
}
