/** Files and pictures: before they are sent, on their way, and large on the screen. */
import type { Page } from "playwright-core";
import { fixture } from "@sotto/pictures/testing";
import type { Act } from "../acts.ts";
import { exists, inOrder, keys, openDialog, press, see, seeText } from "../acts.ts";
import { onStage } from "../onStage.ts";
import type { Scene } from "../scenes.ts";

const WITH_BOB = "#/with/bob";

interface Chosen {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const SCORE: Chosen = {
  name: "score, second movement.pdf",
  mimeType: "application/pdf",
  buffer: Buffer.alloc(412_000),
};
const TAKE: Chosen = {
  name: "a very long name of a take that does not fit in any line, evening.flac",
  mimeType: "audio/flac",
  buffer: Buffer.alloc(1_900_000),
};
const PHOTO: Chosen = { name: "pier.jpg", mimeType: "image/jpeg", buffer: Buffer.from(fixture("photo.jpg")) };
const DAMAGED: Chosen = {
  name: "old scan.jpg",
  mimeType: "image/jpeg",
  buffer: PHOTO.buffer.subarray(0, 900),
};
const ENDLESS: Chosen = { name: "endless.iso", mimeType: "", buffer: Buffer.alloc(4_000_000) };

/** All pictures that are to come are on the screen. */
const PICTURES = see("article img[src^=blob]");

export const fileScenes: readonly Scene[] = [
  {
    name: "files-tray",
    address: WITH_BOB,
    act: inOrder(choose(PHOTO, SCORE, TAKE), fill("Listen to the third first")),
  },
  {
    name: "files-tray-trouble",
    address: WITH_BOB,
    act: inOrder(choose(DAMAGED, SCORE), see("[role=alert] button")),
  },
  { name: "files-tray-unchanged", variant: true, address: WITH_BOB, act: inOrder(choose(PHOTO), check) },
  {
    name: "files-not-sent",
    variant: true,
    address: WITH_BOB,
    failures: { "files.send": "diskFull" },
    act: inOrder(choose(SCORE), press("button", "conversation.send"), seeText("error.diskFull")),
  },
  {
    name: "files-preparing",
    address: WITH_BOB,
    act: inOrder(
      choose(ENDLESS),
      fill("The whole disc"),
      press("button", "conversation.send"),
      see("article [role=progressbar]"),
    ),
  },
  { name: "files", world: "files", address: WITH_BOB, act: see("[role=progressbar]") },
  {
    name: "files-top",
    world: "files",
    address: WITH_BOB,
    variant: true,
    act: inOrder(see("[role=progressbar]"), toTop),
  },
  { name: "files-stopped", world: "filesStopped", address: WITH_BOB, act: see("[role=progressbar]") },
  {
    name: "files-refused",
    variant: true,
    world: "files",
    failures: { "files.fetch": "offline" },
    address: WITH_BOB,
    act: inOrder(see("[role=progressbar]"), pressGet, see("article [role=alert]:not(:empty)")),
  },
  {
    name: "files-cancel",
    variant: true,
    world: "files",
    address: WITH_BOB,
    act: inOrder(
      see("[role=progressbar]"),
      openDialog("files.cancel", { name: "choir-recordings-2026.zip" }),
    ),
  },
  { name: "files-drop", address: WITH_BOB, act: dragOver },
  { name: "pictures", world: "pictures", address: WITH_BOB, act: inOrder(PICTURES, settledPictures) },
  {
    name: "pictures-top",
    world: "pictures",
    address: WITH_BOB,
    act: inOrder(PICTURES, toTop, settledPictures),
  },
  {
    name: "picture-large",
    world: "pictures",
    address: WITH_BOB,
    act: inOrder(toTop, PICTURES, openLake, see("[role=dialog] img[src^=blob]")),
  },
  {
    name: "picture-waiting",
    world: "pictures",
    address: WITH_BOB,
    act: inOrder(openLast, see("[role=dialog] [role=progressbar]")),
  },
  {
    name: "picture-zoomed",
    variant: true,
    world: "pictures",
    address: WITH_BOB,
    act: inOrder(toTop, PICTURES, openLake, see("[role=dialog] img[src^=blob]"), keys("+", "+", "+")),
  },
];

function choose(...files: readonly Chosen[]): Act {
  return async (page) => {
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([...files]);
    await page
      .locator("form li")
      .nth(files.length - 1)
      .waitFor();
    // Each has been looked at: a picture is drawn, or what is wrong with it is said.
    if (files.includes(PHOTO)) await exists("form li img")(page);
  };
}

function fill(text: string): Act {
  return (page) => page.locator("textarea").fill(text);
}

async function check(page: Page): Promise<void> {
  await page.locator("form [type=checkbox]").check();
}

/** Where one begins to read. */
async function toTop(page: Page): Promise<void> {
  await page.getByRole("region").first().hover();
  await page.mouse.wheel(0, -4000);
  await page.waitForTimeout(400);
}

async function pressGet(page: Page): Promise<void> {
  await page.getByRole("article").last().getByRole("button").first().click();
}

async function settledPictures(page: Page): Promise<void> {
  await page.waitForFunction("[...document.images].every(({ complete }) => complete)");
}

/** A hand holds files over the conversation. */
async function dragOver(page: Page): Promise<void> {
  await onStage(page, "drag", "[data-pane=main] textarea");
  await seeText("files.drop", { name: "bob" })(page);
}

async function openLake(page: Page): Promise<void> {
  const name = await onStage(page, "textOf", "files.open", { name: "lake.jpg" });
  await page.getByRole("button", { name, exact: true }).click();
  await see("[role=dialog]")(page);
}

async function openLast(page: Page): Promise<void> {
  const name = await onStage(page, "textOf", "files.open", { name: "home.jpg" });
  await page.getByRole("button", { name, exact: true }).click({ position: { x: 20, y: 20 } });
  await see("[role=dialog]")(page);
}
