/** The whole of it: a server on one machine of a network, browsers and terminal clients on another, with and without trust in its authority. */
import { X509Certificate } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { BrowserPerson } from "../e2e/browserPerson.ts";
import { browserPersonOn } from "../e2e/browserPerson.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { launched } from "../support/lineProcess.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, startRpcClient, until } from "../support/rpcClient.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import type { Lan, Machine } from "./network.ts";
import { openLan } from "./network.ts";
import { get, openBrowser, runSotto } from "./programs.ts";

const PORT = 5555;
const PASSWORD = "correct horse battery staple";
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

interface Site {
  readonly lan: Lan;
  readonly scratch: string;
  readonly onEnd: (end: () => Promise<unknown>) => void;
}

/** What a person has read off the server's terminal, and downloaded. */
interface Shown {
  readonly url: string;
  readonly plainUrl: string;
  readonly fingerprint: string;
  /** PEM. */
  readonly authority: string;
}

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

async function isStopped({ lan, scratch }: Site, shown: Shown): Promise<void> {
  const browser = await openBrowser(lan.client, join(scratch, "stranger"));
  try {
    const page = await browser.newPage();
    await refusesAuthority(page, shown.url);
    const answer = await page.goto(shown.plainUrl);
    same(answer?.status(), 403);
    same(await page.locator("script").count(), 0);
    await page.getByRole("heading", { name: "This address needs https" }).waitFor();
    await page.getByText(shown.fingerprint).waitFor();
    same(await page.getByRole("link", { name: `Open ${shown.url}` }).getAttribute("href"), `${shown.url}/`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "the certificate of its authority" }).click();
    same(await (await download).failure(), null);
  } finally {
    await browser.close();
  }
}

async function refusesAuthority(page: Page, url: string): Promise<void> {
  const said = await page.goto(url).then(
    () => "it was opened",
    (error: Error) => error.message,
  );
  if (!said.includes("ERR_CERT_AUTHORITY_INVALID")) throw new Error(said);
  // The warning is a page of its own, which comes a little later.
  await page.waitForURL("chrome-error://chromewebdata/");
  await page.locator("#main-message").waitFor();
}

async function talksPastTheWarning(site: Site, shown: Shown, bob: RpcClient): Promise<void> {
  const browser = await openBrowser(site.lan.client, join(site.scratch, "carol"));
  try {
    const page = await browser.newPage();
    await refusesAuthority(page, shown.url);
    await goPastTheWarning(page, shown.url);
    const carol = browserPersonOn(page);
    await talkInBrowser(carol, "carol", bob);
    // The one thing that is missing, as the page of plain http says: nothing opens without a connection.
    same(
      await page.evaluate("navigator.serviceWorker.getRegistration().then((made) => made === undefined)"),
      true,
    );
    same(
      carol.complaints.filter((line) => !line.includes("SSL certificate error")),
      [],
    );
  } finally {
    await browser.close();
  }
}

async function goPastTheWarning(page: Page, url: string): Promise<void> {
  await page.locator("#details-button").click();
  await Promise.all([page.waitForURL(`${url}/**`), page.locator("#proceed-link").click()]);
}

async function talksWithTrust(site: Site, shown: Shown, bob: RpcClient): Promise<void> {
  const browser = await openBrowser(site.lan.client, join(site.scratch, "alice"), shown.authority);
  try {
    const page = await browser.newPage();
    const alice = browserPersonOn(page);
    await page.goto(shown.url);
    same(await page.evaluate("isSecureContext"), true);
    await talkInBrowser(alice, "alice", bob);
    same(alice.complaints, []);
    await opensWithoutConnection(page, shown.url, "Good to hear you, alice");
  } finally {
    await browser.close();
  }
}

/** The service worker has been registered, which browsers do only under a certificate that they trust. */
async function opensWithoutConnection(page: Page, url: string, text: string): Promise<void> {
  await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
  await page.context().setOffline(true);
  await page.goto(url);
  await page.getByRole("link", { name: /^bob/ }).click();
  await browserPersonOn(page).sees(text);
}

/** Registers, becomes bob's contact, and both write. */
async function talkInBrowser(person: BrowserPerson, name: string, bob: RpcClient): Promise<void> {
  await person.register(name, PASSWORD);
  const asked = contactIs(bob, name, "incoming");
  await person.addContact("bob", `Hello from ${name}`);
  await asked;
  await bob.call("contacts.accept", { username: name });
  const arrived = arrives(bob, `Over the network from ${name}`);
  await person.send("bob", `Over the network from ${name}`);
  await arrived;
  await bob.call("messages.send", { to: `@${name}`, text: `Good to hear you, ${name}` });
  await person.sees(`Good to hear you, ${name}`);
}

async function refusesWithoutFingerprint(site: Site, shown: Shown): Promise<void> {
  const { lan, scratch } = site;
  const home = join(scratch, "dave");
  const without = await runSotto(lan.client, home, registerArgs("dave", shown.url), PASSWORD);
  same([without.code, without.out], [4, ""]);
  contains(without.errors, shown.fingerprint);
  const wrong = await runSotto(lan.client, home, registerArgs("dave", shown.url, "ab".repeat(32)), PASSWORD);
  same([wrong.code, wrong.out], [4, ""]);
  contains(wrong.errors, shown.fingerprint);
  const again = await runSotto(lan.client, home, registerArgs("dave", shown.url), PASSWORD);
  same(again.code, 4);
}

async function talksWithFingerprint(
  { lan, scratch, onEnd }: Site,
  shown: Shown,
  bob: RpcClient,
): Promise<void> {
  const home = join(scratch, "dave");
  const ran = await runSotto(lan.client, home, registerArgs("dave", shown.url, shown.fingerprint), PASSWORD);
  same([ran.code, ran.errors], [0, ""]);
  const dave = await startRpcClient({ name: "dave", home, launcher: lan.client.launcher });
  onEnd(() => dave.kill());
  const asked = contactIs(bob, "dave", "incoming");
  await dave.call("contacts.add", { username: "bob" });
  await asked;
  const accepted = contactIs(dave, "bob", "accepted");
  await bob.call("contacts.accept", { username: "dave" });
  await accepted;
  const arrived = arrives(bob, "From a terminal");
  await dave.call("messages.send", { to: "@bob", text: "From a terminal" });
  await arrived;
  const answered = arrives(dave, "To a terminal");
  await bob.call("messages.send", { to: "@dave", text: "To a terminal" });
  await answered;
  await dave.close();
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

async function refusesAnother({ lan, scratch }: Site, shown: Shown, another: string): Promise<void> {
  const home = join(scratch, "dave");
  const both = (text: string): void => {
    contains(text, shown.fingerprint);
    contains(text, another);
  };
  const sent = await runSotto(lan.client, home, ["send", "@bob", "to nobody"]);
  same(sent.out, "");
  both(sent.errors);
  const login = ["login", "dave", "--server", shown.url, "--password-stdin"];
  const refused = await runSotto(lan.client, home, login, PASSWORD);
  same([refused.code, refused.out], [4, ""]);
  both(refused.errors);
  const accepted = await runSotto(lan.client, home, [...login, "--fingerprint", another], PASSWORD);
  same([accepted.code, accepted.errors], [0, ""]);
  const late = await runSotto(lan.client, home, ["send", "@bob", "to the new one"]);
  same([late.code, late.out], [0, "Sent."]);
}

function registerArgs(name: string, url: string, fingerprint?: string): readonly string[] {
  const trust = fingerprint === undefined ? [] : ["--fingerprint", fingerprint];
  return ["register", name, "--server", url, "--password-stdin", ...trust];
}

function contactIs(client: RpcClient, username: string, state: string): Promise<void> {
  return until(client, `${username} as ${state}`, async () => {
    const contacts = await client.call("contacts.list");
    return contacts.some((contact) => contact.username === username && contact.state === state);
  });
}

function arrives(client: RpcClient, text: string): Promise<unknown> {
  return nextEvent(client, "message", text, (message) => message.text === text);
}

function same(seen: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} instead of ${b}`);
}

function contains(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`"${part}" is not in "${text}"`);
}
