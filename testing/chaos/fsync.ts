/**
 * `node testing/chaos/fsync.ts [--messages N] [--mutant ack-before-commit] [--json]`: runs the server under strace and shows for each
 * acknowledged post that its message was written to the database's log and fsynced before the ok left. Skipped where strace is missing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { becomeContacts } from "../support/contacts.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { integerFlag } from "../support/integerFlag.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import { atLeast, equals, finish } from "../support/report.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent } from "../support/rpcClient.ts";
import { openWorld } from "../support/world.ts";
import { acknowledgements } from "./acknowledgements.ts";
import { programOf } from "./mutants.ts";
import { parseStraceLog } from "./straceLog.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "200" },
    mutant: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const messages = integerFlag("messages", values.messages);
const CALLS = "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";
/** No string of the log is shortened: the largest system call is a read or write of 64 KiB and a little. */
const MAX_STRING = "1000000";

if (spawnSync("strace", ["-e", "trace=none", "true"]).status === 0) await check();
else console.log("skipped: strace is not installed or may not trace");

async function check(): Promise<void> {
  const scratch = makeScratch("strace");
  try {
    const log = join(scratch, "log");
    await exchangeUnderStrace(log);
    const calls = parseStraceLog(readFileSync(log, "latin1"));
    const found = acknowledgements(calls);
    finish(
      {
        name: values.mutant === undefined ? "fsync" : `fsync with ${values.mutant}`,
        rounds: 1,
        figures: {
          fsyncsOfLog: calls.filter(({ name, target }) => name.includes("sync") && target.endsWith("-wal"))
            .length,
          systemCalls: calls.length,
        },
        ratios: {},
        bars: {
          acknowledgedPosts: atLeast(found.length, messages),
          notWrittenBefore: equals(found.filter(({ writtenAt }) => writtenAt === undefined).length, 0),
          notSyncedBefore: equals(found.filter(({ syncedAt }) => syncedAt === undefined).length, 0),
        },
      },
      values.json,
    );
  } finally {
    removeScratch(scratch);
  }
}

async function exchangeUnderStrace(log: string): Promise<void> {
  const strace = ["strace", "-f", "-yy", "-xx", "-s", MAX_STRING, "-e", `trace=${CALLS}`, "-o", log] as const;
  const program = programOf(values.mutant) ?? [process.execPath, SOTTO_BIN, "serve"];
  const world = await openWorld({ name: "fsync", tap: { data() {} }, program: [...strace, ...program] });
  try {
    await Promise.all([world.register("alice"), world.register("bob")]);
    const [alice, bob] = [await world.startClient("alice"), await world.startClient("bob")];
    await becomeContacts(alice, bob);
    const each = Math.ceil(messages / 2);
    await Promise.all([sendAll(alice, bob, each), sendAll(bob, alice, each)]);
    await Promise.all([alice.close(), bob.close()]);
    await world.stopServer();
  } finally {
    await world.close();
  }
}

/** Resolves when the last has arrived. */
async function sendAll(from: RpcClient, to: RpcClient, count: number): Promise<void> {
  const texts = Array.from({ length: count }, (_, i) => `message ${i + 1} of ${count} to ${to.name}`);
  const arrived = nextEvent(to, "message", "the last message", ({ text }) => text === texts.at(-1));
  await Promise.all(texts.map((text) => from.call("messages.send", { to: `@${to.name}`, text })));
  await arrived;
}
