import { expect, test } from "vitest";
import { withIntegrity } from "./integrity.ts";

// SHA-384 of nothing.
const EMPTY = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
const sealed = (tag: string): string => withIntegrity(tag, () => new Uint8Array());

test.each([
  [
    `<script type="module" crossorigin src="/assets/index-a1.js"></script>`,
    `<script type="module" crossorigin src="/assets/index-a1.js" integrity="${EMPTY}"></script>`,
  ],
  [
    `<link rel="stylesheet" href="/assets/index-a1.css">`,
    `<link rel="stylesheet" href="/assets/index-a1.css" crossorigin integrity="${EMPTY}">`,
  ],
])("%s gets its hash", (tag, expected) => expect(sealed(tag)).toBe(expected));

test.each([`<link rel="icon" href="/favicon.svg">`, `<script>1</script>`, `<meta name="x" content="/a.js">`])(
  "%s stays as it is",
  (tag) => expect(sealed(tag)).toBe(tag),
);

test("each file has its own", () => {
  const page = withIntegrity(`<script src="/a.js"></script><script src="/b.js"></script>`, (path) =>
    new TextEncoder().encode(path),
  );
  expect(new Set(page.match(/sha384-[^"]+/g)).size).toBe(2);
});
