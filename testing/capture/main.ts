/**
 * `npm run capture [-- --json]`: plays the demonstration, then explains every byte that passed between clients and server by the documented
 * tables. Prints the table; fails when a byte is unknown, or when the demonstration fails.
 */
import { parseArgs } from "node:util";
import { runDemo } from "../demo/demo.ts";
import { demoReport } from "../demo/demoReport.ts";
import { equals, finish } from "../support/report.ts";
import { captureTable, checkCapture } from "./checkCapture.ts";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const demo = await runDemo(() => {});
const check = checkCapture(demo.capture);
if (!json) console.log(`${captureTable(check)}\n`);
const { bars } = demoReport(demo);
finish(
  {
    name: "capture",
    rounds: 1,
    figures: { connections: check.connections, bytes: check.totalBytes, fields: check.ledger.fields.size },
    ratios: {},
    bars: {
      ...bars,
      unknownBytes: equals(check.unknownBytes, 0),
      explainedBytes: equals(check.knownBytes, check.totalBytes),
    },
  },
  json,
);
