/** ATTACKS 23: a contact whose device offers files as none of ours would (FIL-7, FIL-14). */
import { padContent, unpadContent } from "@sotto/crypto";
import type { CborValue } from "@sotto/protocol";
import { decodeCbor, decodeContent, encodeCbor } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { ClientMutation } from "../sim/clientNode.ts";
import type { Resident } from "./town.ts";
import { openTown } from "./town.ts";

const KIND_FILES = 5;
const [KIND, ID, BODY] = [1, 2, 10];

interface FileFields {
  readonly transfer?: Uint8Array;
  readonly path?: CborValue;
  readonly size?: CborValue;
  readonly type?: CborValue;
  readonly key?: Uint8Array;
  readonly root?: Uint8Array;
  readonly picture?: CborValue;
}

/** A file as it stands in a body; what a case does not say is in order. */
function file({
  transfer = new Uint8Array(16).fill(1),
  path = ["a.png"],
  size = 1,
  type = "image/png",
  key = new Uint8Array(32),
  root = new Uint8Array(32),
  picture = null,
}: FileFields = {}): CborValue {
  return [transfer, path, size, type, null, key, root, picture];
}

const thumbnail = (sizeBytes: number): CborValue => [1, 1, new Uint8Array(0), new Uint8Array(sizeBytes)];

/** Bodies by the text in whose place they go. */
const FORGED: Readonly<Record<string, CborValue>> = {
  "no file": ["", []],
  "no list": ["", null],
  "33 files": ["", Array.from({ length: 33 }, (_, i) => file({ transfer: new Uint8Array(16).fill(i) }))],
  "one transfer twice": ["", [file(), file()]],
  "a folder above": ["", [file({ path: ["..", "a.png"] })]],
  "this folder": ["", [file({ path: ["."] })]],
  "an absolute path": ["", [file({ path: ["/etc/passwd"] })]],
  "a path of Windows": ["", [file({ path: ["C:\\a"] })]],
  "a name with an escape": ["", [file({ path: ["\u001b[2J"] })]],
  "no name": ["", [file({ path: [] })]],
  "an empty name": ["", [file({ path: [""] })]],
  "a name of 300 bytes": ["", [file({ path: ["x".repeat(300)] })]],
  "17 folders": ["", [file({ path: Array.from({ length: 18 }, () => "x") })]],
  "more than 64 GiB": ["", [file({ size: 2 ** 36 + 1 })]],
  "a size that is a text": ["", [file({ size: "1" })]],
  "a type with a parameter": ["", [file({ type: "text/html; charset=utf-7" })]],
  "a short key": ["", [file({ key: new Uint8Array(31) })]],
  "a long root": ["", [file({ root: new Uint8Array(33) })]],
  "a picture without width": ["", [file({ picture: [0, 1, new Uint8Array(0), new Uint8Array(0)] })]],
  "a large thumbnail": ["", [file({ picture: thumbnail(16_385) })]],
  "a large body": [
    "",
    [1, 2].map((i) => file({ transfer: new Uint8Array(16).fill(i), picture: thumbnail(11_250) })),
  ],
  "one file more than is in order": ["", [file(), file({ transfer: new Uint8Array(16), path: [".."] })]],
};
const GOOD: CborValue = ["", [file()]];

/** Sends what `forge` makes of the content with this text; the engine knows nothing of it. */
function forging(
  forge: (text: string, fields: readonly CborValue[]) => readonly CborValue[],
): ClientMutation {
  return {
    operation(operation) {
      if (operation.op !== "encrypt") return operation;
      const messages = operation.messages.map((message) => {
        const encoded = unpadContent(message.plaintext);
        const body = encoded && decodeContent(encoded)?.body;
        const fields = encoded && (decodeCbor(encoded) as readonly CborValue[] | undefined);
        if (body?.kind !== "text" || fields === undefined) return message;
        return { ...message, plaintext: padContent(encodeCbor(forge(body.text, fields))) };
      });
      return { ...operation, messages };
    },
  };
}

const asFiles = (fields: readonly CborValue[], body: CborValue): readonly CborValue[] =>
  fields.with(KIND, KIND_FILES).with(BODY, body);
const shown = ({ events }: Resident): readonly (readonly [string, number])[] =>
  events.flatMap((event) =>
    event.type === "message" && !event.message.mine
      ? [[event.message.text, event.message.files.length] as const]
      : [],
  );

/** The first town makes its people. */
const TIMEOUT_MS = 60_000;

describe("ATK 23: a contact that offers files", { timeout: TIMEOUT_MS }, () => {
  test("as no message may: nothing of it is shown, that something came is said, and the conversation goes on", async () => {
    const bob = forging((text, fields) => {
      const body = FORGED[text];
      return body === undefined ? fields : asFiles(fields, body);
    });
    const town = await openTown(1, { cheats: { bob } });
    for (const name of Object.keys(FORGED)) {
      await town.write("bob", name);
      expect(town.alice.told(), name).toContain("unreadable");
    }
    expect(shown(town.alice)).toEqual([]);
    await town.write("bob", "still here");
    expect(shown(town.alice)).toEqual([["still here", 0]]);
    expect(await town.write("alice", "and I")).toMatchObject({ ok: true });
    expect(town.bob.texts()).toEqual(["and I"]);
  });

  test("in order: it is shown, so the cases above are refused for what is wrong with them", async () => {
    const bob = forging((_, fields) => asFiles(fields, GOOD));
    const town = await openTown(1, { cheats: { bob } });
    await town.write("bob", "anything");
    expect(shown(town.alice)).toEqual([["", 1]]);
  });

  test("with a request: the request comes without them", async () => {
    const mallory = forging((_, fields) => asFiles(fields, GOOD));
    const town = await openTown(1, { cheats: { mallory } });
    await town.mallory.command({ kind: "addContact", userName: "carol", text: "see" });
    const { contacts, conversations } = town.carol.engine.state;
    expect(contacts.get(town.mallory.person.identity.account)?.state).toBe("incoming");
    expect(shown(town.carol)).toEqual([]);
    expect([...conversations.values()].map(({ unread }) => unread)).toEqual([0]);
  });

  test("uncounted: it is not shown", async () => {
    const bob = forging((_, fields) => asFiles(fields, GOOD).with(4, 0));
    const town = await openTown(1, { cheats: { bob } });
    await town.write("bob", "anything");
    expect(shown(town.alice)).toEqual([]);
    expect(town.alice.told()).toContain("unreadable");
  });

  test("under the id of an earlier message: the first one stays what it was", async () => {
    let first: CborValue | undefined;
    const bob = forging((text, fields) => {
      first ??= fields[ID];
      return text === "again" ? asFiles(fields, GOOD).with(ID, first as CborValue) : fields;
    });
    const town = await openTown(1, { cheats: { bob } });
    await town.write("bob", "one");
    await town.write("bob", "again");
    expect(shown(town.alice)).toEqual([["one", 0]]);
  });
});
