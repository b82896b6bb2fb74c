/** What a server can make against a group: see forgeries.ts. */
import { handshakeGenesis } from "@sotto/crypto";
import { externalCommit } from "@sotto/crypto/testing";
import type { ConversationId } from "@sotto/protocol";
import {
  encodeCharter,
  encodeHandshakeBinding,
  encodeMessageBinding,
  idBytes,
  idOf,
  utf8,
} from "@sotto/protocol";
import { encodeJoinerInfo } from "sotto/simulation";
import { EPOCH_MS } from "../sim/people.ts";
import { sha256 } from "../sim/tier.ts";
import { FORGED } from "./attack.ts";
import { impostor, nextBinding, stolenRecords } from "./forgeries.ts";
import type { GroupTown } from "./groupTown.ts";
import { headOf } from "./groupTown.ts";
import type { MadeUpEntry } from "./deceit.ts";

/** The server's device comes in from outside, with the group info that it has stolen of alice. */
export async function externalCommitOf(
  town: GroupTown,
  claim: Parameters<typeof impostor>[1] = {},
): Promise<Uint8Array> {
  return externalCommit(stolenRecords(town.alice, town), await impostor(town, claim), {
    authenticatedData: nextBinding(town),
  });
}

/** A message of the server's own group of the same id, bound to the real one's history. */
export async function forgedMessage({ cast, mallory, alice, ...town }: GroupTown): Promise<MadeUpEntry> {
  const mls = cast.tier.createMls(cast.crypto.random);
  const own = await mls.create(town.group, mallory.person.identity, cast.tier.suite, EPOCH_MS);
  const { headIndex: index, headHash } = headOf(alice, town.conversation);
  const authenticatedData = encodeMessageBinding({ index, headHash, base: 0, takenIndex: 0 });
  const { ciphertexts } = await mls.encrypt(own.group, [{ plaintext: utf8(FORGED), authenticatedData }]);
  return { type: "message", group: town.group, index, ciphertext: ciphertexts[0] as Uint8Array };
}

/** A Welcome for bob to a group of the server's, made by a device that says it is alice's. */
export async function welcomeInAlicesName(town: GroupTown): Promise<MadeUpEntry> {
  const { cast } = town;
  const { account } = town.alice.person.identity;
  const device = await impostor(town, { account, device: town.newDeviceId() });
  const mls = cast.tier.createMls(cast.crypto.random);
  const group = town.newGroupId();
  const conversation = idOf<ConversationId>(cast.crypto.random(16));
  const binding = { index: 1, previousHash: handshakeGenesis(cast.crypto, conversation, group) };
  const appData = encodeCharter({ name: "trust me", owner: account, admins: [], keyId: null, room: false });
  const created = await mls.create(group, device, cast.tier.suite, EPOCH_MS, appData);
  const { handshake, welcome } = await mls.commit(
    created.group,
    {
      add: [town.bob.person.lastResort.publicBytes],
      remove: [],
      authenticatedData: encodeHandshakeBinding({ conversation: idBytes(conversation), ...binding }),
      joinerInfo: encodeJoinerInfo({ conversation, kind: "group", ...binding }),
    },
    EPOCH_MS,
  );
  if (welcome === null) throw new Error("nobody is welcomed");
  const place = { group, index: 1, conversation, kind: "group", predecessor: null } as const;
  return { type: "welcome", ...place, handshakeHash: sha256(handshake), welcome: { inline: welcome } };
}
