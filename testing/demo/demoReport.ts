/** What the demonstration must show. */
import type { Report } from "../support/report.ts";
import { atLeast, equals } from "../support/report.ts";
import type { DemoResult } from "./demo.ts";

/** The bars of the demonstration. */
export function demoReport({
  messages,
  delivery,
  findings,
  controls,
  needles,
  searchedBytes,
  capture,
}: DemoResult): Report {
  return {
    name: "demo",
    rounds: 1,
    figures: {
      messages,
      secretsSearchedFor: needles,
      bytesSearched: searchedBytes,
      connections: capture.length,
    },
    ratios: {},
    bars: {
      lost: equals(delivery.lost, 0),
      doubled: equals(delivery.doubled, 0),
      reordered: equals(delivery.reordered, 0),
      foreign: equals(delivery.foreign, 0),
      plaintextFound: equals(findings.length, 0),
      controlsFoundAtServer: atLeast(controls.atServer, 1),
      controlsFoundInMaskedTraffic: atLeast(controls.inMaskedTraffic, 1),
    },
  };
}
