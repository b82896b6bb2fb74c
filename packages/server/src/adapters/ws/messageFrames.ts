/**
 * Messages as WebSocket frames of a server (RFC 6455 §5.2: final, binary, not masked), all in one piece of memory: what one commit brings for a
 * socket goes out in one write. The library would write each message, and its two bytes of head, by itself.
 */

const FINAL_BINARY = 0x82;
/** Lengths from here on take two more bytes … */
const LENGTH_16 = 126;
/** … and from 2^16 on eight. */
const LENGTH_64 = 127;

export function frameMessages(messages: readonly Uint8Array[]): Uint8Array {
  const frames = new Uint8Array(messages.reduce((size, { length }) => size + headBytes(length) + length, 0));
  const view = new DataView(frames.buffer);
  let offset = 0;
  for (const message of messages) {
    const head = headBytes(message.length);
    view.setUint8(offset, FINAL_BINARY);
    view.setUint8(offset + 1, head === 2 ? message.length : head === 4 ? LENGTH_16 : LENGTH_64);
    if (head === 4) view.setUint16(offset + 2, message.length);
    // The upper half of 64 bits stays 0.
    if (head === 10) view.setUint32(offset + 6, message.length);
    frames.set(message, offset + head);
    offset += head + message.length;
  }
  return frames;
}

function headBytes(length: number): 2 | 4 | 10 {
  if (length < LENGTH_16) return 2;
  return length < 2 ** 16 ? 4 : 10;
}
