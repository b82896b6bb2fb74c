/** Files and pictures in the real app: chosen, dropped and pasted by a person at a page, with a device of Node at the other end. */
import { createHash } from "node:crypto";
import { plantedIn, fixture } from "@sotto/pictures/testing";
import type { Browser, Locator, Page } from "playwright-core";
import type { Conversation, FileContent, FileToSend, FileView, Sotto, StoredMessage } from "sotto";
import { openNodeHome } from "sotto/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const PASSWORD = "correct horse battery staple";
/** Several leaves, and a part of one. */
const TAKE = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff));

describe.skipIf(!hasChromium)("files in a conversation on the screen", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  let bob: Sotto;
  let conversation: Conversation["id"];
  const faults: string[] = [];

  beforeAll(async () => {
    site = await openSite("packages/web");
    browser = await launchChromium();
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
    bob = await openNodeHome({ dir: site.folder("bob") }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    await page.goto(site.origin);
    await page.getByLabel("User name").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: /^Add/ }).first().waitFor();
    await bob.contacts.add("alice", "Hello alice");
    await page.getByRole("link", { name: /^1 request/ }).click();
    await page.getByRole("button", { name: "Accept" }).click();
    await page.getByLabel("Message to bob").waitFor();
    conversation = bob.conversations.withUser("alice")?.id as Conversation["id"];
  });
  afterAll(async () => {
    await bob?.close();
    await browser?.close();
    await site?.close();
  });

  test("F1, F2: what is chosen goes with a text; the picture without what its file tells, the file byte by byte", async () => {
    const photo = Buffer.from(fixture("photo.jpg"));
    expect(plantedIn(photo)).not.toEqual([]);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([
        { name: "pier.jpg", mimeType: "image/jpeg", buffer: photo },
        { name: "take.flac", mimeType: "audio/flac", buffer: TAKE },
      ]);
    await page.getByRole("region", { name: "To be sent" }).locator("img").waitFor();
    await page.getByLabel("Message to bob").fill("Listen");
    const arrived = nextMessage();
    await page.getByLabel("Message to bob").press("Enter");
    const { text, files } = await arrived;
    expect([text, ...files.map(({ path }) => path.join("/"))]).toEqual(["Listen", "pier.jpg", "take.flac"]);
    expect(await page.getByRole("region", { name: "To be sent" }).count()).toBe(0);

    const [picture, take] = files;
    expect(picture?.picture?.placeholder.length).toBeGreaterThan(0);
    const shown = await fetched(picture);
    expect(plantedIn(shown)).toEqual([]);
    expect(hash(await fetched(take))).toBe(hash(TAKE));
    await card("take.flac").getByText("bob has it").waitFor();
    await page.getByRole("img", { name: "pier.jpg" }).waitFor();
  });

  test("F1: a file is fetched when it is asked for, saved whole, and removed after a question", async () => {
    await bob.files.send(conversation, [fileOf("score.pdf", "application/pdf", TAKE)]);
    await card("score.pdf").getByText("2.5 MB").waitFor();
    await card("score.pdf").getByRole("button", { name: "Get" }).click();
    const save = card("score.pdf").getByRole("button", { name: "Save as…" });
    await save.waitFor();
    // Nobody can press anything in the system's own dialog here.
    await page.evaluate("delete globalThis.showSaveFilePicker");
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    expect(download.suggestedFilename()).toBe("score.pdf");
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(hash(Buffer.concat(chunks))).toBe(hash(TAKE));

    await card("score.pdf").getByRole("button", { name: "Remove score.pdf" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await card("score.pdf").getByText("not on this device any more").waitFor();
    await card("score.pdf").getByRole("button", { name: "Get again" }).waitFor();
  });

  test("F2: a picture comes by itself and is seen large; what only says that it is one stays a file", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"/>');
    await bob.files.send(conversation, [
      { ...fileOf("lake.png", "image/png", Buffer.from(fixture("photo.png"))) },
      { ...fileOf("trap.png", "image/png", svg) },
    ]);
    await page.getByRole("img", { name: "lake.png" }).waitFor();
    await card("trap.png").getByRole("button", { name: "Get" }).waitFor();
    expect(await page.getByRole("img", { name: "trap.png" }).count()).toBe(0);

    await page.getByRole("button", { name: "Open lake.png" }).click();
    const viewer = page.getByRole("dialog", { name: "lake.png" });
    await viewer.getByRole("img", { name: "lake.png" }).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog").getByRole("img", { name: "pier.jpg" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await viewer.getByRole("img", { name: "lake.png" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("F1: what is dropped and pasted lies in the tray, with its name, until it is taken out or sent", async () => {
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["words"], "words.txt", { type: "text/plain" }));
      const field = document.querySelector("textarea");
      for (const type of ["dragenter", "dragover", "drop"])
        field.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      const pasted = new DataTransfer();
      pasted.items.add(new File(["more"], "image.bin"));
      field.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: pasted }));
    })()`);
    const tray = page.getByRole("region", { name: "To be sent" });
    await tray.getByText("2 files").waitFor();
    await tray.getByRole("button", { name: "Take out image.bin" }).click();
    const arrived = nextMessage();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const { files } = await arrived;
    expect(files.map(({ path }) => path)).toEqual([["words.txt"]]);
    expect(Buffer.from(await fetched(files[0])).toString()).toBe("words");
  });

  test("nothing of it breaks the page's rules", () => {
    expect(faults).toEqual([]);
  });

  /** The next message of alice's at bob's device. */
  function nextMessage(): Promise<StoredMessage> {
    return new Promise((resolve) => {
      const stop = bob.on((event) => {
        if (event.type !== "message" || event.message.mine) return;
        queueMicrotask(() => stop());
        resolve(event.message);
      });
    });
  }

  /** All of a file at bob's device. */
  async function fetched(file: StoredMessage["files"][number] | undefined): Promise<Uint8Array> {
    const { transfer } = file as StoredMessage["files"][number];
    const done = reached(transfer, "done");
    await bob.files.fetch(transfer);
    await done;
    const leaves: Uint8Array[] = [];
    for await (const leaf of bob.files.content(transfer)) leaves.push(leaf);
    return Buffer.concat(leaves);
  }

  function reached(transfer: FileView["transfer"], state: FileView["state"]): Promise<void> {
    return new Promise((resolve) => {
      const stop = bob.on((event) => {
        if (event.type !== "file" || event.file.transfer !== transfer || event.file.state !== state) return;
        queueMicrotask(() => stop());
        resolve();
      });
    });
  }

  function card(name: string): Locator {
    return page.getByRole("group", { name, exact: true });
  }
});

function fileOf(name: string, mediaType: string, bytes: Buffer): FileToSend {
  return { content: contentOf(bytes), path: [name], mediaType, modifiedAtMs: null };
}

function contentOf(bytes: Buffer): FileContent {
  return {
    size: bytes.length,
    slice: (start, end) => ({
      arrayBuffer: async () => new Uint8Array(bytes.subarray(start, end)).buffer,
    }),
  };
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
