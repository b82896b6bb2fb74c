/** Transfers of a device as it starts: what the store says, what messages say that came since, and nothing on the shelf that nobody knows. */
import { blobIdOf } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import type { FileView } from "../api.ts";
import { isReady } from "../engine/direct/route.ts";
import { pathOf } from "../engine/settings.ts";
import type { FileShelf } from "../ports/fileShelf.ts";
import type { Blobs } from "../ports/blobs.ts";
import type { Way } from "../transfers/contract.ts";
import type { Parcels } from "../transfers/parcels.ts";
import { hashKey } from "../transfers/parcels.ts";
import type { TransferRecord } from "../transfers/record.ts";
import { TRANSFER_TABLE } from "../transfers/record.ts";
import type { Transfers } from "../transfers/runtime.ts";
import { createTransfers } from "../transfers/runtime.ts";
import { createTransferStore, recordDrop } from "../transfers/transferStore.ts";
import type { Device } from "./device.ts";
import type { LinkNumbers } from "./linkNumbers.ts";
import { learnFiles } from "./offeredFiles.ts";
import { readMessagesAfter, readOwnMessage } from "./views.ts";

/** Messages read at once. */
const PAGE = 256;

/** Rejects as store and shelf do. The device's platform has a shelf. */
export async function startTransfers(
  device: Device,
  numbers: LinkNumbers,
  parcels: Parcels,
  onView: (view: FileView) => void,
): Promise<Transfers> {
  const { platform, store } = device;
  const { crypto, clock } = platform;
  const shelf = await (platform.shelf as () => Promise<FileShelf>)();
  const { records, seen } = await createTransferStore(store, clock).load();
  const stored: TransferRecord[] = [];
  for (const record of records)
    if (record.state !== "preparing") stored.push(record);
    else if (await hasMessage(device, record)) stored.push({ ...record, state: "offered" });
    else
      await store.commit([
        recordDrop(record.transfer),
        { drop: TRANSFER_TABLE, key: hashKey(record.transfer) },
      ]);
  const transfers = createTransfers(
    {
      shelf,
      store,
      links: numbers.links,
      blobs: blobsOf(device),
      blobIdOf: (transfer) => blobIdOf(crypto, transfer),
      parcels,
      clock,
      surroundings: {
        wayOf: (conversation) => wayOf(device, conversation, numbers.links.of(conversation)),
        random: () => (crypto.random(1)[0] as number) / 255,
      },
      attend: (conversation) => void device.command({ kind: "attend", conversation }).catch(() => {}),
      receipt: (conversation, transfer, word) =>
        void device.command({ kind: "fileReceipt", conversation, transfer, word }).catch(() => {}),
      onView,
      onFault: (error) => queueMicrotask(() => rethrow(error)),
    },
    stored,
  );
  await learnMissed(device, transfers, seen);
  await removeOrphans(shelf, transfers);
  return transfers;
}

/** The message of an own file is stored, and names it. Rejects as the store does. */
export async function hasMessage(
  device: Device,
  { transfer, conversation, message }: TransferRecord,
): Promise<boolean> {
  const found = await readOwnMessage(device.session.engine, device.store, conversation, message);
  return found !== undefined && found.files.some((file) => file.transfer === transfer);
}

/** Of the session that runs when it is called. */
function blobsOf(device: Device): Blobs {
  const now = (): Blobs => device.session.blobs;
  return {
    create: (...args) => now().create(...args),
    status: (blob) => now().status(blob),
    put: (...args) => now().put(...args),
    get: (blob, leaf) => now().get(blob, leaf),
    done: (blob) => now().done(blob),
  };
}

function wayOf(device: Device, id: ConversationId, link: number | undefined): Way | undefined {
  const { engine } = device.session;
  const record = engine.state.conversations.get(id);
  if (record === undefined || record.group === null || !isReady(engine, record)) return undefined;
  return { group: record.group, mode: pathOf(engine.state.settings, id), link };
}

/** Files of messages that were stored when the program ended before it had noted them. */
async function learnMissed(
  device: Device,
  transfers: Transfers,
  seen: ReadonlyMap<ConversationId, number>,
): Promise<void> {
  const { engine } = device.session;
  for (const conversation of engine.state.conversations.keys()) {
    const before = seen.get(conversation) ?? 0;
    let after = before;
    for (;;) {
      const page = await readMessagesAfter(engine, device.store, conversation, after, PAGE);
      for (const message of page) learnFiles(transfers, message);
      after = page.at(-1)?.order ?? after;
      if (page.length < PAGE) break;
    }
    if (after > before) transfers.store.markSeen(conversation, after);
  }
}

async function removeOrphans(shelf: FileShelf, transfers: Transfers): Promise<void> {
  for (const transfer of await shelf.list()) {
    const state = transfers.record(transfer)?.state;
    if (state === undefined || state === "removed" || state === "cancelled")
      await transfers.shelves.remove(transfer).catch(() => {});
  }
}

function rethrow(error: unknown): never {
  throw error;
}
