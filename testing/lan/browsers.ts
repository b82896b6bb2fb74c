/** What people with browsers on another machine meet. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { BrowserPerson } from "../e2e/browserPerson.ts";
import { browserPersonOn } from "../e2e/browserPerson.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { openBrowser } from "./programs.ts";
import type { Shown, Site } from "./site.ts";
import { PASSWORD, arrives, contactIs, same } from "./site.ts";

export async function isStopped({ lan, scratch }: Site, shown: Shown): Promise<void> {
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

export async function talksPastTheWarning(site: Site, shown: Shown, bob: RpcClient): Promise<void> {
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

export async function talksWithTrust(site: Site, shown: Shown, bob: RpcClient): Promise<void> {
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
