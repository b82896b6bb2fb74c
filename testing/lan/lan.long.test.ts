/** `npm run lan`, where the machine allows it. */
import { expect, test } from "vitest";
import { runLan } from "./lan.ts";
import { whyNoLan } from "./network.ts";

const PATIENCE_MS = 600_000;

test(
  "S3 a server with its own authority on a network: who trusts it, who does not, and who stands in between",
  { timeout: PATIENCE_MS },
  async (context) => {
    const missing = whyNoLan();
    if (missing !== undefined) return context.skip(missing);
    const findings = await runLan(() => {});
    expect([...findings].filter(([, wrong]) => wrong !== "")).toEqual([]);
    expect(findings.size).toBe(10);
  },
);
