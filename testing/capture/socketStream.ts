/** One direction of a connection as it grows: past the head of the upgrade, message by message. */
import { concatBytes } from "@sotto/protocol";
import { OPCODE, firstWebSocketFrame } from "./webSocketFrames.ts";

/** Takes the next bytes; gives the binary messages, unmasked, that are complete with them. */
export type SocketStream = (bytes: Uint8Array) => readonly Uint8Array[];

const BEGINNINGS: readonly string[] = ["GET /v1/socket ", "HTTP/1.1 101 "];
const END_OF_HEAD = "\r\n\r\n";

/** A stream of a connection that may or may not become a socket; one that does not gives nothing. */
export function createSocketStream(): SocketStream {
  let state: "head" | "messages" | "other" = "head";
  let rest: Uint8Array = new Uint8Array(0);

  function skipHead(): void {
    const text = Buffer.from(rest).toString("latin1");
    if (!BEGINNINGS.some((beginning) => beginning.startsWith(text) || text.startsWith(beginning))) {
      state = "other";
      return;
    }
    const end = text.indexOf(END_OF_HEAD);
    if (end < 0) return;
    state = "messages";
    rest = rest.subarray(end + END_OF_HEAD.length);
  }

  function takeMessages(): readonly Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (;;) {
      const frame = firstWebSocketFrame(rest);
      if (frame === undefined) return messages;
      rest = rest.subarray(frame.headerBytes + frame.payload.length);
      if (frame.opcode === OPCODE.binary) messages.push(frame.payload);
    }
  }

  return (bytes) => {
    if (state === "other") return [];
    rest = concatBytes(rest, bytes);
    if (state === "head") skipHead();
    return state === "messages" ? takeMessages() : [];
  };
}
