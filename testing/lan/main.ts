/**
 * `npm run lan [-- --json]`: a server on one machine of a network and people on another, in network namespaces of this one. Browsers with and
 * without trust in the server's own authority, terminal clients with and without its fingerprint. Needs root, iproute2, chromium and certutil;
 * without them it says so and ends with exit code 2.
 */
import { parseArgs } from "node:util";
import { equals, finish } from "../support/report.ts";
import { runLan } from "./lan.ts";
import { whyNoLan } from "./network.ts";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const missing = whyNoLan();
if (missing === undefined) {
  const startedMs = performance.now();
  const findings = await runLan(json ? () => {} : console.log);
  const wrong = [...findings].filter(([, fault]) => fault !== "");
  const figures: Record<string, number | string> = {
    seconds: Math.round((performance.now() - startedMs) / 1000),
    ...Object.fromEntries(wrong),
  };
  const bars = { checks: equals(findings.size, 10), wrong: equals(wrong.length, 0) };
  finish({ name: "lan", rounds: 1, figures, ratios: {}, bars }, json);
} else {
  console.log(`skipped: ${missing}`);
  process.exitCode = 2;
}
