/** Groups over a relay that loses no entry but many answers: whoever comes and goes, nobody sees a gap, and everybody who stays has everything once. */
import type { ConversationId } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";
import { decodeHistory } from "../records/history.ts";
import { TABLE } from "../records/table.ts";

const NAMES = ["alice", "bob", "carol", "dave", "erin"];
/** Who opens the group, and stays. */
const OWNER = "alice";
const STEPS = 60;
const SEEDS = 4;

/** Numbers below `limit`, the same ones for a seed. */
function numbersOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

interface Walk {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly written: { readonly from: string; readonly text: string; readonly at: number }[];
  /** Since which step each is on the delivery list. */
  readonly since: Map<string, number>;
}

async function walk(seed: number): Promise<Walk> {
  const pick = numbersOf(seed);
  const town = await createGroupBench(NAMES);
  const members = ["bob", "carol"].map((name) => town.of(name).account);
  const opened = await town.command(OWNER, { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  const id = opened.conversation;
  const written: Walk["written"] = [];
  const since = new Map<string, number>();
  const list = [...town.groups.values()][0]?.list;
  for (let at = 1; at <= STEPS; at++) {
    for (const one of NAMES)
      if (list?.has(town.of(one).mailbox) !== true) since.delete(one);
      else if (!since.has(one)) since.set(one, at);
    const name = NAMES[pick(NAMES.length)] as string;
    const text = `${name} ${at}`;
    const step = pick(10);
    if (step < 5 && since.has(name)) {
      const sent = await town.start(name, { kind: "sendText", conversation: id, text, replyTo: null });
      if (sent.ok) written.push({ from: name, text, at });
      // Often nothing is delivered before the next step.
      if (pick(2) === 0) await town.settle();
    } else if (step === 5 && name !== OWNER) {
      const isIn = since.has(name);
      const accounts = [town.of(name).account];
      const kind = isIn ? "removeMembers" : "addMembers";
      await town.start(OWNER, { kind, conversation: id, accounts });
      await town.pass(3000);
    } else if (step === 6) await loseAnswers(town, name);
    else if (step === 7) await town.goOffline(name);
    else if (step === 8) {
      await town.restart(name);
      if (!town.of(name).online) await town.goOnline(name);
    } else await town.pass(2500);
  }
  for (const name of NAMES) if (!town.of(name).online) await town.goOnline(name);
  await town.pass(20_000);
  return { town, id, written, since };
}

/** The server takes what the device has posted, and the connection breaks before it hears of it. */
async function loseAnswers(town: GroupBench, name: string): Promise<void> {
  const device = town.of(name);
  if (!device.online) return;
  for (const frame of device.bench.sent.splice(0)) {
    const group = frame.type === "post" ? town.groups.get(frame.group) : undefined;
    if (frame.type !== "post" || group?.index !== frame.index || !group.list.has(device.mailbox)) continue;
    const { group: id, index, ciphertext } = frame;
    for (const other of NAMES)
      if (other !== name && group.list.has(town.of(other).mailbox))
        town.deliver(other, { type: "message", group: id, index, ciphertext });
  }
  await town.goOffline(name);
  await town.goOnline(name);
}

/** Everything that the device has stored of others' texts, in order. */
function shownTo(town: GroupBench, name: string): readonly string[] {
  const { bench, account } = town.of(name);
  return [...bench.disk.read(TABLE.history)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, bytes]) => decodeHistory(bytes) ?? [])
    .filter((record) => record.event === null && record.from !== account)
    .map(({ text }) => text);
}

describe("walks", () => {
  it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))("seed %i", async (seed) => {
    const { town, id, written, since } = await walk(seed);
    for (const name of NAMES)
      for (const change of ["gap", "unreadable", "fork", "undecided"])
        expect(town.changes(name, id), `${name} of seed ${seed}`).not.toContain(change);
    for (const [name, from] of since) {
      const shown = shownTo(town, name);
      expect(new Set(shown).size, `once at ${name}`).toBe(shown.length);
      const owed = written.filter((one) => one.from !== name && one.at > from && since.has(one.from));
      const missing = owed.filter(
        ({ text, from: sender }) => since.get(sender) === 0 && !shown.includes(text),
      );
      expect(missing, `missing at ${name}`).toEqual([]);
      for (const sender of NAMES) {
        const places = shown
          .filter((text) => text.startsWith(`${sender} `))
          .map((text) => Number(text.split(" ")[1]));
        expect(places, `order of ${sender} at ${name}`).toEqual(places.toSorted((a, b) => a - b));
      }
    }
  });
});
