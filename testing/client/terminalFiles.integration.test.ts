/** Files between two terminal clients, driven as scripts drive them, over a real server alone. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { becomeContacts } from "../support/contacts.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, startRpcClient } from "../support/rpcClient.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import { signUp } from "../support/signUp.ts";

const MB = 1_000_000;

let scratch = "";
let server: ServerProcess;
let alice: RpcClient;
let bob: RpcClient;
/** Where bob saves. */
let chosen = "";

const at = (...parts: string[]): string => join(scratch, ...parts);
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

beforeAll(async () => {
  scratch = makeScratch("terminal-files");
  mkdirSync(at("server"), { mode: 0o700 });
  chosen = at("chosen");
  mkdirSync(chosen);
  server = await startServerProcess({ dataDir: at("server") });
  for (const name of ["alice", "bob"])
    await signUp({ name, home: at(name), serverUrl: server.url, password: "correct horse battery" });
  [alice, bob] = (await Promise.all(
    ["alice", "bob"].map((name) => startRpcClient({ name, home: at(name) })),
  )) as [RpcClient, RpcClient];
  for (const client of [alice, bob]) await client.call("paths.setDefault", { path: "relay" });
  await becomeContacts(alice, bob);
});
afterAll(async () => {
  for (const client of [alice, bob]) if (!client.hasEnded()) await client.close();
  await server.stop();
  removeScratch(scratch);
});

/** Resolves with the message of alice's next files, as bob is told of it. */
function offered(): ReturnType<typeof nextEvent<"message">> {
  return nextEvent(bob, "message", "the offer", ({ files }) => files !== undefined);
}

test("F1 3 MB arrive by the server, with progress, and are never written over anything", async () => {
  const content = randomBytes(3 * MB);
  writeFileSync(at("holiday.bin"), content);
  const offer = offered();
  const leaves = nextEvent(alice, "file", "that bob has it", ({ state }) => state === "done");
  const { id } = await alice.call("files.send", { to: "@bob", path: at("holiday.bin"), text: "for you" });
  const message = await offer;
  expect(message).toMatchObject({
    id,
    text: "for you",
    files: [{ name: "holiday.bin", bytes: 3 * MB, type: "application/octet-stream" }],
  });
  const states: string[] = [];
  const stop = bob.on((event) => {
    if (event.type === "file") states.push(event.state);
  });
  const saved = await bob.call("files.save", { id, path: chosen });
  stop();
  expect(saved).toEqual({ bytes: 3 * MB, paths: [join(chosen, "holiday.bin")] });
  expect(digest(readFileSync(join(chosen, "holiday.bin")))).toBe(digest(content));
  expect(statSync(join(chosen, "holiday.bin")).mode & 0o111).toBe(0);
  expect(states).toEqual(expect.arrayContaining(["moving", "done"]));
  expect(await leaves).toMatchObject({ id, mine: true, bytes: 3 * MB, total: 3 * MB, path: "relay" });
  const again = await bob.call("files.save", { id, path: chosen });
  expect(again.paths).toEqual([join(chosen, "holiday (1).bin")]);
  const listed = await bob.call("files.list", { conversation: message.conversation });
  expect(listed).toMatchObject([{ id, file: 0, from: "alice", state: "done", total: 3 * MB }]);
});

test("F1 a folder arrives with its folders, after the sender has left and the receiver was started again", async () => {
  mkdirSync(at("trip", "day 1"), { recursive: true });
  const files = { "notes.txt": "hello", "day 1/empty": "", "day 1/photo.bin": randomBytes(1_200_000) };
  for (const [name, content] of Object.entries(files)) writeFileSync(at("trip", name), content);
  const offer = offered();
  const left = new Set<string>();
  const uploaded = nextEvent(alice, "file", "that the server has all", ({ state, reason, transfer }) => {
    if (state === "waiting" && reason === "uploaded") left.add(transfer);
    return left.size === 3;
  });
  const { id } = await alice.call("files.send", { to: "@bob", path: at("trip") });
  await uploaded;
  await alice.close();
  expect((await offer).files?.map(({ name }) => name)).toEqual([
    "trip/day 1/empty",
    "trip/day 1/photo.bin",
    "trip/notes.txt",
  ]);
  await bob.close();
  bob = await startRpcClient({ name: "bob", home: at("bob") });
  const saved = await bob.call("files.save", { id, path: chosen });
  expect(saved.bytes).toBe(1_200_005);
  for (const [name, content] of Object.entries(files))
    expect(digest(readFileSync(join(chosen, "trip", name)))).toBe(digest(Buffer.from(content)));
  const one = await bob.call("files.save", { id, file: 2, path: join(chosen, "mine.txt") });
  expect(one).toEqual({ bytes: 5, paths: [join(chosen, "mine.txt")] });
  expect(readdirSync(chosen).toSorted()).toEqual(["holiday (1).bin", "holiday.bin", "mine.txt", "trip"]);
});
