/** Members hold each other's message keys; only signatures tell them apart (M2). */
import type { GroupId } from "@sotto/protocol";
import { idOf, utf8 } from "@sotto/protocol";
import { protectApplicationData } from "ts-mls/messageProtection.js";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "../testing/insider.ts";
import { librarySecretTree } from "../testing/librarySecrets.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, createPeer, read, receive, send } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";
import { encodeMessage } from "./tsMlsCodec.ts";

const provider = createNobleProvider(seededRandom("message"));

async function trio(): Promise<[Peer, Peer, Peer]> {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  const bob = await addPeer([alice], await makeDevice(provider));
  return [alice, bob, await addPeer([alice, bob], await makeDevice(provider))];
}

/** A message that carol encrypts with bob's keys and signs with her own. */
async function impersonate(carol: Peer, bob: Peer): Promise<Uint8Array> {
  const { current, keys } = stateOfPeer(carol);
  const { privateMessage } = await protectApplicationData(
    keys?.signaturePrivateKey ?? new Uint8Array(),
    current.senderDataSecret,
    utf8("I am bob"),
    new Uint8Array(),
    current.context,
    librarySecretTree(insiderContext.suite(1).primitives, current.ratchets),
    bob.group.ownLeaf,
    insiderContext.config.paddingConfig,
    insiderContext.suite(1).impl,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage });
}

test("a member cannot write as another, and its attempt costs that one no key", async () => {
  const [alice, bob, carol] = await trio();
  const forged = await impersonate(carol, bob);
  const [honest] = (await send(bob, "I really am")) as [Uint8Array];
  expect(await read(alice, forged, honest)).toEqual(["! forged", "I really am"]);
});

test("a member cannot commit as another", async () => {
  const [alice, bob, carol] = await trio();
  const commit = await forgeCommit(bob, {
    signAs: stateOfPeer(carol).keys?.signaturePrivateKey ?? new Uint8Array(),
  });
  const before = alice.group;
  expect(await receive(alice, commit)).toMatchObject({ kind: "refused", reason: "forged" });
  expect(alice.group).toEqual(before);
  expect(await receive(alice, await forgeCommit(bob, {}))).toMatchObject({ kind: "applied" });
});
