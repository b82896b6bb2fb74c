/** A data directory with pairs of people who talk to each other, made by the rules themselves: what a load test starts from. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { GroupId } from "@sotto/protocol";
import { toHex } from "@sotto/protocol";
import { nodeCrypto } from "../adapters/crypto/nodeCrypto.ts";
import { int } from "../adapters/sqlite/columns.ts";
import { openSqliteStore } from "../adapters/sqlite/sqliteStore.ts";
import { DATABASE_FILE } from "../openDataDir.ts";
import type { TestAccount } from "./people.ts";
import { makeAccount, registration, testId } from "./people.ts";
import type { RuleWorld } from "./ruleWorld.ts";
import { acceptedPair, createRuleWorld, senderOf, value } from "./ruleWorld.ts";

export interface OpenedPair {
  readonly group: GroupId;
  /** The current handshake. */
  readonly index: number;
  /** Bearer tokens of the two devices. */
  readonly tokens: readonly [Uint8Array, Uint8Array];
}

/** Makes the database in the directory. The accounts have no password: only the tokens open them. Mailboxes are empty. */
export function fillWithPairs(dataDir: string, count: number): readonly OpenedPair[] {
  const store = openSqliteStore(join(dataDir, DATABASE_FILE));
  const world = createRuleWorld({}, store);
  world.nowMs = Date.now();
  const pairs = Array.from({ length: count }, (_, i) => openPair(world, i));
  store.close();
  return pairs;
}

function openPair(world: RuleWorld, i: number): OpenedPair {
  const alice = register(world, `alice.${i}`);
  const bob = register(world, `bob.${i}`);
  acceptedPair(world, alice.person, bob.person, `pair ${i}`);
  for (const { device } of [alice.person, bob.person]) {
    const sequence = Number.MAX_SAFE_INTEGER;
    value(world.run({ type: "ack", sender: senderOf(device), sequence, storeCounter: 0 }));
  }
  return { group: testId(`pair ${i}`), index: 2, tokens: [alice.token, bob.token] };
}

function register(world: RuleWorld, userName: string): { person: TestAccount; token: Uint8Array } {
  const token = new Uint8Array(randomBytes(32));
  const made = makeAccount(userName);
  const person = { ...made, device: { ...made.device, session: toHex(nodeCrypto.sha256(token)) } };
  value(world.run(registration(person)));
  return { person, token };
}

/** Entries that wait in all mailboxes of a directory whose server has stopped. */
export function waitingEntries(dataDir: string): number {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  try {
    return int(db.prepare("SELECT coalesce(sum(last - first + 1), 0) AS n FROM runs").get() ?? {}, "n");
  } finally {
    db.close();
  }
}
