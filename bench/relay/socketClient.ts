/**
 * The client's side of a WebSocket (RFC 6455) for load: several frames go out in one write and nothing is decoded beyond the frame's bounds, so that one core
 * of load fills one core of server. Not for anything else: it trusts the server and knows no fragments.
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { connect } from "node:net";

export const TEXT = 1;
export const BINARY = 2;
const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

export interface SocketClient {
  /** Frames made by {@link maskedFrame}, any number of them. */
  send(frames: Uint8Array): void;
  /** Closes without ceremony. */
  destroy(): void;
}

export interface SocketListener {
  /** One message; `payload` is valid during the call only. */
  readonly onMessage: (opcode: number, payload: Buffer) => void;
  /** After the last message of what came at once. */
  readonly onTurnEnd: () => void;
  /** The connection ended, though nobody asked for that. */
  readonly onLost: () => void;
}

/** Bytes before the payload of a masked frame of this size. */
export function maskedHeadBytes(payloadBytes: number): number {
  return payloadBytes < LENGTH_16 ? 6 : 8;
}

/** One frame under the mask 0, which is a mask like any other to the server and saves the load generator the work. Up to 64 KiB. */
export function maskedFrame(opcode: number, payload: Uint8Array): Buffer {
  const head = maskedHeadBytes(payload.length);
  const frame = Buffer.alloc(head + payload.length);
  frame[0] = FINAL | opcode;
  if (payload.length < LENGTH_16) frame[1] = MASKED | payload.length;
  else {
    frame[1] = MASKED | LENGTH_16;
    frame.writeUInt16BE(payload.length, 2);
  }
  frame.set(payload, head);
  return frame;
}

/** Resolves when the server has agreed to speak WebSocket at that path of this machine. */
export async function connectSocket(
  port: number,
  path: string,
  listener: SocketListener,
): Promise<SocketClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const upgraded = Promise.withResolvers<Buffer>();
  let head = Buffer.alloc(0);
  const onHead = (bytes: Buffer): void => {
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    socket.off("data", onHead);
    if (head.toString("latin1", 0, 12) === "HTTP/1.1 101") upgraded.resolve(head.subarray(end + 4));
    else upgraded.reject(new Error(`no WebSocket: ${head.toString("latin1", 0, end)}`));
  };
  socket.on("data", onHead);
  socket.on("error", upgraded.reject);
  socket.on("close", () => upgraded.reject(new Error("the connection ended")));
  socket.write(
    [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      "\r\n",
    ].join("\r\n"),
  );
  const rest = await upgraded.promise;
  return speak(socket, rest, listener);
}

function speak(
  socket: Socket,
  first: Buffer,
  { onMessage, onTurnEnd, onLost }: SocketListener,
): SocketClient {
  let wanted = true;
  let left: Buffer = Buffer.alloc(0);
  const onData = (bytes: Buffer): void => {
    const all = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
    left = all.subarray(readFrames(all, onMessage));
    onTurnEnd();
  };
  socket.on("data", onData);
  socket.on("close", () => {
    if (wanted) onLost();
  });
  if (first.length > 0) onData(first);
  return {
    send: (frames) => void socket.write(frames),
    destroy() {
      wanted = false;
      socket.destroy();
    },
  };
}

/** Tells of every whole frame; where the first incomplete one begins. */
function readFrames(bytes: Buffer, onMessage: SocketListener["onMessage"]): number {
  let offset = 0;
  while (bytes.length - offset >= 2) {
    const short = (bytes[offset + 1] ?? 0) & 0x7f;
    const head = short < LENGTH_16 ? 2 : short === LENGTH_64 ? 10 : 4;
    if (bytes.length - offset < head) break;
    const size =
      head === 2 ? short : head === 4 ? bytes.readUInt16BE(offset + 2) : bytes.readUInt32BE(offset + 6);
    const end = offset + head + size;
    if (end > bytes.length) break;
    onMessage((bytes[offset] ?? 0) & 0x0f, bytes.subarray(offset + head, end));
    offset = end;
  }
  return offset;
}
