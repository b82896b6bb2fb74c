/** Where engine and MLS run in a browser. */
import { createBrowserCryptoProvider } from "sotto/browser-crypto";
import type { ClientEvent } from "sotto/simulation";
import type { Absence, FromCatchUpWorker } from "../catchUp.ts";
import { catchUp } from "../catchUp.ts";
import { unpacked } from "../packed.ts";

const say = (message: FromCatchUpWorker): void => self.postMessage(message);
let absence: Absence | undefined;

self.addEventListener("message", ({ data }: MessageEvent<string>) => {
  if (absence === undefined) {
    absence = unpacked(data) as Absence;
    return say({ type: "ready" });
  }
  void run(absence);
});

async function run(away: Absence): Promise<void> {
  const onEvent = (event: ClientEvent): void => say({ type: "event", event });
  say({ type: "done", tookMs: await catchUp(away, createBrowserCryptoProvider(), onEvent) });
}
