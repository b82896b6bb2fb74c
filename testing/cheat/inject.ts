/** What a server can do by itself: give bytes of its own a place in the order. */
import type { HandshakeFrame } from "@sotto/protocol";
import { decodeServerFrame, encodeClientFrame } from "@sotto/protocol";
import type { Resident, Town } from "./town.ts";

/** The server puts the handshake into its log in `sender`'s name, as the next one behind what that device has seen, and sends it to all. */
export async function inject(town: Town, sender: Resident, handshake: Uint8Array): Promise<void> {
  const head = sender.engine.state.conversations.get(town.conversation);
  const frame: HandshakeFrame = {
    type: "handshake",
    requestId: 1,
    group: town.group,
    index: (head?.headIndex ?? 0) + 1,
    handshake,
    welcome: null,
    welcomeTo: [],
    added: [],
    removed: [],
    sealedGroupInfo: null,
    doorHash: null,
    door: null,
    storeCounter: 0,
  };
  let taken: string | undefined;
  town.server.submit(sender.person.session, encodeClientFrame(frame), (reply) => {
    if (reply instanceof Uint8Array) taken = decodeServerFrame(reply)?.type;
  });
  await town.settle();
  if (taken !== "ok") throw new Error("the server's rules did not take the handshake");
}
