/** Pairs of ends, each pair in a world of its own: two machines on a segment with the server's. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { whyNoLan } from "@sotto/testing/lan/network.ts";
import { whyNoNamespaces } from "@sotto/testing/network/namespaces.ts";
import type { PlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { openPlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { buildSite } from "@sotto/testing/browser/site.ts";
import { launched, startLineProcess } from "@sotto/testing/support/lineProcess.ts";
import { startBrowserEnd } from "./browserEnd.ts";
import type { End } from "./ends.ts";
import { startEnd } from "./ends.ts";

/** Who sits at the machine. */
export type Kind = "terminal" | "browser";
/** Our devices, bare channels, or bare channels that have each message on the disk before it is sent or taken. */
export type Make = "ours" | "bare" | "stored";

export interface Pair {
  readonly alice: End;
  readonly bob: End;
  close(): Promise<void>;
}

const NAMES = ["alice", "bob"] as const;
/** Folder of the page of ends, from the repository's root. */
export const SITE = "bench/direct/site";

/** With nobody else in its world, and befriended. */
export async function openPair(make: Make, kinds: readonly [Kind, Kind]): Promise<Pair> {
  const missing = whyNoNamespaces() ?? (kinds.includes("browser") ? whyNoLan() : undefined);
  if (missing !== undefined) throw new Error(missing);
  const world = await openPlacedWorld({ name: "bench", people: { alice: "open", bob: "open" } });
  const ends: End[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends) await end.close();
    await world.close();
  };
  try {
    const distDir = join(world.scratch, "site");
    if (kinds.includes("browser")) await buildSite(SITE, distDir);
    const switchboard = make === "ours" ? "" : await startSwitchboard(world);
    for (const [i, name] of NAMES.entries())
      ends.push(await startOne(world, name, kinds[i] as Kind, make, { distDir, switchboard }));
    const [alice, bob] = ends as [End, End];
    await Promise.all([
      alice.obey({ kind: "befriend", userName: "bob", asks: true }),
      bob.obey({ kind: "befriend", userName: "alice", asks: false }),
    ]);
    return { alice, bob, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startOne(
  world: PlacedWorld,
  name: string,
  kind: Kind,
  make: Make,
  { distDir, switchboard }: { readonly distDir: string; readonly switchboard: string },
): Promise<End> {
  const { namespace } = world.siteOf(name);
  const home = world.homeOf(name);
  if (kind === "browser") {
    const place = { namespace, home, distDir };
    if (make === "ours") {
      const authority = await world.authority();
      const begin = `ends.startDevice(${JSON.stringify(name)})`;
      return startBrowserEnd({ ...place, origin: world.url, authority }, begin);
    }
    // A page of https may not use the switchboard's plain WebSocket.
    return startBrowserEnd(
      { ...place, origin: "http://bare.test/" },
      `ends.startBare(${JSON.stringify(switchboard)})`,
    );
  }
  if (make === "ours")
    return startEnd("person.ts", [name, home, world.url, world.fingerprint()], namespace.launcher);
  const file = make === "stored" ? [join(mkdtempSync(join(world.scratch, name)), "messages")] : [];
  return startEnd("bareEnd.ts", [switchboard, ...file], namespace.launcher);
}

async function startSwitchboard(world: PlacedWorld): Promise<string> {
  const url = Promise.withResolvers<string>();
  const { namespace, address } = world.network.server;
  const program = join(import.meta.dirname, "switchboard.ts");
  startLineProcess({
    command: launched(namespace.launcher, process.execPath, program, address),
    onLine: (line) => url.resolve(line),
  });
  return url.promise;
}
