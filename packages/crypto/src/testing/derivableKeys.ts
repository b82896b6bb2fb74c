/** What stored parts give away: every message key that follows from the secrets in them, and the key that opens a given message. */
import { toHex } from "@sotto/protocol";
import { decodePrivateMessage, openSenderData } from "../mls/privateMessage.ts";
import type { Ratchet } from "../mls/ratchet.ts";
import { nextStep, startRatchet, stepTo } from "../mls/ratchet.ts";
import { holdsLeaf, useLeaf } from "../mls/secretTree.ts";
import { decodeState } from "../mls/tsMlsState.ts";
import type { Primitives } from "../mls/tsMlsSuite.ts";
import { createSuites } from "../mls/tsMlsSuite.ts";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";

export interface DerivableOptions {
  /** How many generations each ratchet is taken forward; 8 if not given. */
  readonly ahead?: number;
  /** All leaves if not given. */
  readonly leaves?: readonly number[];
}

const suites = createSuites(createNobleProvider(seededRandom("derivable")));

/**
 * Every key that whoever holds the parts can derive: those kept for messages that have not come, and from every secret of a ratchet or a
 * tree node forward. By key, hexadecimal; the value says what it is a key of. Throws `MlsInputError` for parts that are no group, and
 * for those that hold a secret above a leaf in use, from which used keys would follow.
 */
export function derivableKeys(
  parts: ReadonlyMap<string, Uint8Array>,
  { ahead = 8, leaves }: DerivableOptions = {},
): ReadonlyMap<string, string> {
  const state = decodeState(parts);
  const { primitives } = suites(state.suite);
  const keys = new Map<string, string>();
  for (const epoch of [state.past, state.current]) {
    if (epoch === undefined) continue;
    for (const leaf of leaves ?? epoch.ratchets.leaves.keys()) {
      if (!holdsLeaf(epoch.ratchets, leaf)) continue;
      const { handshake, application } = useLeaf(primitives, epoch.ratchets, leaf).ratchets;
      const name = `epoch ${epoch.context.epoch}, leaf ${leaf}`;
      addKeys(primitives, handshake, ahead, `${name}, handshake`, keys);
      addKeys(primitives, application, ahead, `${name}, application`, keys);
    }
  }
  return keys;
}

/**
 * The key that opens a PrivateMessage, hexadecimal, from the parts of a member that has neither sent nor received it yet; `undefined` if
 * they do not lead to it.
 */
export async function keyOfMessage(
  parts: ReadonlyMap<string, Uint8Array>,
  bytes: Uint8Array,
): Promise<string | undefined> {
  const state = decodeState(parts);
  const { primitives } = suites(state.suite);
  const message = decodePrivateMessage(bytes);
  const epoch = [state.current, state.past].find((known) => known?.context.epoch === message?.epoch);
  const sender = message && epoch && (await openSenderData(primitives, epoch.senderDataSecret, message));
  if (sender === undefined || epoch === undefined) return undefined;
  const { ratchets } = useLeaf(primitives, epoch.ratchets, sender.leaf);
  const ratchet = message?.contentType === "application" ? ratchets.application : ratchets.handshake;
  const step = stepTo(primitives, ratchet, sender.generation, null);
  return typeof step === "string" ? undefined : toHex(step.key.key);
}

function addKeys(
  primitives: Primitives,
  ratchet: Ratchet,
  ahead: number,
  name: string,
  keys: Map<string, string>,
): void {
  const forward = ({ secret, generation }: Pick<Ratchet, "secret" | "generation">): void => {
    let at: Ratchet = { ...startRatchet(secret), generation };
    for (let i = 0; i < ahead; i++) {
      const step = nextStep(primitives, at);
      keys.set(toHex(step.key.key), `${name}, generation ${at.generation}`);
      at = step.ratchet;
    }
  };
  forward(ratchet);
  for (const { generation, key, nonce } of ratchet.skipped) {
    // A skipped generation that kept its secret (MLS defect 10) gives away everything after it.
    if (nonce.length === 0) forward({ secret: key, generation });
    else keys.set(toHex(key), `${name}, generation ${generation}`);
  }
}
