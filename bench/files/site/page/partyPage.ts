/** A party in a page, of the kind that its address asks for. Calls come from the bench outside. */
import type { FileParty } from "../../party.ts";
import { openBareParty } from "./barePage.ts";
import { openOurParty } from "./ourPage.ts";
import { openPeerJsParty } from "./peerJsPage.ts";

const asked = new URL(location.href).searchParams;
const given = (name: string): string => asked.get(name) ?? "";
const kinds: Readonly<Record<string, () => Promise<FileParty>>> = {
  bare: () => openBareParty(given("switchboard"), given("stun"), chosenBytes),
  peerjs: () => openPeerJsParty(given("name"), given("signals"), given("stun"), chosenBytes),
  ours: () => openOurParty(given("name"), chosen),
};
Object.assign(globalThis, { party: await kinds[given("kind")]?.() });

/** In the page's field. */
function chosen(): File {
  const file = document.querySelector("input")?.files?.[0];
  if (file === undefined) throw new Error("no file was chosen");
  return file;
}

async function chosenBytes(): Promise<Uint8Array> {
  return new Uint8Array(await chosen().arrayBuffer());
}
