/** What happens in a group while one of its devices is away: a Welcome that waits for it, and hundreds of commits behind it. Made of real accounts and keys. */
import type { CommitIntent, MlsGroup, SuiteId } from "@sotto/crypto";
import { createMlsEngine, handshakeGenesis, handshakeHash } from "@sotto/crypto";
import { makeDevice } from "@sotto/crypto/testing";
import type { ConversationId, GroupId } from "@sotto/protocol";
import { encodeCharter, encodeHandshakeBinding, encodeServerFrame, idBytes, idOf } from "@sotto/protocol";
import { createCast, EPOCH_MS } from "@sotto/testing/sim/people.ts";
import { diskOf } from "@sotto/testing/sim/world.ts";
import { createNodeCryptoProvider } from "sotto/node";
import { encodeContact, encodeJoinerInfo, TABLE } from "sotto/simulation";
import type { Absence } from "./catchUp.ts";

/** Devices that commit in turns, spread over the tree; the others stay as they were put in. */
const COMMITTERS = 4;
const KEY_PACKAGES = 2;
const LIFETIME_DAYS = 30;

export async function makeAbsence(suite: SuiteId, devices: number, commits: number): Promise<Absence> {
  const provider = createNodeCryptoProvider();
  const engine = createMlsEngine(provider);
  const tier = { name: "real", suite, createMls: () => engine } as const;
  const [alice, bob] = (await createCast(tier, 2)).people;
  const [bobs] = bob?.keyPackages ?? [];
  if (alice === undefined || bob === undefined || bobs === undefined) throw new Error("nobody is there");
  const group = idOf<GroupId>(provider.random(16));
  const conversation = idOf<ConversationId>(provider.random(16));
  const frames: Uint8Array[] = [];
  let index = 0;
  let previousHash = handshakeGenesis(provider, conversation, group);
  const intentOf = (add: readonly Uint8Array[]): CommitIntent => {
    const place = { index: index + 1, previousHash };
    return {
      add,
      remove: [],
      authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation), ...place }),
      joinerInfo: encodeJoinerInfo({ conversation, kind: "group", ...place }),
    };
  };
  const advance = (handshake: Uint8Array): void => {
    previousHash = handshakeHash(provider, previousHash, group, ++index, provider.sha256(handshake));
  };

  const newcomers = await Promise.all(
    Array.from({ length: devices - 2 }, async () => {
      const device = await makeDevice(provider);
      const bundles = await engine.keyPackages(device, suite, 1, EPOCH_MS, LIFETIME_DAYS);
      return { device, bundles };
    }),
  );
  const { account } = alice.identity;
  const appData = encodeCharter({ name: "walks", owner: account, admins: [], keyId: null, room: false });
  const created = await engine.create(group, alice.identity, suite, EPOCH_MS, appData);
  const add = [bobs, ...newcomers.flatMap(({ bundles }) => bundles)].map(({ publicBytes }) => publicBytes);
  const opening = await engine.commit(created.group, intentOf(add), EPOCH_MS);
  const { welcome, handshake } = opening;
  if (welcome === null) throw new Error("nobody is welcomed");
  advance(handshake);
  const place = { group, index, conversation, kind: "group", predecessor: null } as const;
  const handshakeSha256 = provider.sha256(handshake);
  frames.push(
    encodeServerFrame({
      type: "welcome",
      sequence: 1,
      ...place,
      handshakeHash: handshakeSha256,
      welcome: { inline: welcome },
    }),
  );

  const members: MlsGroup[] = [(await engine.adopt(opening.group, opening.pending)).group];
  for (let i = 1; i < COMMITTERS; i++) {
    const { device, bundles } = newcomers[
      Math.floor((i * newcomers.length) / COMMITTERS)
    ] as (typeof newcomers)[number];
    members.push((await engine.join(welcome, bundles, device)).group);
  }
  for (let made = 0; made < commits; made++) {
    const turn = made % COMMITTERS;
    const intent = intentOf([]);
    const commit = await engine.commit(members[turn] as MlsGroup, intent, EPOCH_MS);
    for (const [i, member] of members.entries()) {
      if (i === turn) members[i] = (await engine.adopt(commit.group, commit.pending)).group;
      else {
        const outcome = await engine.process(member, commit.handshake, intent);
        if (outcome.kind !== "applied") throw new Error("a commit did not apply");
        members[i] = outcome.group;
      }
    }
    advance(commit.handshake);
    frames.push(
      encodeServerFrame({
        type: "handshake",
        sequence: frames.length + 1,
        group,
        index,
        handshake: { inline: commit.handshake },
      }),
    );
  }

  const { userName, credential, deviceList } = alice.identity;
  const contact = {
    account,
    userName,
    state: "accepted",
    accountKey: credential.accountKey,
    listVersion: 1,
    keysChanged: false,
  } as const;
  const packages = diskOf(bob, KEY_PACKAGES).tables.get(TABLE.keyPackage) ?? new Map<string, Uint8Array>();
  return {
    identity: bob.identity,
    records: [
      { table: TABLE.contact, key: account, value: encodeContact(contact) },
      ...[...packages].map(([key, value]) => ({ table: TABLE.keyPackage, key, value })),
    ],
    contact: { account, deviceList },
    conversation,
    frames,
    lastIndex: index,
    authenticator: engine.epochAuthenticator(members[0] as MlsGroup),
    nowMs: EPOCH_MS,
  };
}
