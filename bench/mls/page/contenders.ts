/** Contenders in a page, called from the bench outside. */
import { createBrowserCryptoProvider } from "sotto/browser-crypto";
import { createBare } from "../bare.ts";
import type { Contender, ContendersPage } from "../contender.ts";
import { createOurs } from "../ours.ts";

const made: Contender[] = [];

const contenders: ContendersPage = {
  async start(suite, batch) {
    const contender =
      batch === 0 ? createBare(suite) : createOurs(createBrowserCryptoProvider(), suite, batch);
    return made.push(await contender) - 1;
  },
  round: (contender, count) => made[contender]?.round(count),
};

Object.assign(globalThis, { contenders });
