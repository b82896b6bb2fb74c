/** A device of ours in a page: the browser's home, whose device runs in the page's worker and keeps files in OPFS. */
import { openBrowserHome } from "sotto/browser";
import { createOurParty } from "../../ourParty.ts";
import type { FileParty } from "../../party.ts";

export async function openOurParty(name: string, chosen: () => File): Promise<FileParty> {
  const home = openBrowserHome();
  const sotto = await home.register({
    server: location.origin,
    userName: name,
    password: "a long password of the bench",
  });
  return createOurParty(sotto, {
    open: () => Promise.resolve(chosen()),
    /** As a download does: into a blob, whose bytes the browser keeps where it likes. */
    async save(content) {
      const parts: BlobPart[] = [];
      for await (const leaf of content) parts.push(new Blob([leaf as Uint8Array<ArrayBuffer>]));
      const blob = new Blob(parts);
      if (blob.size === 0) throw new Error("nothing was saved");
    },
  });
}
