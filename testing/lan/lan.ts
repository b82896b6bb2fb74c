/** The whole of it: a server on one machine of a network, browsers and terminal clients on another, with and without trust in its authority. */
import { X509Certificate } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeScratch, removeScratch } from "../support/files.ts";
import { launched } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { startRpcClient } from "../support/rpcClient.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import { isStopped, talksPastTheWarning, talksWithTrust } from "./browsers.ts";
import type { Machine } from "./network.ts";
import { openLan } from "./network.ts";
import { get, runSotto } from "./programs.ts";
import type { Shown, Site } from "./site.ts";
import { PASSWORD, same } from "./site.ts";
import { asksAPerson, refusesAnother, refusesWithoutFingerprint, talksWithFingerprint } from "./terminals.ts";

const PORT = 5555;
const ANOTHER_ADDRESS = "10.77.0.9";
const ADDRESS_PATIENCE_MS = 30_000;

/** What was seen, by what it is; an empty text is good, anything else says what was wrong. */
export type Findings = ReadonlyMap<string, string>;

/** Runs everything; a fault of one part does not keep the others from running. `say` is told of each as it ends. */
export async function runLan(say: (line: string) => void): Promise<Findings> {
  const findings = new Map<string, string>();
  const check: Check = async (what, look) => {
    let wrong = "";
    try {
      await look();
    } catch (error) {
      wrong = error instanceof Error ? error.message : String(error);
    }
    findings.set(what, wrong);
    say(wrong === "" ? `good   ${what}` : `WRONG  ${what}: ${wrong}`);
  };
  const scratch = makeScratch("lan");
  const lan = openLan();
  const ends: (() => Promise<unknown>)[] = [];
  const site: Site = { lan, scratch, onEnd: (end) => void ends.push(end) };
  try {
    await visit(site, check);
  } finally {
    for (const end of ends.toReversed()) await end().catch(() => {});
    lan.close();
    removeScratch(scratch);
  }
  return findings;
}

type Check = (what: string, look: () => Promise<void>) => Promise<void>;

async function visit(site: Site, check: Check): Promise<void> {
  const { lan, scratch } = site;
  let server = await startServer(lan.server, join(scratch, "server"));
  site.onEnd(() => server.stop());
  const shown = await readTerminal(site, server);
  const bob = await startBob(site, server);
  await check("plain http gives the authority that the server's terminal shows, and nothing of the app", () =>
    seesOnlyTheAuthority(site, shown),
  );
  await check(
    "a browser that trusts nobody is stopped by its warning; plain http is a page in plain words",
    () => isStopped(site, shown),
  );
  await check("past the warning the app registers and talks, without a service worker", () =>
    talksPastTheWarning(site, shown, bob),
  );
  await check(
    "a browser that trusts the authority registers, talks, and opens the app without a connection",
    () => talksWithTrust(site, shown, bob),
  );
  await check("the terminal client sends nothing without the fingerprint, or with another one", () =>
    refusesWithoutFingerprint(site, shown),
  );
  await check(
    "a person at a terminal is shown the fingerprint, and nothing is sent unless they say yes",
    () => asksAPerson(site, shown),
  );
  await check("with the fingerprint it registers and talks", () => talksWithFingerprint(site, shown, bob));
  await check("a new address of the server is vouched for within seconds, by the same authority", () =>
    followsTheAddress(site, shown),
  );
  await bob.close();
  await server.stop();
  server = await startServer(lan.server, join(scratch, "server"));
  await check("after a restart the authority is the same and no question is asked", async () => {
    same(server.fingerprint, shown.fingerprint);
    const users = await runSotto(lan.client, join(scratch, "dave"), ["send", "@bob", "still here"]);
    same([users.code, users.out, users.errors], [0, "Sent.", ""]);
  });
  await server.stop();
  for (const name of ["tls-authority.json", "tls-server.json"]) rmSync(join(scratch, "server", name));
  server = await startServer(lan.server, join(scratch, "server"));
  await check(
    "another authority in its place is refused, with both fingerprints, until the new one is given",
    () => refusesAnother(site, shown, server.fingerprint ?? ""),
  );
}

function startServer({ launcher }: Machine, dataDir: string): Promise<ServerProcess> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const program = launched(launcher, process.execPath, SOTTO_BIN, "serve");
  return startServerProcess({ dataDir, port: PORT, bind: "0.0.0.0", program });
}

async function readTerminal({ lan }: Site, { url, lanUrls, fingerprint }: ServerProcess): Promise<Shown> {
  same(url, `http://localhost:${PORT}`);
  same(lanUrls, [`https://${lan.server.address}:${PORT}`]);
  const [lanUrl = ""] = lanUrls;
  const plainUrl = lanUrl.replace("https", "http");
  const { body = "" } = await get(lan.client, `${plainUrl}/authority.crt`);
  const authority = new X509Certificate(Buffer.from(body, "base64")).toString();
  return { url: lanUrl, plainUrl, fingerprint: fingerprint ?? "", authority };
}

/** Somebody on the server's own machine, over plain http to localhost. */
async function startBob({ lan, scratch, onEnd }: Site, { url }: ServerProcess): Promise<RpcClient> {
  const home = join(scratch, "bob");
  const ran = await runSotto(
    lan.server,
    home,
    ["register", "bob", "--server", url, "--password-stdin"],
    PASSWORD,
  );
  if (ran.code !== 0) throw new Error(`bob cannot register: ${ran.errors}`);
  const bob = await startRpcClient({ name: "bob", home, launcher: lan.server.launcher });
  onEnd(() => bob.kill());
  return bob;
}

async function seesOnlyTheAuthority({ lan }: Site, shown: Shown): Promise<void> {
  same(new X509Certificate(shown.authority).fingerprint256, shown.fingerprint);
  same((await get(lan.client, `${shown.plainUrl}/authority.crt`)).type, "application/x-x509-ca-cert");
  for (const path of ["/", "/v1/info", "/index.html", "/assets/x.js"])
    same((await get(lan.client, shown.plainUrl + path)).status, 403);
  same(await get(lan.client, `${shown.url}/v1/info`), { error: "SELF_SIGNED_CERT_IN_CHAIN" });
  same((await get(lan.client, `${shown.url}/v1/info`, shown.authority)).status, 200);
}

async function followsTheAddress({ lan }: Site, shown: Shown): Promise<void> {
  const before = await get(lan.client, `${shown.url}/v1/info`, shown.authority);
  same(before.names?.includes(ANOTHER_ADDRESS), false);
  lan.server.addAddress(ANOTHER_ADDRESS);
  const url = `https://${ANOTHER_ADDRESS}:${PORT}/v1/info`;
  const deadline = performance.now() + ADDRESS_PATIENCE_MS;
  let got = await get(lan.client, url, shown.authority);
  while (got.status !== 200 && performance.now() < deadline)
    got = await get(lan.client, url, shown.authority);
  same([got.status, got.names?.includes(ANOTHER_ADDRESS)], [200, true]);
  same((await get(lan.client, `${shown.url}/v1/info`, shown.authority)).status, 200);
}
