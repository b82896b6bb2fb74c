/** Our MLS engine in a group. */
import type { CommitIntent, DeviceIdentity, KeyPackageBundle, MlsGroup, SuiteId } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import { makeDevice } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";
import { bytesEqual, idOf } from "@sotto/protocol";
import { createNodeCryptoProvider } from "sotto/node";
import type { Life } from "./life.ts";
import { checkTexts, textsOf, timed } from "./life.ts";

const LIFETIME_DAYS = 1;
const NOTHING = new Uint8Array(0);

export async function ourLife(devices: number, suite: SuiteId): Promise<Life> {
  const provider = createNodeCryptoProvider();
  const engine = createMlsEngine(provider);
  const nowMs = Date.now();
  const newcomer = async (): Promise<{ device: DeviceIdentity; bundle: KeyPackageBundle }> => {
    const device = await makeDevice(provider);
    const [bundle] = await engine.keyPackages(device, suite, 1, nowMs, LIFETIME_DAYS);
    if (bundle === undefined) throw new Error("no key package");
    return { device, bundle };
  };
  const intentOf = (changes: Partial<CommitIntent>): CommitIntent => ({
    add: [],
    remove: [],
    authenticatedData: NOTHING,
    joinerInfo: NOTHING,
    ...changes,
  });
  const creator = await makeDevice(provider);
  const others: Awaited<ReturnType<typeof newcomer>>[] = [];
  while (others.length < devices - 1) others.push(await newcomer());
  const { group } = await engine.create(idOf<GroupId>(provider.random(16)), creator, suite, nowMs);
  const add = others.map(({ bundle }) => bundle.publicBytes);
  const filled = await engine.commit(group, intentOf({ add }), nowMs);
  const last = others.at(-1);
  if (filled.welcome === null || last === undefined) throw new Error("nobody is welcomed");
  let committer: MlsGroup = (await engine.adopt(filled.group, filled.pending)).group;
  let follower: MlsGroup = (await engine.join(filled.welcome, [last.bundle], last.device)).group;

  /** By the creator; the follower follows. */
  async function change(changes: Partial<CommitIntent>): Promise<{
    readonly tookMs: number;
    readonly handshake: Uint8Array;
    readonly welcome: Uint8Array | null;
  }> {
    const [made, tookMs] = await timed(async () => {
      const commit = await engine.commit(committer, intentOf(changes), nowMs);
      const adopted = await engine.adopt(commit.group, commit.pending);
      const outcome = await engine.process(follower, commit.handshake, { authenticatedData: NOTHING });
      if (outcome.kind !== "applied") throw new Error("the commit did not apply");
      [committer, follower] = [adopted.group, outcome.group];
      return commit;
    });
    if (!bytesEqual(engine.epochAuthenticator(committer), engine.epochAuthenticator(follower)))
      throw new Error("the two are in different epochs");
    return { tookMs, handshake: made.handshake, welcome: made.welcome };
  }

  return {
    async round() {
      const { device, bundle } = await newcomer();
      const added = await change({ add: [bundle.publicBytes] });
      const { welcome } = added;
      if (welcome === null) throw new Error("nobody is welcomed");
      const [joined, joinMs] = await timed(() => engine.join(welcome, [bundle], device));
      const texts = textsOf();
      const ciphertexts: Uint8Array[] = [];
      const [, sendMs] = await timed(async () => {
        for (const plaintext of texts) {
          const sent = await engine.encrypt(committer, [{ plaintext, authenticatedData: NOTHING }]);
          committer = sent.group;
          ciphertexts.push(...sent.ciphertexts);
        }
      });
      let reading = joined.group;
      const read: (Uint8Array | undefined)[] = [];
      const [, receiveMs] = await timed(async () => {
        for (const ciphertext of ciphertexts) {
          const received = await engine.decrypt(reading, [ciphertext]);
          reading = received.group;
          for (const result of received.results)
            read.push(result.kind === "message" ? result.plaintext : undefined);
        }
      });
      checkTexts(texts, read);
      const updated = await change({});
      const removed = await change({ remove: [joined.group.ownLeaf] });
      return {
        addMs: added.tookMs,
        joinMs,
        updateMs: updated.tookMs,
        removeMs: removed.tookMs,
        sendMs: sendMs / texts.length,
        receiveMs: receiveMs / texts.length,
        addBytes: added.handshake.length,
        welcomeBytes: welcome.length,
        updateBytes: updated.handshake.length,
        removeBytes: removed.handshake.length,
        messageBytes: ciphertexts[0]?.length ?? 0,
      };
    },
  };
}
