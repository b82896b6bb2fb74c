/** `npm run icons`: draws the app's icons from the mark in favicon.svg. Run it after a change of the mark and commit what it writes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "../browser/chromium.ts";

const PUBLIC = join(import.meta.dirname, "../../packages/web/public");

interface Icon {
  readonly file: string;
  readonly sizePx: number;
  /** The ground goes to the edges: the platform cuts its own shape. Otherwise the tile has round corners. */
  readonly bleeds: boolean;
  /** Of the mark, against the tile's own. A maskable icon shows at least the middle 80 %. */
  readonly scale: number;
}

const ICONS: readonly Icon[] = [
  { file: "icons/icon-192.png", sizePx: 192, bleeds: false, scale: 1 },
  { file: "icons/icon-512.png", sizePx: 512, bleeds: false, scale: 1 },
  { file: "icons/maskable-512.png", sizePx: 512, bleeds: true, scale: 0.86 },
  { file: "icons/apple-touch-icon.png", sizePx: 180, bleeds: true, scale: 0.94 },
];

const tile = readFileSync(join(PUBLIC, "favicon.svg"), "utf8");
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  for (const icon of ICONS) writeFileSync(join(PUBLIC, icon.file), await drawn(page, icon));
} finally {
  await browser.close();
}

async function drawn(page: Page, { sizePx, bleeds, scale }: Icon): Promise<Buffer> {
  const offset = 32 * (1 - scale);
  const svg = tile
    .replace(/rx="14"/, bleeds ? 'rx="0"' : 'rx="14"')
    .replace("<g ", `<g transform="translate(${offset} ${offset}) scale(${scale})"><g `)
    .replace("</g>", "</g></g>");
  await page.setViewportSize({ width: sizePx, height: sizePx });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${sizePx}px}</style>${svg}`);
  return page.screenshot({ omitBackground: true });
}
