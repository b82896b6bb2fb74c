/** The work of files in a page, called from the bench outside. */
import { createBrowserCryptoProvider } from "sotto/browser-crypto";
import type { FileWork, FilesPage } from "../work.ts";
import { createFileWork } from "../work.ts";

const provider = createBrowserCryptoProvider();
let work: FileWork | undefined;

const files: FilesPage = {
  start: (leaves, atOnce) => void (work = createFileWork(provider, leaves, atOnce)),
  async run(phase) {
    await work?.run(phase);
  },
};

Object.assign(globalThis, { files });
