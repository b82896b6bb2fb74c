/** History out of a device and into one (docs/protocol/archive.md): what is stored becomes lines, and lines become stored messages again. */
import { createRunningHash, signArchive } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import { encodeCredential } from "@sotto/protocol";
import type { FileContent, ImportSummary } from "../api.ts";
import type { ArchiveConversation, ArchiveMessage } from "../archive/lines.ts";
import { conversationLine, endLine, headerLine, messageLine } from "../archive/lines.ts";
import { readArchive } from "../archive/readArchive.ts";
import { inChunks, openArchiveFile, sealArchive } from "../archive/sealedFile.ts";
import type { StoredMessage } from "../engine/contract.ts";
import type { ConversationRecord } from "../engine/records/conversation.ts";
import type { Device } from "./device.ts";
import { peerNameOf, readMessagesAfter } from "./views.ts";

/** Messages read at once. */
const EXPORT_PAGE = 256;
/** Messages stored in one transaction. */
const IMPORT_RUN = 128;

/** The archive of everything that is stored here now, in chunks; what comes meanwhile may be in it or not. */
export function exportHistory(device: Device, passphrase: string | undefined): AsyncGenerator<Uint8Array> {
  const lines = archiveLines(device);
  return passphrase === undefined ? inChunks(lines) : sealArchive(device.platform.crypto, passphrase, lines);
}

async function* archiveLines(device: Device): AsyncGenerator<Uint8Array> {
  const { identity, platform } = device;
  const { account, userName } = identity;
  const hash = createRunningHash();
  const counts = { conversations: 0, messages: 0 };
  const hashed = (line: Uint8Array): Uint8Array => {
    hash.update(line);
    return line;
  };
  yield hashed(headerLine({ account, userName, exportedAtMs: platform.clock.nowMs() }));
  for (const record of device.session.engine.state.conversations.values()) {
    const { id, state, nextOrder } = record;
    if (record.peer === null) continue;
    const peer = {
      account: record.peer,
      userName: peerNameOf(device.session.engine.state, record) ?? null,
    };
    counts.conversations++;
    yield hashed(conversationLine({ id, peer, state }));
    for await (const message of messagesOf(device, id, nextOrder)) {
      counts.messages++;
      yield hashed(messageLine(message));
    }
  }
  const digest = hash.digest();
  const signature = await signArchive(platform.crypto, identity.leafPrivateKey, digest);
  const credential = encodeCredential(identity.credential);
  yield endLine({ ...counts, digest, credential, leafKey: identity.leafPublicKey, signature });
}

/** Those below `end`, oldest first. */
async function* messagesOf(
  device: Device,
  id: ConversationId,
  end: ConversationRecord["nextOrder"],
): AsyncGenerator<StoredMessage> {
  let after = 0;
  for (;;) {
    device.ensureOpen();
    const page = await readMessagesAfter(device.session.engine, device.store, id, after, EXPORT_PAGE);
    for (const message of page) {
      if (message.order >= end) return;
      yield message;
      after = message.order;
    }
    if (page.length < EXPORT_PAGE) return;
  }
}

/**
 * Reads the whole archive, and only then begins to store it: from one that is refused nothing is taken. A second reading must find the same file.
 * Rejects with `archiveForeign`, `archiveDamaged`, `archiveNewer`, `archiveLocked`, or as a command.
 */
export async function importHistory(
  device: Device,
  file: FileContent,
  passphrase: string | undefined,
): Promise<ImportSummary> {
  const { platform, identity } = device;
  device.ensureOpen();
  const owner = { account: identity.account, accountKey: identity.credential.accountKey };
  const bytes = await openArchiveFile(platform.crypto, file, passphrase);
  for await (const entry of readArchive(platform.crypto, owner, bytes())) void entry;

  const summary = { conversations: 0, messages: 0, added: 0 };
  const touched = new Set<ConversationId>();
  let current: ArchiveConversation | undefined;
  let run: ArchiveMessage[] = [];
  const store = async (): Promise<void> => {
    if (current === undefined) return;
    const { id, peer } = current;
    const done = await device.command({
      kind: "importMessages",
      conversation: id,
      peer: peer.account,
      peerName: peer.userName,
      messages: run,
    });
    summary.added += done.added ?? 0;
    if ((done.added ?? 0) > 0) touched.add(id);
    // The last one stays, so that what follows is placed behind it.
    run = run.slice(-1);
  };
  try {
    for await (const entry of readArchive(platform.crypto, owner, bytes())) {
      if (entry.type === "conversation") {
        await store();
        current = entry;
        run = [];
        summary.conversations++;
      } else {
        run.push(entry);
        summary.messages++;
        if (run.length >= IMPORT_RUN) await store();
      }
    }
    await store();
  } finally {
    if (touched.size > 0) await device.historyChanged(touched);
  }
  return summary;
}
