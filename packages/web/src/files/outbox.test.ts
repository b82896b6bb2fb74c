import { describe, expect, test } from "vitest";
import type { Sotto } from "sotto";
import { MESSAGES, SottoError } from "sotto/browser";
import { message } from "../conversation/messages.testing.ts";
import type { AttachmentLook } from "./attachment.ts";
import { MAX_ATTACHMENTS } from "./attachment.ts";
import { createOutbox } from "./outbox.ts";
import { settled } from "./settled.testing.ts";

const OWN = message(1, { mine: true, text: "Listen" });
const { conversation } = OWN;
const given = (...names: readonly string[]) =>
  names.map((name) => ({ file: new File([], name), path: [name] }));

function bench(
  send: () => Promise<unknown>,
  look: (file: File) => Promise<AttachmentLook> = async () => ({}),
) {
  const sent: unknown[] = [];
  const device = {
    on: () => () => {},
    files: {
      async send(...args: readonly unknown[]) {
        sent.push(args);
        await send();
      },
      views: async () => [],
    },
  } as unknown as Sotto;
  return { outbox: createOutbox(device, look), sent };
}

describe("the tray of a conversation", () => {
  test("keeps what is given in order and looks at one after the other", async () => {
    const looked: string[] = [];
    const { outbox } = bench(
      async () => {},
      async ({ name }) => {
        looked.push(name);
        return name === "b" ? { trouble: "unreadable" } : {};
      },
    );
    outbox.add(conversation, given("a", "b"));
    outbox.add(conversation, given("c"));
    outbox.change(conversation, (tray) => ({ ...tray, attachments: tray.attachments.slice(0, 2) }));
    await settled();
    expect(looked).toEqual(["a", "b"]);
    expect(outbox.trayOf(conversation).attachments.map(({ look }) => look)).toEqual([
      {},
      { trouble: "unreadable" },
    ]);
  });

  test("takes no more than there is room for, and says so", () => {
    const { outbox } = bench(async () => {});
    outbox.add(conversation, given(...Array.from({ length: MAX_ATTACHMENTS + 1 }, (_, i) => `${i}`)));
    expect(outbox.trayOf(conversation)).toMatchObject({
      attachments: { length: MAX_ATTACHMENTS },
      notice: "tooMany",
    });
  });
});

describe("sending what is in the tray", () => {
  test("empties it at once and shows the message until it is stored", async () => {
    let stored = (): void => {};
    const { outbox, sent } = bench(() => new Promise<void>((resolve) => (stored = resolve)));
    outbox.add(conversation, given("a.txt"));
    await settled();
    const sending = outbox.send(OWN);
    expect(outbox.trayOf(conversation).attachments).toEqual([]);
    expect(outbox.preparing(conversation)).toMatchObject([
      { id: OWN.id, text: "Listen", files: [{ path: ["a.txt"] }] },
    ]);
    stored();
    expect(await sending).toBe(true);
    expect(outbox.preparing(conversation)).toEqual([]);
    expect(sent).toMatchObject([[conversation, [{ path: ["a.txt"] }], { id: OWN.id, text: "Listen" }]]);
  });

  test("puts everything back when it cannot be sent, before what was added since", async () => {
    const { outbox } = bench(() => Promise.reject(new SottoError("diskFull", MESSAGES.diskFull)));
    outbox.add(conversation, given("a", "b"));
    const sending = outbox.send(OWN);
    outbox.add(conversation, given("c"));
    await expect(sending).rejects.toThrow(MESSAGES.diskFull);
    expect(outbox.trayOf(conversation).attachments.map(({ path }) => path[0])).toEqual(["a", "b", "c"]);
    expect(outbox.preparing(conversation)).toEqual([]);
  });

  test("a picture that cannot be sent otherwise may be sent unchanged", async () => {
    const { outbox } = bench(() =>
      Promise.reject(new SottoError("pictureUnreadable", MESSAGES.pictureUnreadable)),
    );
    outbox.add(conversation, given("scan"));
    await expect(outbox.send(OWN)).rejects.toThrow(MESSAGES.pictureUnreadable);
    expect(outbox.trayOf(conversation)).toMatchObject({ mustAsk: true, attachments: { length: 1 } });
  });

  test.each([
    [["a"], []],
    [
      ["a", "b"],
      ["a", "b"],
    ],
  ])("%j, cancelled, leave %j and are no problem", async (names, left) => {
    const { outbox } = bench(() => Promise.reject(new SottoError("cancelled", MESSAGES.cancelled)));
    outbox.add(conversation, given(...names));
    expect(await outbox.send(OWN)).toBe(false);
    expect(outbox.trayOf(conversation).attachments.map(({ path }) => path[0])).toEqual(left);
  });
});
