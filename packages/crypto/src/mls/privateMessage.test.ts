/** Our messages to the bare library and its messages to us: RFC 9420 §6.3 with two implementations. */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex, utf8 } from "@sotto/protocol";
import type { AuthenticatedContent } from "ts-mls/authenticatedContent.js";
import type { PaddingConfig } from "ts-mls/paddingConfig.js";
import {
  protectApplicationData,
  protectProposal,
  unprotectPrivateMessage,
} from "ts-mls/messageProtection.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import type { SecretTree as LibrarySecretTree } from "ts-mls/secretTree.js";
import { beforeAll, describe, expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import type { CryptoProvider } from "../provider/port.ts";
import { makeDevice } from "../testing/devices.ts";
import { stateOfPeer } from "../testing/insider.ts";
import { librarySecretTree } from "../testing/librarySecrets.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, createPeer, prepare, send, textOf } from "../testing/peer.ts";
import { decodePrivateMessage, encodePrivateMessage } from "./privateMessage.ts";
import { openPrivateMessage } from "./tsMlsMessage.ts";
import { createContext } from "./tsMlsContext.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { createMlsEngine } from "./tsMls.ts";
import { encodeMessage } from "./tsMlsCodec.ts";

const provider = quick(createNobleProvider(seededRandom("private message")));
const context = createContext(provider, ALL_GUARDS);
const KEEP = { retainKeysForGenerations: 10, maximumForwardRatchetSteps: 10, retainKeysForEpochs: 0 };
const NO_PADDING: PaddingConfig = { kind: "alwaysPad", paddingLength: 0 };
const TEXTS = ["a", "b", "c", "d", "e", "f"];
const ORDERS = orders(TEXTS.map((_text, i) => i));

/** Verifies each signature once: the same six are opened in hundreds of orders. */
function quick(slow: CryptoProvider): CryptoProvider {
  const known = new Map<string, boolean | Promise<boolean>>();
  return {
    ...slow,
    ed25519Verify(key, message, signature) {
      const name = [key, message, signature].map(toHex).join(" ");
      const verified = known.get(name) ?? slow.ed25519Verify(key, message, signature);
      known.set(name, verified);
      return verified;
    },
  };
}

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

/** A member as the bare library has it. */
interface Bare {
  readonly secrets: LibrarySecretTree;
  readonly open: (
    secrets: LibrarySecretTree,
    message: PrivateMessage,
  ) => Promise<{ readonly tree: LibrarySecretTree; readonly content: AuthenticatedContent }>;
}

function bareOf(peer: Peer): Bare {
  const { current } = stateOfPeer(peer);
  const { impl, primitives } = context.suite(peer.suite);
  return {
    secrets: librarySecretTree(primitives, current.ratchets),
    open: async (secrets, message) =>
      unprotectPrivateMessage(
        current.senderDataSecret,
        message,
        secrets,
        current.tree,
        current.context,
        KEEP,
        impl,
      ),
  };
}

function opened(bytes: Uint8Array): PrivateMessage {
  const message = decodePrivateMessage(bytes);
  if (message === undefined) throw new Error("not a PrivateMessage");
  return message;
}

describe.each([1, 83] as const)("suite %d", (suite) => {
  let alice: Peer;
  let bob: Peer;

  beforeAll(async () => {
    alice = await createPeer(
      createMlsEngine(provider),
      await makeDevice(provider),
      suite,
      idOf<GroupId>(provider.random(16)),
    );
    bob = await addPeer([alice], await makeDevice(provider));
  });

  test("the library opens ours, in every order of six", { timeout: 60_000 }, async () => {
    const bare = bareOf(bob);
    const sent = (await send(alice, ...TEXTS)).map(opened);
    for (const order of ORDERS) {
      let { secrets } = bare;
      for (const i of order) {
        const { tree, content } = await bare.open(secrets, sent[i] as PrivateMessage);
        expect(content.content).toMatchObject({
          contentType: "application",
          applicationData: utf8(TEXTS[i] as string),
          authenticatedData: utf8(`data of ${TEXTS[i]}`),
        });
        secrets = tree;
      }
    }
  });

  test("we open the library's, in every order of six", { timeout: 60_000 }, async () => {
    const state = stateOfPeer(bob);
    let { secrets } = bareOf(bob);
    const sent: Uint8Array[] = [];
    for (const text of TEXTS) {
      const { newSecretTree, privateMessage } = await protectApplicationData(
        state.keys?.signaturePrivateKey as Uint8Array,
        state.current.senderDataSecret,
        utf8(text),
        utf8(`data of ${text}`),
        state.current.context,
        secrets,
        bob.group.ownLeaf,
        // The library's own padding: zeros after the content.
        { kind: "padUntilLength", padUntilLength: 300 },
        context.suite(suite).impl,
      );
      secrets = newSecretTree;
      sent.push(encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage }));
    }
    for (const order of ORDERS) {
      const { results } = await alice.engine.decrypt(
        alice.group,
        order.map((i) => sent[i] as Uint8Array),
      );
      expect(results.map(textOf)).toEqual(order.map((i) => TEXTS[i]));
      expect(results[0]).toMatchObject({ authenticatedData: utf8(`data of ${TEXTS[order[0] as number]}`) });
    }
  });

  test("commits and proposals, both ways", async () => {
    const bare = bareOf(bob);
    const { handshake } = await prepare(alice, { authenticatedData: utf8("place") });
    const { content } = await bare.open(bare.secrets, opened(handshake));
    expect(content.content).toMatchObject({ contentType: "commit", authenticatedData: utf8("place") });
    expect(content.auth).toMatchObject({ contentType: "commit" });

    const state = stateOfPeer(bob);
    const { privateMessage } = await protectProposal(
      state.keys?.signaturePrivateKey as Uint8Array,
      state.current.senderDataSecret,
      { proposalType: "remove", remove: { removed: 1 } },
      utf8("place"),
      state.current.context,
      bare.secrets,
      bob.group.ownLeaf,
      NO_PADDING,
      context.suite(suite).impl,
    );
    const receiver = stateOfPeer(alice);
    expect(await openPrivateMessage(context, receiver, receiver.current, privateMessage)).toMatchObject({
      kind: "opened",
      leaf: 1,
      content: { content: { contentType: "proposal", proposal: { remove: { removed: 1 } } } },
    });
  });

  test("the bytes of a message are the library's", async () => {
    const [sent] = (await send(alice, "x")) as [Uint8Array];
    const privateMessage = opened(sent);
    expect(encodeMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage })).toEqual(
      sent,
    );
    expect(encodePrivateMessage(privateMessage)).toEqual(sent);
    for (const size of sent.keys()) expect(decodePrivateMessage(sent.subarray(0, size))).toBeUndefined();
    expect(decodePrivateMessage(Uint8Array.of(...sent, 0))).toBeUndefined();
  });
});
