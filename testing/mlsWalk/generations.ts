/** Which generation each ciphertext was made with: no key may encrypt twice. */
import type { Peer } from "@sotto/crypto/testing";
import { senderDataOf } from "@sotto/crypto/testing";
import type { World } from "./world.ts";
import { check, count } from "./world.ts";

/** Notes a PrivateMessage as it leaves its sender, whose records still are of its epoch. Throws if its key was used before. */
export async function noteSent(world: World, sender: Peer, message: Uint8Array): Promise<void> {
  const { epoch, leaf, generation, isHandshake } = await senderDataOf(sender.parts, message);
  const key = `${epoch}/${leaf}/${isHandshake ? "handshake" : "application"}/${generation}`;
  check(leaf === sender.group.ownLeaf, () => `the sender data name leaf ${leaf}`);
  check(!world.generations.has(key), () => `generation used twice: ${key}`);
  world.generations.add(key);
  count(world, "generations");
}
