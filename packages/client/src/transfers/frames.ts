/** Frames of the other side (FIL-10 … FIL-13), each judged by what it may say in this conversation. */
import type { ConversationId, FileEndFrame, FileFrame } from "@sotto/protocol";
import { decodeFileFrame } from "@sotto/protocol";
import { discard } from "./commands.ts";
import { FLOOD_BYTES } from "./limits.ts";
import { sessionOf } from "./links.ts";
import { forgetAsked, onChunk } from "./receiving.ts";
import { forgetRequests, onRequest } from "./sending.ts";
import type { Core, LinkSession, TransferFile } from "./state.ts";
import { put, save, touch } from "./state.ts";

export function onFrame(core: Core, link: number, conversation: ConversationId, bytes: Uint8Array): void {
  const session = sessionOf(core, link, conversation);
  if (session === undefined) return;
  const frame = decodeFileFrame(bytes);
  if (frame === undefined) return put(core, { type: "closeLink", link });
  const known = core.files.get(frame.transfer);
  // A transfer belongs to the conversation whose history has its manifest: in another it does not exist.
  const file = known?.record.conversation === conversation ? known : undefined;
  if (file === undefined) {
    if (frame.type === "request") answer(core, link, frame, "unknown");
    return;
  }
  switch (frame.type) {
    case "request":
      return takeRequest(core, file, session, frame);
    case "chunk":
      // Nobody asks the other side for what is one's own.
      if (file.record.mine || !onChunk(core, file, frame)) condemn(core, file, link);
      return;
    case "pause":
      forgetAsked(core, file);
      forgetRequests(file);
      file.incoming.muddled = true;
      file.incoming.pausedByPeer = true;
      file.outgoing.pausedByPeer = true;
      return touch(core, file);
    case "resume":
      file.incoming.pausedByPeer = false;
      file.outgoing.pausedByPeer = false;
      return touch(core, file);
    case "end":
      return file.record.mine ? endOwn(core, file, frame) : endTheirs(core, file, frame);
  }
}

function takeRequest(
  core: Core,
  file: TransferFile,
  session: LinkSession,
  frame: Extract<FileFrame, { type: "request" }>,
): void {
  const { mine, state, paused, reason } = file.record;
  const { link } = session;
  if (!mine || state === "preparing" || state === "removed") return answer(core, link, frame, "unknown");
  if (state === "cancelled") return answer(core, link, frame, "cancelled");
  if (state === "failed" && reason === "failed") return answer(core, link, frame, "failed");
  if (paused) {
    file.saidPaused = true;
    return reply(core, link, { type: "pause", transfer: frame.transfer });
  }
  if (!onRequest(core, file, session, frame)) condemn(core, file, link);
}

/** Of an own file: what the receiver says. It may ask again after it has failed. */
function endOwn(core: Core, file: TransferFile, { reason }: FileEndFrame): void {
  const { state } = file.record;
  forgetRequests(file);
  touch(core, file);
  if (state !== "offered" && state !== "failed") return;
  switch (reason) {
    case "done":
      return save(core, file, { state: "done", paused: false, reason: null });
    case "cancelled":
      discard(core, file);
      return save(core, file, { state: "cancelled", paused: false, reason: "byPeer" });
    case "invalid":
      return save(core, file, { state: "failed", paused: false, reason: "invalid" });
    case "failed":
    case "unknown":
    case "changed":
      // The receiver's disk, or a history that it has lost: it asks again if it wants to.
      return;
  }
}

function endTheirs(core: Core, file: TransferFile, { reason }: FileEndFrame): void {
  const { state } = file.record;
  forgetAsked(core, file);
  touch(core, file);
  if (reason === "cancelled" && (state === "offered" || state === "wanted" || state === "failed")) {
    discard(core, file);
    return save(core, file, { state: "cancelled", paused: false, reason: "byPeer" });
  }
  if (state !== "wanted" || reason === "done") return;
  save(core, file, { state: "failed", paused: false, reason: reason === "cancelled" ? "byPeer" : reason });
}

/** The other side has broken the rules of this transfer. */
function condemn(core: Core, file: TransferFile, link: number): void {
  const { record } = file;
  forgetAsked(core, file);
  forgetRequests(file);
  answer(core, link, record, "invalid");
  if (record.state === "wanted" || record.state === "offered")
    save(core, file, { state: "failed", paused: false, reason: "invalid" });
}

function answer(
  core: Core,
  link: number,
  { transfer }: Pick<FileFrame, "transfer">,
  reason: FileEndFrame["reason"],
): void {
  reply(core, link, { type: "end", transfer, reason });
}

/** What every frame of the other side can bring about, unless it leaves the answers unread. */
function reply(core: Core, link: number, frame: FileFrame): void {
  const isFlood = core.surroundings.bufferedBytes(link) > FLOOD_BYTES;
  put(core, isFlood ? { type: "closeLink", link } : { type: "send", link, frame });
}
