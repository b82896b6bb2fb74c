import { expect, test } from "vitest";
import type { Link } from "../../ports/direct.ts";
import { laterLink } from "./laterLink.ts";

interface Bench {
  readonly later: Link;
  readonly said: string[];
  readonly arrive: () => Promise<void>;
}

function benchOf(): Bench {
  const said: string[] = [];
  const link: Link = {
    offer: (restart) => void said.push(`offer ${restart}`),
    accept: ({ kind }) => void said.push(`accept ${kind}`),
    addCandidates: (candidates) => void said.push(`candidates ${candidates.length}`),
    send: (channel) => void said.push(`send ${channel}`),
    bufferedBytes: () => 7,
    close: () => void said.push("close"),
  };
  const { promise, resolve } = Promise.withResolvers<Link>();
  return {
    later: laterLink(promise),
    said,
    async arrive() {
      resolve(link);
      await promise;
    },
  };
}

test("calls wait in their order for the link, and later ones go straight to it", async () => {
  const { later, said, arrive } = benchOf();
  later.accept({ kind: "offer", sdp: "" });
  later.addCandidates([]);
  expect([said, later.bufferedBytes("messages")]).toEqual([[], 0]);
  await arrive();
  expect([said, later.bufferedBytes("messages")]).toEqual([["accept offer", "candidates 0"], 7]);
  later.offer(false);
  later.send("files", new Uint8Array());
  later.close();
  expect(said.slice(2)).toEqual(["offer false", "send files", "close"]);
});

test("one that is closed first is closed once it is there, and nothing else is done", async () => {
  const { later, said, arrive } = benchOf();
  later.offer(false);
  later.close();
  await arrive();
  expect(said).toEqual(["close"]);
});
