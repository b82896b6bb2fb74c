/** Which key each PrivateMessage was made with: none may encrypt twice, and its sender keeps none. */
import type { Peer } from "@sotto/crypto/testing";
import { keyOfMessage, senderDataOf } from "@sotto/crypto/testing";
import { checkGone } from "./checks.ts";
import type { World } from "./world.ts";
import { check, count } from "./world.ts";

/** The key that a member's message was made with. */
export interface UsedKey {
  readonly leaf: number;
  readonly key: string;
}

type Parts = ReadonlyMap<string, Uint8Array>;

/**
 * Notes messages as they leave their sender, whose records `before` them lead to their keys and whose records now do not. Gives the keys,
 * hexadecimal. Throws if one was used before.
 */
export async function noteSent(
  world: World,
  sender: Peer,
  before: Parts,
  messages: readonly Uint8Array[],
): Promise<readonly UsedKey[]> {
  const used: UsedKey[] = [];
  for (const message of messages) {
    const { epoch, leaf, generation, isHandshake } = await senderDataOf(before, message);
    const name = `${epoch}/${leaf}/${isHandshake ? "handshake" : "application"}/${generation}`;
    check(leaf === sender.group.ownLeaf, () => `the sender data name leaf ${leaf}`);
    check(!world.generations.has(name), () => `generation used twice: ${name}`);
    world.generations.add(name);
    const key = await keyOfMessage(before, message);
    if (key === undefined) throw new Error(`the sender's records do not lead to the key of ${name}`);
    used.push({ leaf, key });
  }
  count(world, "generations", messages.length);
  // Of these faults it is the reused generation that has to be seen.
  const { forgetsSent, forgetsLostCommit } = world.mutant;
  if (!forgetsSent && !forgetsLostCommit) checkGone(world, "the sender", sender.parts, used);
  return used;
}
