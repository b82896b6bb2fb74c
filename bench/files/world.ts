/** The machines of a contest of files: a server's and two people's on a segment, with what both kinds of parties need there. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { buildSite } from "@sotto/testing/browser/site.ts";
import { needsNft } from "@sotto/testing/network/network.ts";
import { whyNoNamespaces } from "@sotto/testing/network/namespaces.ts";
import type { PlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { openPlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { makeScratch, removeScratch } from "@sotto/testing/support/files.ts";
import type { LineProcess } from "@sotto/testing/support/lineProcess.ts";
import { launched, startLineProcess } from "@sotto/testing/support/lineProcess.ts";
import type { FileEnd } from "./ends.ts";
import { startNodeEnd, startPageEnd } from "./ends.ts";

export type Platform = "Node" | "Chromium";
export type PartyKind = "bare" | "peerjs" | "ours";
export type Name = "alice" | "bob";

export interface FileWorld {
  readonly world: PlacedWorld;
  /** Starts the party of a person. */
  start(kind: PartyKind, name: Name, platform: Platform): Promise<FileEnd>;
  /** A file of random bytes, made at the first asking. */
  fileOf(sizeBytes: number): Promise<string>;
  /** Where somebody saves what came. */
  savedPath(name: Name): string;
  close(): Promise<void>;
}

/** Why none can be opened here, or `undefined`. */
export function whyNoFileWorld(): string | undefined {
  return whyNoNamespaces([...needsNft, { command: "turnserver", name: "coturn" }]);
}

export async function openFileWorld(): Promise<FileWorld> {
  const built = makeScratch("bench-page");
  const dist = join(built, "dist");
  await buildSite("bench/files/site", dist);
  const world = await openPlacedWorld({
    name: "bench-files",
    people: { alice: "open", bob: "open" },
    // Browsers hide their addresses behind names that only multicast resolves; STUN tells them.
    turn: true,
    program: [process.execPath, join(import.meta.dirname, "pageServer.ts"), dist],
  });
  const { namespace, address } = world.network.server;
  let peers: Promise<readonly string[]> | undefined;
  let servers: LineProcess | undefined;
  const peerServers = (): Promise<readonly string[]> => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    const program = join(import.meta.dirname, "peerServers.ts");
    servers = startLineProcess({
      command: launched(namespace.launcher, process.execPath, program, address, dist),
      onLine: (line) => resolve(line.split(" ")),
    });
    return promise;
  };
  const files = new Map<number, Promise<string>>();

  async function startOurs(name: Name, platform: Platform): Promise<FileEnd> {
    const site = world.siteOf(name);
    const home = world.homeOf(name);
    if (platform === "Node")
      return startNodeEnd(site, "ourNode.ts", [name, home, world.url, world.fingerprint()]);
    const url = `${world.url}/?${new URLSearchParams({ kind: "ours", name }).toString()}`;
    return startPageEnd(site, { home, authority: await world.authority(), url });
  }

  async function startOthers(kind: PartyKind, name: Name, platform: Platform): Promise<FileEnd> {
    const [pages = "", signals = ""] = await (peers ??= peerServers());
    const switchboard = pages.replace("http", "ws");
    const stun = world.stunUrl();
    if (platform === "Node") return startNodeEnd(world.siteOf(name), "bareNode.ts", [switchboard, stun]);
    const asked = new URLSearchParams({ kind, name, switchboard, signals, stun });
    const home = join(world.scratch, `${name}'s ${kind}`);
    return startPageEnd(world.siteOf(name), { home, url: `${pages}/?${asked.toString()}` });
  }

  return {
    world,
    start: (kind, name, platform) =>
      kind === "ours" ? startOurs(name, platform) : startOthers(kind, name, platform),
    fileOf(sizeBytes) {
      const path = join(world.scratch, `${sizeBytes} bytes`);
      const made = files.get(sizeBytes) ?? makeFile(path, sizeBytes);
      files.set(sizeBytes, made);
      return made;
    },
    savedPath: (name) => join(world.scratch, `${name}'s saved file`),
    async close() {
      servers?.kill("SIGKILL");
      await servers?.exited;
      await world.close();
      removeScratch(built);
    },
  };
}

/** SHA-256 in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest("hex");
}

const PART_BYTES = 1_000_000;

async function makeFile(path: string, sizeBytes: number): Promise<string> {
  const file = createWriteStream(path);
  for (let written = 0; written < sizeBytes; written += PART_BYTES)
    if (!file.write(randomBytes(Math.min(PART_BYTES, sizeBytes - written))))
      await new Promise((resolve) => file.once("drain", resolve));
  await finished(file.end());
  return path;
}
