/** What a server does that does not keep to the rules: written into the data directory of one that has stopped. */
import { join } from "node:path";
import { encodeServerFrame } from "@sotto/protocol";
import { openSqliteStore } from "../adapters/sqlite/sqliteStore.ts";
import { DATABASE_FILE } from "../openDataDir.ts";
import { packFrames } from "../ports/packedFrames.ts";

/** A handshake that nobody made, in the log of the first group of the user and in the mailboxes of all its members. */
export function plantHandshake(dataDir: string, userName: string): void {
  const store = openSqliteStore(join(dataDir, DATABASE_FILE));
  store.transaction((tx) => {
    const account = tx.accountByName(userName);
    const [device] = account === undefined ? [] : tx.devicesOf(account.account);
    const [record] = device === undefined ? [] : tx.groupsOf(device.mailbox);
    if (record === undefined) throw new Error(`${userName} is in no group`);
    const { group } = record;
    const index = record.index + 1;
    tx.updateGroup({ ...record, index });
    const handshake = { inline: new Uint8Array(300) };
    const frame = encodeServerFrame({ type: "handshake", sequence: 0, group, index, handshake });
    const mailboxes = tx.recipients(group).map(({ mailbox }) => mailbox);
    tx.deliver({ frames: packFrames([frame]), payload: null }, mailboxes, Date.now());
  });
  store.close();
}
