/**
 * `npm run capture [-- --json]`: plays the demonstration, then explains every byte that passed between clients and server by the documented
 * tables. Prints the table; fails when a byte is unknown.
 */
import { parseArgs } from "node:util";
import { runDemo } from "../demo/demo.ts";
import { equals, finish } from "../support/report.ts";
import { captureTable, checkCapture } from "./checkCapture.ts";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const { capture } = await runDemo(() => {});
const check = checkCapture(capture);
if (!json) console.log(`${captureTable(check)}\n`);
finish(
  {
    name: "capture",
    rounds: 1,
    figures: { connections: check.connections, bytes: check.totalBytes, fields: check.ledger.fields.size },
    ratios: {},
    bars: {
      unknownBytes: equals(check.unknownBytes, 0),
      explainedBytes: equals(check.knownBytes, check.totalBytes),
    },
  },
  json,
);
