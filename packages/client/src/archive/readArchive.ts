/** Reading an archive's bytes: line by line, in bounded memory, checked against its own end (ARC-2, ARC-3). */
import type { AccountId, ConversationId } from "@sotto/protocol";
import { bytesEqual, concatBytes } from "@sotto/protocol";
import type { CryptoProvider, RunningHash } from "@sotto/crypto";
import { createRunningHash, pairConversationId, verifyArchive } from "@sotto/crypto";
import { sottoError } from "../sdk/messages.ts";
import type { ArchiveEnd, ArchiveEntry, ArchiveHeader } from "./lines.ts";
import { MAX_LINE_BYTES, parseEntry, parseHeader } from "./lines.ts";

/** Each is held in memory while an archive is read. */
const MAX_CONVERSATIONS = 100_000;

/** Whose archives are taken. */
export interface ArchiveOwner {
  readonly account: AccountId;
  readonly accountKey: Uint8Array;
}

/**
 * The entries, in order; whoever has read to the end has a whole archive that a device of the owner has made. Rejects with `archiveForeign` for
 * another account's, `archiveNewer`, or `archiveDamaged` for anything else; what came before is then worth nothing.
 */
export async function* readArchive(
  crypto: CryptoProvider,
  owner: ArchiveOwner,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArchiveEntry> {
  const hash = createRunningHash();
  let header: ArchiveHeader | undefined;
  let end: ArchiveEnd | undefined;
  const reading = { conversations: new Set<ConversationId>(), current: owner.account, messages: 0, order: 0 };
  for await (const line of linesOf(chunks)) {
    if (end !== undefined) throw damaged("there is more behind its end");
    if (header === undefined) {
      header = headerOf(line, owner);
      addLine(hash, line);
      continue;
    }
    const entry = parseEntry(line, header.version);
    if (entry === undefined) throw damaged(`line ${reading.conversations.size + reading.messages + 2}`);
    if (entry.type === "end") {
      end = entry;
      continue;
    }
    addLine(hash, line);
    if (entry.type === "conversation") {
      const { account } = entry.peer;
      if (account === owner.account || entry.id !== pairConversationId(crypto, owner.account, account))
        throw damaged("a conversation is not with whom it says");
      if (reading.conversations.has(entry.id)) throw damaged("a conversation comes twice");
      if (reading.conversations.size >= MAX_CONVERSATIONS) throw damaged("too many conversations");
      reading.conversations.add(entry.id);
      reading.current = account;
      reading.order = 0;
    } else {
      const isSenders = entry.from === owner.account || entry.from === reading.current;
      if (reading.conversations.size === 0 || !isSenders || entry.order <= reading.order)
        throw damaged("a message is out of place");
      reading.order = entry.order;
      reading.messages++;
    }
    yield entry;
  }
  if (end === undefined) throw damaged("its end is missing");
  const digest = hash.digest();
  const isWhole =
    end.conversations === reading.conversations.size &&
    end.messages === reading.messages &&
    bytesEqual(end.digest, digest);
  if (!isWhole) throw damaged("its parts do not fit its end");
  if (!(await verifyArchive(crypto, owner, digest, end)))
    throw damaged("no device of this account has signed it");
}

function headerOf(line: Uint8Array, owner: ArchiveOwner): ArchiveHeader {
  const header = parseHeader(line);
  if (header === undefined) throw damaged("it does not begin as an archive");
  if (header === "later") throw sottoError("archiveNewer");
  if (header.account !== owner.account) throw sottoError("archiveForeign", header.userName);
  return header;
}

function addLine(hash: RunningHash, line: Uint8Array): void {
  hash.update(line);
  hash.update(NEWLINE);
}

const NEWLINE = Uint8Array.of(0x0a);

/** Lines without their newlines. The last one has one too, or is none. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
      const line = concatBytes(rest, chunk.subarray(from, at));
      if (line.length > MAX_LINE_BYTES) throw damaged("a line is too long");
      yield line;
      rest = new Uint8Array(0);
      from = at + 1;
    }
    rest = concatBytes(rest, chunk.subarray(from));
    if (rest.length > MAX_LINE_BYTES) throw damaged("a line is too long");
  }
  if (rest.length > 0) throw damaged("its last line is cut off");
}

/** `why` names the case and never quotes the archive. */
function damaged(why: string): Error {
  return sottoError("archiveDamaged", why);
}
