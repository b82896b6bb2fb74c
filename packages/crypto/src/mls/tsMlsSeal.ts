/** Sealing own contents (RFC 9420 §6.3, §9): each with the next key of the own ratchet. */
import { encodeVector } from "./tls.ts";
import type { Outgoing } from "./port.ts";
import type { ContentToSeal } from "./privateMessage.ts";
import { contentToSign, encodePrivateMessage, sealContent } from "./privateMessage.ts";
import type { MessageKey } from "./ratchet.ts";
import { nextStep } from "./ratchet.ts";
import { useLeaf, withLeaf } from "./secretTree.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { EpochState, GroupState, OwnKeys } from "./tsMlsState.ts";
import { withRatchets } from "./tsMlsState.ts";
import type { Primitives } from "./tsMlsSuite.ts";

/** Encrypts application messages in order; the group returned has the own ratchet advanced. */
export async function sealMessages(
  context: MlsContext,
  state: GroupState,
  keys: OwnKeys,
  messages: readonly Outgoing[],
): Promise<{ readonly state: GroupState; readonly ciphertexts: readonly Uint8Array[] }> {
  if (messages.length === 0) return { state, ciphertexts: [] };
  const { primitives } = context.suite(state.suite);
  const { current, ownLeaf: leaf } = state;
  const { tree, ratchets } = useLeaf(primitives, current.ratchets, leaf);
  let { application } = ratchets;
  const messageKeys = messages.map(() => {
    const { key, ratchet } = nextStep(primitives, application);
    application = ratchet;
    return key;
  });
  const ciphertexts = await Promise.all(
    messages.map(async ({ plaintext, authenticatedData }, i) => {
      const framed = {
        leaf,
        contentType: "application",
        authenticatedData,
        body: encodeVector(plaintext),
      } as const;
      const signature = await primitives.sign(
        keys.signaturePrivateKey,
        contentToSign(current.context, framed),
      );
      return seal(primitives, current, messageKeys[i] as MessageKey, {
        ...framed,
        signature,
        confirmationTag: undefined,
      });
    }),
  );
  return {
    state: withRatchets(state, current, withLeaf(tree, leaf, { ...ratchets, application })),
    ciphertexts,
  };
}

/** Encrypts a signed commit or proposal of the own leaf; the group returned has the own handshake ratchet advanced. */
export async function sealHandshakeContent(
  context: MlsContext,
  state: GroupState,
  content: Omit<ContentToSeal, "leaf">,
): Promise<{ readonly state: GroupState; readonly bytes: Uint8Array }> {
  const { primitives } = context.suite(state.suite);
  const { current, ownLeaf: leaf } = state;
  const { tree, ratchets } = useLeaf(primitives, current.ratchets, leaf);
  const { key, ratchet: handshake } = nextStep(primitives, ratchets.handshake);
  return {
    state: withRatchets(state, current, withLeaf(tree, leaf, { ...ratchets, handshake })),
    bytes: await seal(primitives, current, key, { ...content, leaf }),
  };
}

async function seal(
  primitives: Primitives,
  { context, senderDataSecret }: EpochState,
  key: MessageKey,
  content: ContentToSeal,
): Promise<Uint8Array> {
  return encodePrivateMessage(await sealContent(primitives, context, senderDataSecret, key, content));
}
