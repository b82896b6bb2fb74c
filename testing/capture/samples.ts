/** Traffic made by hand, for tests. */
import type { GroupId } from "@sotto/protocol";
import {
  concatBytes,
  encodeClientFrame,
  encodeMessageBinding,
  encodeServerFrame,
  idBytes,
} from "@sotto/protocol";

const GROUP = "0123456789abcdef0123456789abcdef" as GroupId;
const INDEX = 7;
export const ID = "f".repeat(32);

const vector = (...parts: Uint8Array[]): Uint8Array => {
  const body = concatBytes(...parts);
  return concatBytes(Uint8Array.of(0x40 | (body.length >> 8), body.length & 255), body);
};

/** An MLS PrivateMessage whose encrypted parts are filler. */
export function mlsMessage({
  group = GROUP,
  index = INDEX,
  contentType = 1,
  wireFormat = 2,
  fill = 0,
} = {}): Uint8Array {
  const headHash = new Uint8Array(32);
  return concatBytes(
    Uint8Array.of(0, 1, 0, wireFormat),
    vector(idBytes(group)),
    new Uint8Array(8),
    Uint8Array.of(contentType),
    vector(encodeMessageBinding({ index, headHash, base: 0, takenIndex: 0 })),
    vector(new Uint8Array(28)),
    vector(new Uint8Array(300).fill(fill)),
  );
}

/** A frame that posts the message. */
export function post(ciphertext: Uint8Array, requestId = 1): Uint8Array {
  const frame = { type: "post", resume: false, group: GROUP, index: INDEX, storeCounter: 3 } as const;
  return encodeClientFrame({ ...frame, requestId, ciphertext });
}

/** The server's answer to it. */
export function ok(requestId = 1): Uint8Array {
  return encodeServerFrame({ type: "ok", requestId, number: 0 });
}

/** The payload on a socket, by default as clients send it. */
export function webSocketFrame(
  payload: Uint8Array,
  { masked = true, opcode = 2, reserved = 0 } = {},
): Uint8Array {
  const head = Uint8Array.of(
    0x80 | reserved | opcode,
    (masked ? 0x80 : 0) | 126,
    payload.length >> 8,
    payload.length & 255,
  );
  if (!masked) return concatBytes(head, payload);
  const key = Uint8Array.of(1, 2, 3, 4);
  return concatBytes(
    head,
    key,
    payload.map((byte, i) => byte ^ (key[i % 4] as number)),
  );
}

/** The heads of request and answer that make a connection a socket. */
export const UPGRADE = [
  "GET /v1/socket HTTP/1.1",
  "Host: 127.0.0.1:5555",
  "Connection: Upgrade",
  "Upgrade: websocket",
  `Sec-WebSocket-Key: ${"A".repeat(22)}==`,
  "",
  "",
].join("\r\n");
export const SWITCHING =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
