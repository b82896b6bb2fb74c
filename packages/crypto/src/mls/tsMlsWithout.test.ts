/** A commit that some refuse for its confirmation tag, and one that it puts out for what it does: all of them are in one state afterwards. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { Proposal } from "ts-mls/proposal.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeCommit } from "../testing/insider.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, receive, take } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("without"));
const expected = { authenticatedData: new Uint8Array() };

/** Alice puts carol out, with a tag that carol cannot check, and is refused by bob; then she sends a good commit with the same generation. */
async function putOut(stores: (carol: Peer, without: Parameters<typeof take>[1]) => void): Promise<string[]> {
  const engine = createMlsEngine(provider);
  const alice = await createPeer(engine, await makeDevice(provider), 1, idOf<GroupId>(provider.random(16)));
  const bob = await addPeer([alice], await makeDevice(provider));
  const carol = await addPeer([alice, bob], await makeDevice(provider));
  const proposals: readonly Proposal[] = [
    { proposalType: "remove", remove: { removed: carol.group.ownLeaf } },
  ];
  const first = await forgeCommit(alice, { proposals, tag: (tag) => tag.toReversed() });
  const second = await forgeCommit(alice, {});
  expect(await receive(bob, first)).toMatchObject({ kind: "refused", reason: "confirmation tag" });
  const outcome = await carol.engine.process(carol.group, first, expected);
  if (outcome.kind !== "applied") throw new Error(outcome.kind);
  stores(carol, outcome.without);
  const ends = [await receive(bob, second), await receive(carol, second)];
  if (ends.every(({ kind }) => kind === "refused")) await commitAll(bob, [carol]);
  return ends.map((end) => ("reason" in end ? end.reason : end.kind));
}

test("with nothing stored they are split: what one has used up the other has not", async () => {
  expect(await putOut(() => {})).toEqual(["replayed", "applied"]);
});

test("with the group without it they are not, and go on", async () => {
  expect(await putOut(take)).toEqual(["replayed", "replayed"]);
});
