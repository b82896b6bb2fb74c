/** What becomes of files that are being sent when the device stops, or the user thinks again, in the midst. */
import { createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { AccountId, ConversationId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryShelf } from "../adapters/memory/fileShelf.ts";
import type { FileToSend } from "../api.ts";
import type { ClientEvent, Command, ContactState, StoredMessage } from "../engine/contract.ts";
import { createFakeClock } from "../testing/fakeClock.ts";
import { TRANSFER_TABLE } from "../transfers/record.ts";
import type { Device } from "./device.ts";
import { openFiles } from "./files.ts";
import { sottoError } from "./messages.ts";
import { createSendTracker } from "./sendTracker.ts";

const BOB = idOf<AccountId>(new Uint8Array(16).fill(4));
const TALK = idOf<ConversationId>(new Uint8Array(16).fill(1));
type SendFiles = Extract<Command, { kind: "sendFiles" }>;

const fileOf = (bytes: Uint8Array): FileToSend => ({
  content: {
    size: bytes.length,
    slice: (start, end) => ({ arrayBuffer: async () => new Uint8Array(bytes.slice(start, end)).buffer }),
  },
  path: ["notes.bin"],
  mediaType: "application/octet-stream",
  modifiedAtMs: null,
});

/** A device whose engine does with messages what `send` says. */
function deviceWith(
  send: (command: SendFiles, tell: (event: ClientEvent) => void) => Promise<void>,
  contact: ContactState = "accepted",
) {
  const crypto = createNobleProvider(seededRandom("files"));
  const shelf = createMemoryShelf();
  const disk = createMemoryDisk();
  const listeners = new Set<(event: ClientEvent) => void>();
  const tell = (event: ClientEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const device = {
    platform: { crypto, clock: createFakeClock(), shelf: async () => shelf },
    store: disk.open(),
    session: {
      engine: {
        state: {
          identity: { account: idOf<AccountId>(new Uint8Array(16).fill(3)) },
          conversations: new Map([[TALK, { state: "active", group: null, peer: BOB }]]),
          contacts: new Map([[BOB, { state: contact, keysChanged: false }]]),
        },
      },
    },
    ensureOpen() {},
    fileLinks: { of: () => undefined },
    onFileLinks: () => () => {},
    on(listener: (event: ClientEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell() {},
    async sendTracked(command: SendFiles) {
      await send(command, tell);
      return createSendTracker(command.conversation, command.id as never);
    },
  };
  const { files } = openFiles(device as unknown as Device);
  return { files, shelf, disk, device };
}

const messageOf = ({ conversation, id, files }: SendFiles): ClientEvent => {
  const message = { id, conversation, order: 1, mine: true, files } as StoredMessage;
  return { type: "message", message };
};

test("FIL-15 nothing is copied for somebody who has not accepted", async () => {
  const { files, device } = deviceWith(async () => {}, "outgoing");
  let told = 0;
  device.tell = () => void told++;
  const send = files.send(TALK, [fileOf(new Uint8Array(10))]);
  await expect(send).rejects.toMatchObject({ code: "notContact" });
  expect(told).toBe(0);
});

test("FIL-3 a message that is stored keeps the copies of its files, whatever the sender is told", async () => {
  const { files, shelf, disk } = deviceWith(async (command, tell) => {
    tell(messageOf(command));
    throw sottoError("closed");
  });
  await expect(files.send(TALK, [fileOf(new Uint8Array(10))])).rejects.toMatchObject({ code: "closed" });
  expect(await shelf.list()).toHaveLength(1);
  expect([...disk.read(TRANSFER_TABLE).keys()].filter((key) => !key.startsWith("seen/"))).toHaveLength(2);
});

test("FIL-3 of a message of which nobody knows whether it is stored the next start decides", async () => {
  const { files, shelf, disk, device } = deviceWith(async () => {
    device.ensureOpen = () => {
      throw sottoError("closed");
    };
    throw sottoError("closed");
  });
  await expect(files.send(TALK, [fileOf(new Uint8Array(10))])).rejects.toMatchObject({ code: "closed" });
  expect(await shelf.list()).toHaveLength(1);
  expect(disk.read(TRANSFER_TABLE).size).toBe(2);
});

test("FIL-3 of a message that is refused nothing stays", async () => {
  const { files, shelf, disk } = deviceWith(() => Promise.reject(sottoError("notContact")));
  await expect(files.send(TALK, [fileOf(new Uint8Array(10))])).rejects.toMatchObject({ code: "notContact" });
  expect(await shelf.list()).toEqual([]);
  expect(disk.read(TRANSFER_TABLE).size).toBe(0);
});

test("a file that is taken back while its message is being stored is taken back", async () => {
  const sent: SendFiles[] = [];
  const { files, shelf } = deviceWith(async (command, tell) => {
    sent.push(command);
    for (const { transfer } of command.files) await files.cancel(transfer);
    tell(messageOf(command));
  });
  const many = Array.from({ length: 40 }, (_, i) => fileOf(new Uint8Array(i)));
  await expect(files.send(TALK, many)).rejects.toMatchObject({ code: "cancelled" });
  expect(sent).toHaveLength(1);
  const transfers = sent.flatMap((command) => command.files.map(({ transfer }) => transfer));
  const views = await files.views(transfers);
  expect(new Set(views.map(({ state }) => state))).toEqual(new Set(["cancelled"]));
  expect(await shelf.list()).toEqual([]);
});
