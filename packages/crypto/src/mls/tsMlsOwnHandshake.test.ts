/** Handshakes in the name of the device that receives them: refused where all refuse them, undecided where others may apply them. */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import { protect } from "ts-mls/messageProtection.js";
import type { PrivateMessageContent } from "ts-mls/privateMessage.js";
import { encryptSenderData } from "ts-mls/privateMessage.js";
import type { ReuseGuard } from "ts-mls/sender.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "../testing/insider.ts";
import { librarySecretTree } from "../testing/librarySecrets.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer, prepare, receive, restart } from "../testing/peer.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { openPrivateMessage } from "./tsMlsMessage.ts";
import { createMlsEngine } from "./tsMls.ts";

const provider = createNobleProvider(seededRandom("own handshakes"));
const { impl } = insiderContext.suite(1);
const BOB = 1;

async function trio(): Promise<[Peer, Peer, Peer]> {
  const id = idOf<GroupId>(provider.random(16));
  const alice = await createPeer(createMlsEngine(provider), await makeDevice(provider), 1, id);
  const bob = await addPeer([alice], await makeDevice(provider));
  return [alice, bob, await addPeer([alice, bob], await makeDevice(provider))];
}

/** A commit of alice's that says it is bob's, of a generation that bob has used. */
async function inBobsName(alice: Peer, authenticatedData: Uint8Array): Promise<Uint8Array> {
  const message = decodeMessage(await forgeCommit(alice, { authenticatedData }), ALL_GUARDS);
  if (message.wireformat !== "mls_private_message") throw new Error("not private");
  const encryptedSenderData = await encryptSenderData(
    stateOfPeer(alice).current.senderDataSecret,
    { leafIndex: BOB, generation: 0, reuseGuard: new Uint8Array(4) as ReuseGuard },
    message.privateMessage,
    message.privateMessage.ciphertext,
    impl,
  );
  return encodeMessage({ ...message, privateMessage: { ...message.privateMessage, encryptedSenderData } });
}

/** What bob signed, sealed anew by alice with the next of bob's keys. */
async function sealedAnew(
  alice: Peer,
  handshake: Uint8Array,
  authenticatedData: Uint8Array,
): Promise<Uint8Array> {
  const message = decodeMessage(handshake, ALL_GUARDS);
  const state = stateOfPeer(alice);
  const { current } = state;
  if (message.wireformat !== "mls_private_message") throw new Error("not private");
  const opened = await openPrivateMessage(insiderContext, state, current, message.privateMessage);
  if (opened.kind === "failed") throw new Error(opened.reason);
  const { content, auth } = opened.content;
  const { privateMessage } = await protect(
    current.senderDataSecret,
    authenticatedData,
    current.context,
    librarySecretTree(insiderContext.suite(1).primitives, opened.ratchets),
    { ...content, auth } as PrivateMessageContent,
    BOB,
    insiderContext.config.paddingConfig,
    impl,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
}

test("forged for a place that the device sent nothing for: refused by all, and the group goes on", async () => {
  const [alice, bob, carol] = await trio();
  await prepare(bob, { authenticatedData: utf8("place 1") });
  await restart(bob);
  const forged = await inBobsName(alice, utf8("place 2"));
  for (const peer of [bob, carol])
    expect(await receive(peer, forged, utf8("place 2"))).toMatchObject({ kind: "refused" });
  await commitAll(bob, [alice, carol]);
});

test("forged for the place that its own is on the way to: undecided, since what others see cannot be known", async () => {
  const [alice, bob, carol] = await trio();
  await prepare(bob, { authenticatedData: utf8("place 1") });
  await restart(bob);
  const forged = await inBobsName(alice, utf8("place 1"));
  expect(await receive(bob, forged, utf8("place 1"))).toMatchObject({ kind: "undecided" });
  expect(await receive(carol, forged, utf8("place 1"))).toMatchObject({ kind: "refused" });
});

test("its own commit, sealed anew by another member: others apply it, so it is not refused", async () => {
  const [alice, bob, carol] = await trio();
  const place = utf8("place 1");
  const commit = await prepare(bob, { authenticatedData: place });
  const again = await sealedAnew(alice, commit.handshake, place);
  expect(await receive(carol, again, place)).toMatchObject({ kind: "applied" });
  expect(await receive(bob, again, place)).toMatchObject({ kind: "undecided" });
});

test("places are forgotten with their epoch", async () => {
  const [alice, bob, carol] = await trio();
  await prepare(bob, { authenticatedData: utf8("place 1") });
  expect(stateOfPeer(bob).handshakes.sent).toHaveLength(1);
  await commitAll(alice, [bob, carol]);
  expect(stateOfPeer(bob).handshakes.sent).toEqual([]);
});
