/** Somebody who uses the web app: acts and looks by the names that a screen reader would say. */
import type { Browser, Page } from "playwright-core";
import { PATIENCE_MS } from "../support/deadline.ts";

export interface BrowserPerson {
  readonly page: Page;
  /** What the page has complained about: console errors and uncaught exceptions. */
  readonly complaints: readonly string[];
  register(name: string, password: string): Promise<void>;
  addContact(name: string, text: string): Promise<void>;
  /** Into the open conversation. */
  send(to: string, text: string): Promise<void>;
  /** Resolves when the open conversation shows the text in the other's or the own name. */
  sees(text: string): Promise<void>;
  /** Resolves when the newest own message is in the state. */
  seesState(word: "sent" | "delivered" | "read"): Promise<void>;
  /** Texts of the open conversation, `You: …` or `name: …`, oldest first. */
  conversation(): Promise<readonly string[]>;
  /** Resolves when the page says that the server cannot be reached. */
  seesOffline(): Promise<void>;
}

/** Opens the app at the address in a browser profile of its own. */
export async function openBrowserPerson(browser: Browser, url: string): Promise<BrowserPerson> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const person = browserPersonOn(page);
  await page.goto(url);
  return person;
}

/** The person at a page that shows the app, or is about to. */
export function browserPersonOn(page: Page): BrowserPerson {
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const messages = page.getByRole("region", { name: "Messages" });
  return {
    page,
    complaints,
    async register(name, password) {
      await page.getByLabel("User name").fill(name);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Create account" }).click();
      await page.getByRole("link", { name: "Your account" }).waitFor();
    },
    async addContact(name, text) {
      await page.getByRole("link", { name: "Add a contact", exact: true }).first().click();
      await page.getByLabel("User name").fill(name);
      await page.getByLabel("First message").fill(text);
      await page.getByRole("button", { name: "Send request" }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    },
    async send(to, text) {
      await page.getByLabel(`Message to ${to}`).fill(text);
      await page.getByRole("button", { name: "Send" }).click();
    },
    sees: (text) => messages.getByText(text, { exact: true }).waitFor(),
    seesState: (word) => messages.getByRole("article").last().getByText(word).waitFor(),
    async conversation() {
      const articles = await messages.getByRole("article").all();
      return Promise.all(
        articles.map(async (article) => {
          const label = (await article.getAttribute("aria-label")) ?? "";
          return `${label.split(",")[0]}: ${await article.locator("p").innerText()}`;
        }),
      );
    },
    seesOffline: () => page.getByRole("status").filter({ hasText: "The server does not answer" }).waitFor(),
  };
}
