/** `ourNode.ts NAME HOME SERVER FINGERPRINT`: a device of ours with its home in a folder. */
import { openAsBlob } from "node:fs";
import { open } from "node:fs/promises";
import { openNodeHome, pinServer } from "sotto/node";
import { createOurParty } from "../ourParty.ts";
import { obeyBench } from "./obeyBench.ts";

const [userName = "", dir = "", server = "", fingerprint = ""] = process.argv.slice(2);
await pinServer({ dir, server, fingerprint });
const sotto = await openNodeHome({ dir }).register({
  server,
  userName,
  password: "a long password of the bench",
});
obeyBench(
  createOurParty(sotto, {
    open: (path) => openAsBlob(path),
    async save(content, path) {
      const file = await open(path, "w");
      try {
        for await (const leaf of content) await file.write(leaf);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  }),
);
