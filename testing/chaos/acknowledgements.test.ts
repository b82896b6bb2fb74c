/** Logs of system calls made by hand: a server that does all in order, and each way in which it could cheat. */
import { concatBytes, toHex, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { SWITCHING, UPGRADE, mlsMessage, ok, post, webSocketFrame } from "../capture/samples.ts";
import { acknowledgements } from "./acknowledgements.ts";
import { parseStraceLog } from "./straceLog.ts";

const message = mlsMessage({ fill: 7 });
const escaped = (bytes: Uint8Array): string => toHex(bytes).replaceAll(/../g, "\\x$&");
const SOCKET = "TCP:[127.0.0.1:5555->127.0.0.1:40000]";
const WAL = escaped(utf8("/data/sotto.db-wal"));

const read = (bytes: Uint8Array): string =>
  `7 read(9<${SOCKET}>, "${escaped(bytes)}", 65536) = ${bytes.length}`;
function write(...parts: Uint8Array[]): string {
  const vectors = parts.map((bytes) => `{iov_base="${escaped(bytes)}", iov_len=${bytes.length}}`);
  return `7 writev(9<${SOCKET}>, [${vectors.join(", ")}], ${parts.length}) = ${concatBytes(...parts).length}`;
}
const pwrite = (bytes: Uint8Array): string =>
  `8 pwrite64(5<${WAL}>, "${escaped(bytes)}", ${bytes.length}, 0) = ${bytes.length}`;

const opening = [read(utf8(UPGRADE)), write(utf8(SWITCHING))];
const posted = read(webSocketFrame(post(message)));
const stored = pwrite(concatBytes(new Uint8Array(40), message, new Uint8Array(40)));
const synced = `8 fsync(5<${WAL}>) = 0`;
const frame = webSocketFrame(ok(), { masked: false });
const acknowledged = write(frame.subarray(0, 4), frame.subarray(4));

const durable = (...lines: string[]): boolean[] =>
  acknowledgements(parseStraceLog([...opening, ...lines].join("\n"))).map(
    ({ syncedAt }) => syncedAt !== undefined,
  );

describe("acknowledgements", () => {
  test("RLY-2 stored, synced, acknowledged", () =>
    expect(durable(posted, stored, synced, acknowledged)).toEqual([true]));

  test("calls that other threads interrupt are put together", () => {
    const cut = (line: string, name: string): [string, string] => {
      const at = line.indexOf(", ");
      return [
        `${line.slice(0, at)} <unfinished ...>`,
        `${line.slice(0, 2)}<... ${name} resumed>${line.slice(at)}`,
      ];
    };
    const [begun, ended] = cut(stored, "pwrite64");
    expect(durable(posted, begun, "7 fsync(3</elsewhere>) = 0", ended, synced, acknowledged)).toEqual([true]);
  });

  test.each([
    ["never stored", [posted, acknowledged]],
    ["stored, not synced", [posted, stored, acknowledged]],
    ["synced before it was stored", [posted, synced, stored, acknowledged]],
    ["acknowledged before it was synced", [posted, stored, acknowledged, synced]],
    [
      "an fsync that failed",
      [posted, stored, `8 fsync(5<${WAL}>) = -1 EIO (Input/output error)`, acknowledged],
    ],
    ["an fsync of another file", [posted, stored, "8 fsync(4</data/other>) = 0", acknowledged]],
    [
      "an fsync that began before",
      [
        posted,
        `8 fsync(5<${WAL}> <unfinished ...>`,
        stored.replace(/^8/, "9"),
        "8 <... fsync resumed>) = 0",
        acknowledged,
      ],
    ],
    [
      "an fsync that ended after",
      [posted, stored, `8 fsync(5<${WAL}> <unfinished ...>`, acknowledged, "8 <... fsync resumed>) = 0"],
    ],
    ["another message stored", [posted, pwrite(mlsMessage({ fill: 8 })), synced, acknowledged]],
  ])("seen: %s", (_, lines) => expect(durable(...lines)).toEqual([false]));

  test("an answer to anything else is none of a post", () => {
    expect(durable(posted, stored, synced, write(webSocketFrame(ok(2), { masked: false })))).toEqual([]);
  });
});
