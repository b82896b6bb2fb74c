/** Our MLS engine as a contender: groups in memory, and each call makes the records that a client would store. */
import type { CryptoProvider, MlsEngine, MlsGroup, SuiteId } from "@sotto/crypto";
import { createMlsEngine } from "@sotto/crypto";
import { makeDevice } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { Contender } from "./contender.ts";
import { AUTHENTICATED_BYTES, checkTexts, ratesOf, textsOf } from "./contender.ts";

const LIFETIME_DAYS = 1;
const NOTHING = new Uint8Array(0);

/** `batch`: messages in one call. */
export async function createOurs(
  provider: CryptoProvider,
  suite: SuiteId,
  batch: number,
): Promise<Contender> {
  const engine = createMlsEngine(provider);
  let [sending, receiving] = await pairOf(engine, provider, suite);
  const authenticatedData = provider.random(AUTHENTICATED_BYTES);
  return {
    async round(count) {
      const texts = textsOf(count);
      const ciphertexts: Uint8Array[] = [];
      const read: (Uint8Array | undefined)[] = [];
      const rates = await ratesOf(
        count,
        async () => {
          for (let from = 0; from < count; from += batch) {
            const messages = texts
              .slice(from, from + batch)
              .map((plaintext) => ({ plaintext, authenticatedData }));
            const sent = await engine.encrypt(sending, messages);
            sending = sent.group;
            ciphertexts.push(...sent.ciphertexts);
          }
        },
        async () => {
          for (let from = 0; from < count; from += batch) {
            const received = await engine.decrypt(receiving, ciphertexts.slice(from, from + batch));
            receiving = received.group;
            for (const result of received.results)
              read.push(result.kind === "message" ? result.plaintext : undefined);
          }
        },
      );
      checkTexts(texts, read);
      return rates;
    },
  };
}

async function pairOf(
  engine: MlsEngine,
  provider: CryptoProvider,
  suite: SuiteId,
): Promise<[MlsGroup, MlsGroup]> {
  const nowMs = Date.now();
  const [alice, bob] = [await makeDevice(provider), await makeDevice(provider)];
  const bundles = await engine.keyPackages(bob, suite, 1, nowMs, LIFETIME_DAYS);
  const { group } = await engine.create(idOf<GroupId>(provider.random(16)), alice, suite, nowMs);
  const add = bundles.map(({ publicBytes }) => publicBytes);
  const intent = { add, remove: [], authenticatedData: NOTHING, joinerInfo: NOTHING };
  const commit = await engine.commit(group, intent, nowMs);
  if (commit.welcome === null) throw new Error("nobody is welcomed");
  const adopted = await engine.adopt(commit.group, commit.pending);
  const joined = await engine.join(commit.welcome, bundles, bob);
  return [adopted.group, joined.group];
}
