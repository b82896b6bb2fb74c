import { PassThrough, Readable } from "node:stream";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_LINE_BYTES, parseLine, readLines } from "./framing.ts";

async function linesOf(chunks: readonly (string | Uint8Array)[]): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const line of readLines(Readable.from(chunks, { objectMode: true }))) lines.push(line);
  return lines;
}

describe("lines", () => {
  test("are the same however the bytes are cut", async () => {
    const text = "one\n\u{1f511} two\r\n\nfour";
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length)), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(await linesOf(chunks)).toEqual(["one", "\u{1f511} two\r", "", "four"]);
      }),
    );
  });

  test("above 1 MiB come as undefined, and the next one is read again", async () => {
    const fits = "x".repeat(MAX_LINE_BYTES);
    expect(await linesOf([`${fits}\n${fits}x\nshort\n`])).toEqual([fits, undefined, "short"]);
    expect(await linesOf([`${fits}x`])).toEqual([undefined]);
  });

  test("come before the stream ends", async () => {
    const stream = new PassThrough();
    const lines = readLines(stream);
    stream.write("first\nsec");
    expect(await lines.next()).toEqual({ done: false, value: "first" });
    stream.end("ond");
    expect(await lines.next()).toEqual({ done: false, value: "second" });
    expect((await lines.next()).done).toBe(true);
  });
});

describe("requests (JSON-RPC 2.0)", () => {
  test.each([
    [`{"jsonrpc":"2.0","id":1,"method":"m"}`, { id: 1, method: "m", params: {} }],
    [`{"jsonrpc":"2.0","id":"x","method":"m","params":{"a":1}}`, { id: "x", method: "m", params: { a: 1 } }],
    [`{"jsonrpc":"2.0","id":null,"method":"m"}`, { id: null, method: "m", params: {} }],
    [`{"jsonrpc":"2.0","method":"m"} \r`, { id: undefined, method: "m", params: {} }],
  ])("%s", (line, request) => {
    expect(parseLine(line)).toEqual({ kind: "request", request });
  });

  test.each([
    [undefined, null, -32600, "tooLarge"],
    ["{", null, -32700, "badRequest"],
    ["", null, -32700, "badRequest"],
    ["[]", null, -32600, "badRequest"],
    ["1", null, -32600, "badRequest"],
    ["null", null, -32600, "badRequest"],
    [`{"id":7,"method":"m"}`, 7, -32600, "badRequest"],
    [`{"jsonrpc":"2.0","id":{},"method":"m"}`, null, -32600, "badRequest"],
    [`{"jsonrpc":"2.0","id":7}`, 7, -32600, "badRequest"],
    [`{"jsonrpc":"2.0","id":7,"method":"m","params":[1]}`, 7, -32602, "badRequest"],
  ])("refuses %s", (line, id, code, dataCode) => {
    expect(parseLine(line)).toMatchObject({ kind: "invalid", id, error: { code, data: { code: dataCode } } });
  });
});
