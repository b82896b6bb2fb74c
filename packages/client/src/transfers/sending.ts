/** Sending by a link (FIL-11, FIL-12): what was asked for, leaf after leaf; several files take turns between chunks. */
import type { FileRequestFrame, Parcel } from "@sotto/protocol";
import { chunkCount, chunkOf, MAX_LEAVES_ASKED } from "@sotto/protocol";
import { HIGH_WATER_BYTES, MAX_READING, MAX_SENDING } from "./limits.ts";
import { addBytes } from "./speed.ts";
import type { Core, LinkSession, Loaded, TransferFile } from "./state.ts";
import { linkOf, put, save, talkOf, touch } from "./state.ts";

/** Everything asked for is forgotten (FIL-13). */
export function forgetRequests({ outgoing }: TransferFile): void {
  outgoing.queue = [];
  outgoing.loaded = [];
}

/** Takes a request for a file that can be sent; false if it breaks the rules. */
export function onRequest(
  core: Core,
  file: TransferFile,
  session: LinkSession,
  { first, count, held }: FileRequestFrame,
): boolean {
  const { outgoing, record, leafCount } = file;
  if (first + count > leafCount || held > leafCount) return false;
  // What is asked for twice goes in the order of the second time, from its beginning: the receiver has forgotten the first.
  const isOther = (leaf: number): boolean => leaf < first || leaf >= first + count;
  outgoing.loaded = outgoing.loaded.filter(({ leaf }) => isOther(leaf));
  outgoing.queue = outgoing.queue.filter(isOther);
  if (outgoing.loaded.length + outgoing.queue.length + count > MAX_LEAVES_ASKED) return false;
  for (let leaf = first; leaf < first + count; leaf++) outgoing.queue.push(leaf);
  session.requestedAtMs = core.nowMs;
  // The first leaf that is asked for on a link is the first that is missing; later ones are at most 63 beyond it. Who has less than before begins again.
  const isFirst = !outgoing.wasAsked || held < outgoing.peerHeld;
  const peerBelow = !isFirst ? Math.max(record.peerBelow, first - (MAX_LEAVES_ASKED - 1)) : first;
  outgoing.wasAsked = true;
  outgoing.peerHeld = held;
  outgoing.pausedByPeer = false;
  if (record.state !== "offered") save(core, file, { state: "offered", reason: null, peerBelow });
  else file.record = { ...record, peerBelow };
  if (!session.slots.includes(file) && !session.waiting.includes(file)) session.waiting.push(file);
  touch(core, file);
  pour(core, file);
  return true;
}

/** A leaf from the shelf; `undefined` if it is not there any more. One that nobody waits for any more makes room for the next. */
export function onRead(core: Core, file: TransferFile, ticket: number, parcel: Parcel | undefined): void {
  talkOf(core, file.record.conversation).session?.reading.delete(ticket);
  const loaded = file.outgoing.loaded.find((other) => other.ticket === ticket);
  if (loaded !== undefined && parcel === undefined) lose(core, file);
  else if (loaded !== undefined) loaded.parcel = parcel;
  pour(core, file);
}

/** The copy is gone or damaged: nobody gets this file from here any more. */
export function lose(core: Core, file: TransferFile): void {
  const link = linkOf(core, file);
  forgetRequests(file);
  if (link !== undefined)
    put(core, {
      type: "send",
      link,
      frame: { type: "end", transfer: file.record.transfer, reason: "failed" },
    });
  save(core, file, { state: "failed", reason: "failed" });
}

/** Fills the channel of the file's conversation. */
function pour(core: Core, { record }: TransferFile): void {
  const { session } = talkOf(core, record.conversation);
  if (session !== undefined) pourLink(core, session);
}

export function pourLink(core: Core, session: LinkSession): void {
  if (!session.steady) return;
  const { link } = session;
  const waiting = core.surroundings.bufferedBytes(link);
  for (;;) {
    arrange(core, session);
    if (waiting + (core.poured.get(link) ?? 0) >= HIGH_WATER_BYTES) return;
    const file = nextReady(session);
    if (file === undefined) return;
    sendChunk(core, session, file);
  }
}

/** Gives free places to files that wait, and reads the leaves that go out next. */
function arrange(core: Core, { slots, waiting, reading }: LinkSession): void {
  for (let i = slots.length - 1; i >= 0; i--) if (!isBusy(slots[i] as TransferFile)) slots.splice(i, 1);
  while (slots.length < MAX_SENDING && waiting.length > 0) {
    const next = waiting.shift() as TransferFile;
    if (isBusy(next)) slots.push(next);
  }
  for (const file of slots) {
    const { outgoing } = file;
    const ahead = waiting.length > 0 ? 1 : 2;
    while (outgoing.loaded.length < ahead && outgoing.queue.length > 0 && reading.size < MAX_READING)
      reading.add(load(core, file));
  }
}

function isBusy({ outgoing }: TransferFile): boolean {
  return outgoing.queue.length + outgoing.loaded.length > 0;
}

/** The ticket of what is read. */
function load(core: Core, file: TransferFile): number {
  const { outgoing, record, run } = file;
  const leaf = outgoing.queue.shift() as number;
  const ticket = core.nextTicket++;
  outgoing.loaded.push({ leaf, ticket, parcel: undefined, chunk: 0 });
  put(core, { type: "read", transfer: record.transfer, run, leaf, ticket });
  return ticket;
}

function nextReady(session: LinkSession): TransferFile | undefined {
  const { slots } = session;
  for (let i = 0; i < slots.length; i++) {
    const index = (session.turn + i) % slots.length;
    const file = slots[index];
    if (file?.outgoing.loaded[0]?.parcel === undefined) continue;
    session.turn = index + 1;
    return file;
  }
  return undefined;
}

function sendChunk(core: Core, session: LinkSession, file: TransferFile): void {
  const { outgoing, record, speed } = file;
  const current = outgoing.loaded[0] as Loaded;
  const parcel = current.parcel as Parcel;
  const { link } = session;
  const { leaf, chunk } = current;
  const bytes = chunkOf(parcel, chunk);
  const frame = { type: "chunk", transfer: record.transfer, leaf, chunk, bytes } as const;
  put(core, { type: "send", link, frame });
  core.poured.set(link, (core.poured.get(link) ?? 0) + bytes.length);
  addBytes(speed, core.nowMs, bytes.length);
  file.lastPath = "direct";
  if (++current.chunk < chunkCount(parcel.sealed.length + parcel.path.length)) return;
  outgoing.loaded.shift();
  put(core, { type: "spent", sealed: parcel.sealed });
  touch(core, file);
  // Whoever waits for a turn gets it after a leaf.
  if (session.waiting.length > 0 && outgoing.loaded.length === 0 && outgoing.queue.length > 0) {
    session.slots.splice(session.slots.indexOf(file), 1);
    session.waiting.push(file);
  }
}
