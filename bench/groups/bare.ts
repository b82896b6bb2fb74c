/** ts-mls 1.6.4 as it comes in a group, with its default provider and configuration. */
import type { SuiteId } from "@sotto/crypto";
import { bytesEqual, utf8 } from "@sotto/protocol";
import type { ClientState, CreateCommitResult, MLSMessage, Proposal } from "ts-mls";
import {
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultCapabilities,
  defaultLifetime,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  joinGroup,
  processPrivateMessage,
} from "ts-mls";
import { bareSuite } from "../mls/bare.ts";
import type { Life } from "./life.ts";
import { checkTexts, textsOf, timed } from "./life.ts";

type Keys = Awaited<ReturnType<typeof generateKeyPackage>>;

export async function bareLife(devices: number, suiteId: SuiteId): Promise<Life> {
  const cipherSuite = await bareSuite(suiteId);
  let people = 0;
  const newcomer = (): Promise<Keys> => {
    const credential = { credentialType: "basic", identity: utf8(`device ${people++}`) } as const;
    return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], cipherSuite);
  };
  const addOf = ({ publicPackage }: Keys): Proposal => ({
    proposalType: "add",
    add: { keyPackage: publicPackage },
  });
  const commit = (state: ClientState, extraProposals: Proposal[]): Promise<CreateCommitResult> =>
    createCommit({ state, cipherSuite }, { extraProposals, ratchetTreeExtension: true });
  const join = (welcome: Uint8Array, { publicPackage, privatePackage }: Keys): Promise<ClientState> => {
    const decoded = decodeMlsMessage(welcome, 0)?.[0];
    if (decoded?.wireformat !== "mls_welcome") throw new Error("no Welcome");
    return joinGroup(decoded.welcome, publicPackage, privatePackage, emptyPskIndex, cipherSuite);
  };

  const creator = await newcomer();
  const others: Keys[] = [];
  while (others.length < devices - 1) others.push(await newcomer());
  const [publicPackage, privatePackage] = [creator.publicPackage, creator.privatePackage];
  const group = await createGroup(utf8("a group"), publicPackage, privatePackage, [], cipherSuite);
  const filled = await commit(group, others.map(addOf));
  let committer = filled.newState;
  let follower = await join(welcomeBytes(filled), others.at(-1) as Keys);

  /** By the creator; the follower follows. */
  async function change(
    proposals: Proposal[],
  ): Promise<{ readonly tookMs: number; readonly handshake: Uint8Array; readonly made: CreateCommitResult }> {
    const [{ made, handshake }, tookMs] = await timed(async () => {
      const created = await commit(committer, proposals);
      const bytes = encodeMlsMessage(created.commit);
      const followed = await processPrivateMessage(
        follower,
        privateMessageOf(bytes),
        emptyPskIndex,
        cipherSuite,
      );
      [committer, follower] = [created.newState, followed.newState];
      return { made: created, handshake: bytes };
    });
    const [ours, theirs] = [committer.keySchedule, follower.keySchedule];
    if (!bytesEqual(ours.epochAuthenticator, theirs.epochAuthenticator))
      throw new Error("the two are in different epochs");
    return { tookMs, handshake, made };
  }

  return {
    async round() {
      const keys = await newcomer();
      const added = await change([addOf(keys)]);
      const welcome = welcomeBytes(added.made);
      const [joined, joinMs] = await timed(() => join(welcome, keys));
      const texts = textsOf();
      const ciphertexts: Uint8Array[] = [];
      const [, sendMs] = await timed(async () => {
        for (const text of texts) {
          const { newState, privateMessage } = await createApplicationMessage(committer, text, cipherSuite);
          committer = newState;
          const message: MLSMessage = { version: "mls10", wireformat: "mls_private_message", privateMessage };
          ciphertexts.push(encodeMlsMessage(message));
        }
      });
      let reading = joined;
      const read: (Uint8Array | undefined)[] = [];
      const [, receiveMs] = await timed(async () => {
        for (const ciphertext of ciphertexts) {
          const message = privateMessageOf(ciphertext);
          const opened = await processPrivateMessage(reading, message, emptyPskIndex, cipherSuite);
          reading = opened.newState;
          read.push(opened.kind === "applicationMessage" ? opened.message : undefined);
        }
      });
      checkTexts(texts, read);
      const updated = await change([]);
      const removed = await change([
        { proposalType: "remove", remove: { removed: joined.privatePath.leafIndex } },
      ]);
      return {
        // Its adds have no path: it renews keys, as ours do with every add, by an update behind it.
        addMs: added.tookMs + updated.tookMs,
        joinMs,
        updateMs: updated.tookMs,
        removeMs: removed.tookMs,
        sendMs: sendMs / texts.length,
        receiveMs: receiveMs / texts.length,
        addBytes: added.handshake.length + updated.handshake.length,
        welcomeBytes: welcome.length,
        updateBytes: updated.handshake.length,
        removeBytes: removed.handshake.length,
        messageBytes: ciphertexts[0]?.length ?? 0,
      };
    },
  };
}

function welcomeBytes({ welcome }: CreateCommitResult): Uint8Array {
  if (welcome === undefined) throw new Error("nobody is welcomed");
  return encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome });
}

function privateMessageOf(bytes: Uint8Array): Parameters<typeof processPrivateMessage>[1] {
  const decoded = decodeMlsMessage(bytes, 0)?.[0];
  if (decoded?.wireformat !== "mls_private_message") throw new Error("no private message");
  return decoded.privateMessage;
}
