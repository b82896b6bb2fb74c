/** Files at the relay through the whole server: bytes in and out, who may, and what does not harm it. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobId, RouteName } from "@sotto/protocol";
import { ROUTES, fromBase64Url, parcelBytes, toBase64Url } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServerConfig } from "../../config/keys.ts";
import { defaultConfig } from "../../config/loadConfig.ts";
import type { OpenedPair } from "../../testing/openPairs.ts";
import { fillWithPairs } from "../../testing/openPairs.ts";
import { testId } from "../../testing/people.ts";
import type { CallOptions } from "../../testing/runningServer.ts";
import { call, startTestServer } from "../../testing/runningServer.ts";

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;

type Server = Awaited<ReturnType<typeof startTestServer>>;

let dataDir: string;
let server: Server;
/** Alice and bob; and a pair of others. */
let ours: OpenedPair;
let others: OpenedPair;
let alice: string;
let bob: string;
let mallory: string;
let blobs = 0;

async function restart(changes: Partial<ServerConfig> = {}): Promise<void> {
  await server.stop();
  server = await startTestServer({ dataDir, ...changes });
}
const newBlob = (): BlobId => testId<BlobId>(`blob ${(blobs += 1)}`);
const parcel = (leaf: number, fill: number): Uint8Array =>
  Buffer.alloc(parcelBytes(SIZE, leaf), `leaf ${leaf} ${fill}, `);
const filesOf = (): readonly string[] => readdirSync(join(dataDir, "blobs"));

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "sotto-blob-server-"));
  [ours, others] = fillWithPairs(dataDir, 2) as [OpenedPair, OpenedPair];
  [alice, bob, mallory] = [...ours.tokens, others.tokens[0]].map(toBase64Url) as [string, string, string];
  server = await startTestServer({ dataDir });
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

const at = (route: RouteName, token: string, params: Record<string, string>, body?: CallOptions["body"]) =>
  call(server, route, { token, params, ...(body !== undefined && { body }) });
const create = (token: string, blob: string, size = SIZE, group: string = ours.group) =>
  at("createBlob", token, { blob }, { group, size });
const put = (token: string, blob: string, leaf: number | string, body: Uint8Array) =>
  at("putParcel", token, { blob, leaf: String(leaf) }, body);
const done = (token: string, blob: string) => at("blobDone", token, { blob });
const heldBy = async (token: string, blob: string): Promise<number | string | undefined> => {
  const { json, code } = await at("blobStatus", token, { blob });
  return code ?? fromBase64Url(String(json["held"]))?.[0];
};

async function get(token: string, blob: string, leaf: number): Promise<Buffer | number> {
  const path = ROUTES.getParcel.path.replace(":blob", blob).replace(":leaf", String(leaf));
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return answer.status === 200 ? bytes : answer.status;
}

describe("BLB from sender to recipient", () => {
  test("what one brings the other gets, leaf by leaf, also after a restart; then nothing is left", async () => {
    const blob = newBlob();
    const made = await create(alice, blob);
    expect(made.json).toMatchObject({ leafCount: 3, held: "AA" });
    expect((await put(alice, blob, 2, parcel(2, 1))).json).toEqual({});
    expect(await heldBy(bob, blob)).toBe(0b100);
    expect(await get(bob, blob, 0)).toBe(404);
    await restart();
    expect((await create(alice, blob)).json).toEqual({ ...made.json, held: "BA" });
    await Promise.all([0, 1].map((leaf) => put(alice, blob, leaf, parcel(leaf, 1))));
    expect(await heldBy(bob, blob)).toBe(0b111);
    for (const leaf of [0, 1, 2]) expect(await get(bob, blob, leaf)).toEqual(Buffer.from(parcel(leaf, 1)));
    expect(filesOf()).toHaveLength(2);
    expect((await done(bob, blob)).json).toEqual({});
    expect([await heldBy(alice, blob), await get(bob, blob, 0)]).toEqual(["notFound", 404]);
    await expect.poll(filesOf).toEqual([]);
  });

  test("the same leaf again is answered and not written, also twice at once", async () => {
    const blob = newBlob();
    await create(alice, blob);
    const answers = await Promise.all([1, 2, 3].map((fill) => put(alice, blob, 0, parcel(0, fill))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const first = (await get(bob, blob, 0)) as Buffer;
    expect((await put(alice, blob, 0, parcel(0, 9))).status).toBe(200);
    expect(await get(bob, blob, 0)).toEqual(first);
    await done(alice, blob);
  });

  test("BLB-10 the rest of a parcel is what one asks for that broke off; any other range is answered with all", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 0, parcel(0, 1));
    const whole = Buffer.from(parcel(0, 1));
    const path = ROUTES.getParcel.path.replace(":blob", blob).replace(":leaf", "0");
    const ranged = (range: string) =>
      fetch(server.url + path, { headers: { authorization: `Bearer ${bob}`, range } });
    const rest = await ranged("bytes=1000000-");
    expect(rest.status).toBe(206);
    expect(rest.headers.get("content-range")).toBe(`bytes 1000000-${whole.length - 1}/${whole.length}`);
    expect(whole.subarray(1_000_000).equals(Buffer.from(await rest.arrayBuffer()))).toBe(true);
    for (const range of [
      "bytes=0-",
      `bytes=${whole.length}-`,
      "bytes=5-9",
      "bytes=-5",
      "bytes=0-1,4-",
      "x",
    ]) {
      const all = await ranged(range);
      expect([all.status, all.headers.get("content-range")]).toEqual([200, null]);
      expect(whole.equals(Buffer.from(await all.arrayBuffer()))).toBe(true);
    }
    await done(alice, blob);
  });

  test("BLB-10 a parcel is kept if it is there as its maker says; nobody else may say so", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 0, parcel(0, 1));
    const [place = ""] = filesOf().filter((name) => name.endsWith(".held"));
    await server.stop();
    // As if the process had ended before it wrote the bit.
    writeFileSync(join(dataDir, "blobs", place), Uint8Array.of(0));
    server = await startTestServer({ dataDir });
    const hashOf = (leaf: number, fill: number): string =>
      createHash("sha256").update(parcel(leaf, fill)).digest("base64url");
    const keep = (token: string, leaf: number, sha256: string) =>
      at("keepParcel", token, { blob, leaf: String(leaf) }, { sha256 });
    expect((await keep(bob, 0, hashOf(0, 1))).code).toBe("forbidden");
    expect((await keep(mallory, 0, hashOf(0, 1))).code).toBe("notFound");
    expect((await keep(alice, 3, hashOf(0, 1))).code).toBe("badRequest");
    expect((await keep(alice, 0, hashOf(0, 2))).json).toEqual({ kept: false });
    expect((await keep(alice, 1, hashOf(1, 1))).json).toEqual({ kept: false });
    expect(await heldBy(alice, blob)).toBe(0);
    expect((await keep(alice, 0, hashOf(0, 1))).json).toEqual({ kept: true });
    expect(await heldBy(alice, blob)).toBe(1);
    expect(await get(bob, blob, 0)).toEqual(Buffer.from(parcel(0, 1)));
    await done(alice, blob);
  });

  test("its maker takes it back while it is read: who reads gets all of a leaf or nothing", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 0, parcel(0, 1));
    const reads = Array.from({ length: 8 }, () => get(bob, blob, 0));
    await done(alice, blob);
    for (const read of await Promise.all(reads))
      expect(read === 404 || Buffer.from(parcel(0, 1)).equals(read as Buffer)).toBe(true);
    expect(await get(bob, blob, 0)).toBe(404);
  });
});

describe("BLB-4, BLB-5 strangers", () => {
  test("another account learns nothing and changes nothing", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 0, parcel(0, 1));
    expect(await heldBy(mallory, blob)).toBe("notFound");
    expect(await get(mallory, blob, 0)).toBe(404);
    expect((await put(mallory, blob, 1, parcel(1, 1))).code).toBe("notFound");
    expect((await create(mallory, blob)).code).toBe("notMember");
    expect((await create(mallory, blob, SIZE, others.group)).code).toBe("conflict");
    expect((await done(mallory, blob)).status).toBe(200);
    expect(await heldBy(bob, blob)).toBe(0b1);
    expect((await put(bob, blob, 1, parcel(1, 1))).code).toBe("forbidden");
    await done(alice, blob);
  });

  test("ATTACKS-23 no id becomes a path, and a leaf is a number in one form", async () => {
    const blob = newBlob();
    await create(alice, blob);
    for (const name of [
      "../../sotto.db",
      "..%2f..%2fsotto.db",
      blob.toUpperCase(),
      `${blob}.held`,
      `${blob}%00`,
    ])
      for (const answer of [
        await create(alice, name),
        await put(alice, name, 0, parcel(0, 1)),
        await done(alice, name),
      ])
        expect(answer.code).toBe("badRequest");
    for (const leaf of ["3", "65536", "-1", "01", "1e1", "0x1", "١", "../0"])
      expect((await put(alice, blob, leaf, parcel(0, 1))).code).toBe("badRequest");
    expect(filesOf()).toEqual([]);
    await put(alice, blob, 0, parcel(0, 1));
    for (const name of filesOf()) expect(name).not.toContain(blob);
    await done(alice, blob);
  });
});

describe("BLB-4 lengths", () => {
  test("a parcel of another length, of another type, or cut short is refused and not kept", async () => {
    const blob = newBlob();
    await create(alice, blob);
    const whole = parcel(0, 1);
    expect((await put(alice, blob, 0, whole.subarray(1))).code).toBe("badRequest");
    expect((await put(alice, blob, 0, new Uint8Array(whole.length + 1))).code).toBe("tooLarge");
    expect((await at("putParcel", alice, { blob, leaf: "0" }, { json: true })).code).toBe("badRequest");
    expect((await put(alice, blob, 0, new Uint8Array(0))).code).toBe("badRequest");
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`${head(blob, `content-length: ${whole.length}`)}half of it`);
    await once(socket, "connect");
    socket.end();
    socket.resume();
    await once(socket, "close");
    expect(await heldBy(alice, blob)).toBe(0);
    await done(alice, blob);
  });

  test("ATTACKS-21 an oversized body is refused before it is read whole, announced or not", async () => {
    const blob = newBlob();
    await create(alice, blob);
    const announced = connect(server.port, "127.0.0.1");
    announced.write(head(blob, "content-length: 99999999999"));
    const [answer] = (await once(announced, "data")) as [Buffer];
    expect(answer.toString()).toContain("413");
    announced.destroy();

    const { hostname, port } = new URL(server.url);
    const path = ROUTES.putParcel.path.replace(":blob", blob).replace(":leaf", "0");
    const headers = { authorization: `Bearer ${alice}`, "content-type": "application/octet-stream" };
    const endless = httpRequest({ host: hostname, port, path, method: "PUT", headers });
    endless.on("error", () => {});
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const pump = (): void => {
      while (!endless.destroyed && sent < 64 * MIB && endless.write(chunk)) sent += chunk.length;
    };
    endless.on("drain", pump);
    pump();
    const [refused] = await once(endless, "response");
    expect(refused.statusCode).toBe(413);
    expect(sent).toBeLessThan(32 * MIB);
    endless.destroy();
    expect(await heldBy(alice, blob)).toBe(0);
    await done(alice, blob);
  });
});

describe("BLB-7, BLB-9 limits", () => {
  test("ATTACKS-41 sizes, quotas, room and requests are the operator's to set, and each is refused with its own code", async () => {
    const before = newBlob();
    await create(alice, before);
    const { files, limits } = defaultConfig();
    await restart({
      files: { ...files, maxRelayBytes: 3 * MIB, accountQuotaBytes: 5 * MIB },
      limits: { ...limits, filesPerDevicePerHour: 4, fileRequestsPerDevicePerHour: 3 },
    });
    expect((await create(alice, newBlob(), 4 * MIB)).code).toBe("tooLarge");
    const refused = await create(alice, newBlob());
    expect([refused.status, refused.code]).toEqual([507, "quotaExceeded"]);
    expect((await create(alice, newBlob(), 2 * MIB)).status).toBe(200);
    expect((await create(alice, before)).status).toBe(200);
    expect((await create(alice, before)).code).toBe("slowDown");
    for (let i = 0; i < 3; i++) expect(await heldBy(bob, before)).toBe(0);
    expect(await heldBy(bob, before)).toBe("slowDown");
    expect(await get(bob, before, 0)).toBe(429);
    expect(await heldBy(alice, before)).toBe(0);

    await restart({ files: { ...files, reserveBytes: 2 ** 50 } });
    expect((await create(alice, newBlob(), MIB)).code).toBe("unavailable");
    expect((await create(alice, before)).status).toBe(200);
    expect((await put(alice, before, 0, parcel(0, 1))).code).toBe("unavailable");
    await restart();
    await done(alice, before);
  });
});

test("BLB-9 who goes away in the middle, of a parcel in or out, takes no room any more", async () => {
  const blob = newBlob();
  await create(alice, blob);
  await put(alice, blob, 1, parcel(1, 1));
  const half = `${head(blob, `content-length: ${parcel(0, 1).length}`)}half of it`;
  const ask = `GET /v1/blobs/${blob}/1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice}\r\n\r\n`;
  for (let round = 0; round < 4; round++)
    await Promise.all(
      [...Array.from({ length: 7 }, () => half), ...Array.from({ length: 7 }, () => ask)].map(
        async (request) => {
          const socket = connect(server.port, "127.0.0.1");
          socket.on("error", () => {});
          socket.write(request, () => socket.destroySoon());
          await once(socket, "close");
        },
      ),
    );
  expect((await put(alice, blob, 0, parcel(0, 1))).status).toBe(200);
  expect(await get(alice, blob, 1)).toEqual(Buffer.from(parcel(1, 1)));
  await done(alice, blob);
});

describe("BLB-8 what a crash leaves", () => {
  test("files without a row are swept at the start, a row without its files is an empty one", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 0, parcel(0, 1));
    await server.stop();
    const orphan = join(dataDir, "blobs", "f".repeat(32));
    for (const name of filesOf()) rmSync(join(dataDir, "blobs", name));
    for (const path of [orphan, `${orphan}.held`]) writeFileSync(path, "left behind");
    server = await startTestServer({ dataDir });
    await expect.poll(filesOf).toEqual([]);
    expect(await heldBy(bob, blob)).toBe(0);
    await put(alice, blob, 0, parcel(0, 2));
    expect(await get(bob, blob, 0)).toEqual(Buffer.from(parcel(0, 2)));
    await done(alice, blob);
  });

  test("no log line holds a name of a blob, and places are larger than what lies in them by less than a page each", async () => {
    const blob = newBlob();
    await create(alice, blob);
    await put(alice, blob, 2, parcel(2, 1));
    const log = server.logged.join("");
    expect(log).toContain('"route":"putParcel"');
    expect(log).not.toContain(blob);
    const sizes = filesOf().map((name) => statSync(join(dataDir, "blobs", name)).size);
    expect(Math.max(...sizes)).toBeLessThan(SIZE + 3 * 4096);
    await done(alice, blob);
  });
});

function head(blob: string, length: string): string {
  return `PUT /v1/blobs/${blob}/0 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice}\r\ncontent-type: application/octet-stream\r\n${length}\r\n\r\n`;
}
