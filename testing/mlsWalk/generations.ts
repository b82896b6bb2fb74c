/** Which key each PrivateMessage was made with: none may encrypt twice, and its sender keeps none. */
import type { Peer } from "@sotto/crypto/testing";
import { keyOfMessage, senderDataOf } from "@sotto/crypto/testing";
import { checkGone } from "./checks.ts";
import type { World } from "./world.ts";
import { check, count } from "./world.ts";

export type Parts = ReadonlyMap<string, Uint8Array>;

/**
 * Notes a message as it leaves its sender, whose records `before` it lead to its key and whose records now do not. Gives the key,
 * hexadecimal. Throws if it was used before.
 */
export async function noteSent(
  world: World,
  sender: Peer,
  before: Parts,
  message: Uint8Array,
): Promise<string> {
  const { epoch, leaf, generation, isHandshake } = await senderDataOf(sender.parts, message);
  const name = `${epoch}/${leaf}/${isHandshake ? "handshake" : "application"}/${generation}`;
  check(leaf === sender.group.ownLeaf, () => `the sender data name leaf ${leaf}`);
  check(!world.generations.has(name), () => `generation used twice: ${name}`);
  world.generations.add(name);
  count(world, "generations");
  const key = await keyOfMessage(before, message);
  if (key === undefined) throw new Error(`the sender's records do not lead to the key of ${name}`);
  // Of these faults it is the reused generation that has to be seen.
  const { forgetsSent, forgetsLostCommit } = world.mutant;
  if (!forgetsSent && !forgetsLostCommit) checkGone(world, "the sender", sender.parts, [{ leaf, key }]);
  return key;
}
