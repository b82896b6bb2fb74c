/** WebSocket frames (RFC 6455 §5.2): of a stream that is still growing, and by field. */
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";
import { countCutOff } from "./httpMessages.ts";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface WebSocketFrame {
  readonly final: boolean;
  readonly opcode: number;
  /** Frame header, masking key included. */
  readonly headerBytes: number;
  readonly masked: boolean;
  /** Unmasked. */
  readonly payload: Uint8Array;
}

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const MASK_BYTES = 4;

/** The frame at the beginning of the bytes, or `undefined` while it is not all there. Throws {@link Undocumented} for a set reserved bit. */
export function firstWebSocketFrame(bytes: Uint8Array): WebSocketFrame | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  if ((first & RESERVED) !== 0) throw new Undocumented("a WebSocket extension");
  const short = second & 127;
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  const masked = (second & MASKED) !== 0;
  const headerBytes = 2 + extended + (masked ? MASK_BYTES : 0);
  if (bytes.length < headerBytes) return undefined;
  const length =
    extended === 0 ? short : bytes.subarray(2, 2 + extended).reduce((value, byte) => value * 256 + byte, 0);
  if (bytes.length < headerBytes + length) return undefined;
  const payload = bytes.slice(headerBytes, headerBytes + length);
  if (masked) {
    const key = bytes.subarray(headerBytes - MASK_BYTES, headerBytes);
    for (let i = 0; i < length; i++) payload[i] = (payload[i] as number) ^ (key[i % MASK_BYTES] as number);
  }
  return { final: (first & FINAL) !== 0, opcode: first & 15, headerBytes, masked, payload };
}

/**
 * All frames of one direction by field. Messages are binary and unfragmented; pings carry nothing.
 *
 * @param fromClient clients mask, servers do not (§5.1)
 * @param message explains the payload of a message
 */
export function readWebSocket(
  reader: FieldReader,
  fromClient: boolean,
  message: (reader: FieldReader) => void,
): void {
  while (reader.left > 0) {
    const frame = firstWebSocketFrame(reader.view());
    if (frame === undefined) return countCutOff(reader);
    if (!frame.final || frame.masked !== fromClient)
      throw new Undocumented("WebSocket frame with the wrong flags");
    const parse = payloadParser(frame.opcode, message);
    const unmasked = frame.headerBytes - (fromClient ? MASK_BYTES : 0);
    reader.take("websocket: frame header", unmasked);
    if (fromClient) reader.take("websocket: masking key", MASK_BYTES);
    reader.recoded("websocket message", frame.payload.length, "", () => frame.payload, parse);
  }
}

function payloadParser(
  opcode: number,
  message: (reader: FieldReader) => void,
): (reader: FieldReader) => void {
  switch (opcode) {
    case OPCODE.binary:
      return message;
    case OPCODE.close:
      return readClose;
    case OPCODE.ping:
    case OPCODE.pong:
      return () => {};
    default:
      throw new Undocumented(`WebSocket opcode ${opcode}`);
  }
}

function readClose(reader: FieldReader): void {
  if (reader.left === 0) return;
  reader.take("websocket: close code", 2);
  reader.take("websocket: close reason", reader.left);
}
