/**
 * `npm run demo [-- --json]`: two people talk through a real server and two terminal clients; one is away for a while, the server is killed
 * once. Prints what was said, and whether all of it arrived and none of it can be found at the server.
 */
import { parseArgs } from "node:util";
import { finish, passes, reportText } from "../support/report.ts";
import { runDemo } from "./demo.ts";
import { demoReport } from "./demoReport.ts";

const { json } = parseArgs({ options: { json: { type: "boolean", default: false } } }).values;
const result = await runDemo(json ? () => {} : console.log);
const report = demoReport(result);
if (json) finish(report, true);
else {
  for (const { needle, place } of result.findings) console.log(`found ${needle} in ${place}`);
  const { lost, doubled, reordered } = result.delivery;
  const verdict = `lost ${lost}, doubled ${doubled}, reordered ${reordered}`;
  console.log(`\n${verdict}, plaintext found at the server ${result.findings.length}`);
  if (!passes(report)) console.log(reportText(report));
  process.exitCode = passes(report) ? 0 : 1;
}
