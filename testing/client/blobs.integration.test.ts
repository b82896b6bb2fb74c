/** Files at the relay as a client uses them, over both of its transports, against a real server that is killed in the middle. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobId } from "@sotto/protocol";
import { countLeaves, hasLeaf, leafBytes, parcelBytes, toBase64Url } from "@sotto/protocol";
import type { OpenedPair } from "@sotto/server/load";
import { fillWithPairs } from "@sotto/server/load";
import type { BlobAnswer, Blobs } from "sotto/measured";
import { createNodeCryptoProvider } from "sotto/node";
import { createFetchTransport, createHttpBlobs, createNodeTransport } from "sotto/measured";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";

const MIB = 1024 * 1024;
const TAG_BYTES = 16;
const CRYPTO = createNodeCryptoProvider();

let dataDir: string;
let server: ServerProcess;
let pair: OpenedPair;
let others: OpenedPair;
let blobs = 0;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "sotto-client-blobs-"));
  [pair, others] = fillWithPairs(dataDir, 2) as [OpenedPair, OpenedPair];
  server = await startServerProcess({ dataDir });
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

const newBlob = (): BlobId => (blobs += 1).toString(16).padStart(32, "0") as BlobId;

/** Leaf and path; those of one leaf are of no other. */
function parcelOf(sizeBytes: number, leaf: number): { sealed: Uint8Array; path: Uint8Array; whole: Buffer } {
  const bytes = parcelBytes(sizeBytes, leaf);
  const whole = Buffer.alloc(bytes, `leaf ${leaf}, `);
  const end = leafBytes(sizeBytes, leaf) + TAG_BYTES;
  return { sealed: whole.subarray(0, end), path: whole.subarray(end), whole };
}

function put(of: Blobs, blob: BlobId, sizeBytes: number, leaf: number): Promise<BlobAnswer<void>> {
  const { sealed, path } = parcelOf(sizeBytes, leaf);
  return of.put(blob, leaf, sealed, path);
}

function ok<T>(answer: BlobAnswer<T>): T {
  if (answer.kind !== "ok") throw new Error(JSON.stringify(answer));
  return answer.value;
}

describe.each([
  ["node:http", () => createNodeTransport({ origin: server.url })],
  [
    "fetch, as browsers have it",
    () => createFetchTransport({ origin: server.url, classify: () => "offline" }),
  ],
])("BLB over %s", (_, transport) => {
  const of = (token: Uint8Array): Blobs => createHttpBlobs(transport(), toBase64Url(token), CRYPTO);

  test("what one brings the other has, byte for byte, until it says so", async () => {
    const [alice, bob] = [of(pair.tokens[0]), of(pair.tokens[1])];
    for (const sizeBytes of [0, 5000, 3 * MIB + 5]) {
      const blob = newBlob();
      const { leafCount, expiresAtMs } = ok(await alice.create(blob, pair.group, sizeBytes));
      expect(expiresAtMs).toBeGreaterThan(Date.now());
      const leaves = Array.from({ length: leafCount }, (_none, leaf) => leaf);
      expect(await bob.get(blob, 0)).toMatchObject({ kind: "refused", code: "notFound" });
      for (const answer of await Promise.all(leaves.map((leaf) => put(alice, blob, sizeBytes, leaf))))
        ok(answer);
      expect(countLeaves(ok(await bob.status(blob)).held)).toBe(leafCount);
      for (const leaf of leaves)
        expect(parcelOf(sizeBytes, leaf).whole.equals(ok(await bob.get(blob, leaf)))).toBe(true);
      ok(await bob.done(blob));
      expect(await alice.status(blob)).toMatchObject({ kind: "refused", code: "notFound" });
    }
  });

  test("refusals are values: of recipients that write, of strangers, of another length", async () => {
    const [alice, bob, mallory] = [of(pair.tokens[0]), of(pair.tokens[1]), of(others.tokens[0])];
    const blob = newBlob();
    ok(await alice.create(blob, pair.group, 2 * MIB));
    expect(await put(bob, blob, 2 * MIB, 0)).toMatchObject({ kind: "refused", code: "forbidden" });
    for (const answer of [
      await mallory.status(blob),
      await mallory.get(blob, 0),
      await put(mallory, blob, 2 * MIB, 0),
    ])
      expect(answer).toMatchObject({ kind: "refused", code: "notFound" });
    expect(await mallory.create(blob, pair.group, 2 * MIB)).toMatchObject({ code: "notMember" });
    expect(await put(alice, blob, 3 * MIB + 5, 1)).toMatchObject({ kind: "refused" });
    expect(await alice.get(blob, 2)).toMatchObject({ kind: "refused", code: "badRequest" });
    ok(await alice.done(blob));
  });

  test("what was answered before a kill is there afterwards, the rest can be brought, and the file is whole", async () => {
    const [alice, bob] = [of(pair.tokens[0]), of(pair.tokens[1])];
    const blob = newBlob();
    const sizeBytes = 12 * MIB;
    const { leafCount } = ok(await alice.create(blob, pair.group, sizeBytes));
    const answered = new Set<number>();
    let next = 0;
    const bring = async (): Promise<void> => {
      while (next < leafCount) {
        const leaf = next++;
        const { kind } = await put(alice, blob, sizeBytes, leaf);
        if (kind === "ok") answered.add(leaf);
        if (answered.size === 4) void server.kill();
      }
    };
    await Promise.all([bring(), bring(), bring()]);
    expect(await alice.status(blob)).toMatchObject({ kind: "unreachable" });
    const { port } = server;
    await server.kill();
    server = await startServerProcess({ dataDir, port });
    const { held } = ok(await alice.status(blob));
    expect([...answered].filter((leaf) => !hasLeaf(held, leaf))).toEqual([]);
    expect(countLeaves(held)).toBeLessThan(leafCount);
    for (let leaf = 0; leaf < leafCount; leaf++)
      if (!hasLeaf(held, leaf)) ok(await put(alice, blob, sizeBytes, leaf));
    for (let leaf = 0; leaf < leafCount; leaf++)
      expect(parcelOf(sizeBytes, leaf).whole.equals(ok(await bob.get(blob, leaf)))).toBe(true);
    ok(await bob.done(blob));
  });
});
