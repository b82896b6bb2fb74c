/** One conversation by hand with everything in place, then one undocumented thing at a time. */
import type { GroupId } from "@sotto/protocol";
import { concatBytes, encodeServerFrame, toBase64Url, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { captureTable, checkCapture } from "./checkCapture.ts";
import { ID, SWITCHING, UPGRADE, mlsMessage, ok, post, webSocketFrame } from "./samples.ts";

const OK = ok();

const socket = (
  toServer: Uint8Array = webSocketFrame(post(mlsMessage())),
  toClient = webSocketFrame(OK, { masked: false }),
) =>
  checkCapture([
    {
      number: 1,
      toServer: concatBytes(utf8(UPGRADE), toServer),
      toClient: concatBytes(utf8(SWITCHING), toClient),
    },
  ]);

const LOGIN_ANSWER: object = { loginId: ID, loginResponse: toBase64Url(new Uint8Array(320)) };
function http({
  start = "POST /v1/login/start",
  header = "",
  request = LOGIN,
  response = LOGIN_ANSWER,
} = {}) {
  const [asked, answered] = [JSON.stringify(request), JSON.stringify(response)];
  const chunk = answered.length.toString(16);
  return checkCapture([
    {
      number: 1,
      toServer: utf8(
        `${start} HTTP/1.1\r\nContent-Type: application/json\r\n${header}Content-Length: ${asked.length}\r\n\r\n${asked}`,
      ),
      toClient: utf8(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}\r\n${answered}\r\n0\r\n\r\n`,
      ),
    },
  ]);
}
const LOGIN: object = { userName: "alice", startLoginRequest: toBase64Url(new Uint8Array(96)) };

describe("capture checker", () => {
  test("documented traffic: no unknown byte, and the fields add up to all bytes", () => {
    for (const check of [socket(), http()]) {
      expect(check.ledger.unknown).toEqual([]);
      expect(check.knownBytes).toBe(check.totalBytes);
    }
    expect(socket().ledger.fields.get("message: ciphertext")).toBe(300);
    expect(http().ledger.fields.get("json: userName")).toBe(5);
    expect(captureTable(socket())).toMatch(/unknown bytes 0$/);
  });

  test("a delivery list and its question are documented, and nothing more of it", () => {
    const asking = (answer: object) => {
      const body = JSON.stringify(answer);
      return checkCapture([
        {
          number: 1,
          toServer: utf8(`GET /v1/groups/${ID}/mailboxes HTTP/1.1\r\n\r\n`),
          toClient: utf8(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
        },
      ]);
    };
    const check = asking({ index: 7, mailboxes: [ID, ID] });
    expect(check.ledger.unknown).toEqual([]);
    expect(check.ledger.fields.get("json: mailboxes")).toBe(64);
    expect(asking({ index: 7, mailboxes: [ID], names: ["bob"] }).unknownBytes).toBeGreaterThan(0);
  });

  test("an entry that says that messages were left out holds its group and nothing else", () => {
    const missed = encodeServerFrame({ type: "missed", sequence: 5, group: ID as GroupId });
    const check = socket(
      undefined,
      concatBytes(webSocketFrame(OK, { masked: false }), webSocketFrame(missed, { masked: false })),
    );
    expect(check.ledger.unknown).toEqual([]);
    const longer = webSocketFrame(concatBytes(missed, Uint8Array.of(0)), { masked: false });
    expect(socket(undefined, longer).unknownBytes).toBeGreaterThan(0);
  });

  test.each([
    [
      "a byte behind the frame",
      () => socket(webSocketFrame(concatBytes(post(mlsMessage()), Uint8Array.of(0)))),
    ],
    [
      "a byte behind the MLS message",
      () => socket(webSocketFrame(post(concatBytes(mlsMessage(), Uint8Array.of(0))))),
    ],
    ["plain text as a message", () => socket(webSocketFrame(post(utf8("hello bob"))))],
    ["a message of another group", () => socket(webSocketFrame(post(mlsMessage({ group: ID as GroupId }))))],
    ["a message bound to another index", () => socket(webSocketFrame(post(mlsMessage({ index: 8 }))))],
    ["a commit posted as a message", () => socket(webSocketFrame(post(mlsMessage({ contentType: 3 }))))],
    ["a public message", () => socket(webSocketFrame(post(mlsMessage({ wireFormat: 1 }))))],
    ["a text frame", () => socket(webSocketFrame(post(mlsMessage()), { opcode: 1 }))],
    ["a compressed frame", () => socket(webSocketFrame(post(mlsMessage()), { reserved: 0x40 }))],
    ["an unmasked frame of a client", () => socket(webSocketFrame(post(mlsMessage()), { masked: false }))],
    ["a server's frame of a client", () => socket(webSocketFrame(OK))],
    [
      "a client's frame of the server",
      () => socket(undefined, webSocketFrame(post(mlsMessage()), { masked: false })),
    ],
    ["another path", () => http({ start: "POST /v1/telemetry" })],
    ["another header", () => http({ header: "X-Trace: 1\r\n" })],
    ["a header with another value", () => http({ header: "User-Agent: alice's laptop\r\n" })],
    ["another key in a request", () => http({ request: { ...LOGIN, hint: "cat" } })],
    ["another key in an answer", () => http({ response: { ...LOGIN_ANSWER, hint: "cat" } })],
    [
      "an OPAQUE message with more in it",
      () => http({ request: { ...LOGIN, startLoginRequest: toBase64Url(new Uint8Array(97)) } }),
    ],
  ])("unknown: %s", (_, check) => {
    expect(check().unknownBytes).toBeGreaterThan(0);
    expect(captureTable(check())).toMatch(/UNKNOWN \d+ bytes at/);
  });

  test("an answer that nobody asked for is unknown", () => {
    const toClient = utf8('HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}');
    const { unknownBytes } = checkCapture([{ number: 1, toServer: new Uint8Array(0), toClient }]);
    expect(unknownBytes).toBe(toClient.length);
  });

  test("what a kill cut off is said to be so", () => {
    const frame = webSocketFrame(post(mlsMessage()));
    const { ledger, unknownBytes } = socket(concatBytes(frame, frame.subarray(0, 50)));
    expect(unknownBytes).toBe(0);
    expect(ledger.fields.get("beginning of a message that a kill cut off")).toBe(50);
  });
});
