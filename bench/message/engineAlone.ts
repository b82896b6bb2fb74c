/** The MLS engine by itself, on one core and without disk or network, in Node or in a page: alice encrypts what bob decrypts, in batches as clients do. */
import type { CryptoProvider, DeviceIdentity, MlsEngine, MlsGroup, Outgoing, SuiteId } from "@sotto/crypto";
import { createMlsEngine, padContent } from "@sotto/crypto";
import { makeDevice } from "@sotto/crypto/testing";
import type { GroupId, MessageId, StreamId } from "@sotto/protocol";
import { encodeContent, encodeMessageBinding, idOf } from "@sotto/protocol";

export interface EngineBurst {
  readonly encryptMs: number;
  readonly decryptMs: number;
  readonly encryptCpuMs: number;
  readonly decryptCpuMs: number;
}

export interface EngineAlone {
  /** The same work as a burst through the pipeline. */
  burst(count: number, sizeBytes: number): Promise<EngineBurst>;
}

const NOW_MS = Date.now();
const LIFETIME_DAYS = 1;
const NOTHING = new Uint8Array(0);

/** @param cpuMs what this program has cost so far */
export async function createEngineAlone(
  provider: CryptoProvider,
  suite: SuiteId,
  batches: { readonly send: number; readonly receive: number },
  cpuMs: () => number,
): Promise<EngineAlone> {
  const engine = createMlsEngine(provider);
  const [alice, bob] = [await makeDevice(provider), await makeDevice(provider)];
  let [sending, receiving] = await pairOf(engine, alice, bob, suite, idOf<GroupId>(provider.random(16)));
  const binding = encodeMessageBinding({ index: 2, headHash: provider.random(32), base: 0, takenIndex: 0 });
  const stream = idOf<StreamId>(provider.random(16));

  function contentOf(i: number, sizeBytes: number): Outgoing {
    const content = encodeContent({
      id: idOf<MessageId>(provider.random(16)),
      stream,
      counter: i + 1,
      previousHash: provider.random(32),
      sentAtMs: NOW_MS,
      listVersion: 1,
      logHead: null,
      epochAuthenticator: null,
      body: { kind: "text", text: `${i} `.padEnd(sizeBytes, "x"), replyTo: null },
    });
    return { plaintext: padContent(content), authenticatedData: binding };
  }

  return {
    async burst(count, sizeBytes) {
      const messages = Array.from({ length: count }, (_, i) => contentOf(i, sizeBytes));
      const ciphertexts: Uint8Array[] = [];
      const moment = () => ({ wallMs: performance.now(), cpuMs: cpuMs() });
      const began = moment();
      for (const batch of batchesOf(messages, batches.send)) {
        const sent = await engine.encrypt(sending, batch);
        sending = sent.group;
        ciphertexts.push(...sent.ciphertexts);
      }
      const between = moment();
      for (const batch of batchesOf(ciphertexts, batches.receive)) {
        const received = await engine.decrypt(receiving, batch);
        receiving = received.group;
        if (received.results.some(({ kind }) => kind !== "message"))
          throw new Error("a message was not read");
      }
      const ended = moment();
      return {
        encryptMs: between.wallMs - began.wallMs,
        decryptMs: ended.wallMs - between.wallMs,
        encryptCpuMs: between.cpuMs - began.cpuMs,
        decryptCpuMs: ended.cpuMs - between.cpuMs,
      };
    },
  };
}

async function pairOf(
  engine: MlsEngine,
  alice: DeviceIdentity,
  bob: DeviceIdentity,
  suite: SuiteId,
  id: GroupId,
): Promise<[MlsGroup, MlsGroup]> {
  const bundles = await engine.keyPackages(bob, suite, 1, NOW_MS, LIFETIME_DAYS);
  const { group } = await engine.create(id, alice, suite, NOW_MS);
  const add = bundles.map(({ publicBytes }) => publicBytes);
  const intent = { add, remove: [], authenticatedData: NOTHING, joinerInfo: NOTHING };
  const commit = await engine.commit(group, intent, NOW_MS);
  if (commit.welcome === null) throw new Error("nobody is welcomed");
  const adopted = await engine.adopt(commit.group, commit.pending);
  const joined = await engine.join(commit.welcome, bundles, bob);
  return [adopted.group, joined.group];
}

function batchesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
