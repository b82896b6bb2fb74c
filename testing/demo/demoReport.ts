/** What the demonstration must show. */
import type { Report } from "../support/report.ts";
import { atLeast, atMost, equals } from "../support/report.ts";
import type { DemoResult } from "./demo.ts";
import type { DirectDemo } from "./direct.ts";
import { fileRequests, messageFrames } from "./frameLog.ts";
import type { PeopleDemo } from "./people.ts";

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

/** The bars of the demonstration of groups and rooms. */
export function peopleReport(result: PeopleDemo): Report {
  const { messages, delivery, findings, controls, needles, searchedBytes } = result;
  return {
    name: "demo of people",
    rounds: 1,
    figures: { messages, secretsSearchedFor: needles, bytesSearched: searchedBytes },
    ratios: {},
    bars: {
      lost: equals(delivery.lost, 0),
      doubled: equals(delivery.doubled, 0),
      reordered: equals(delivery.reordered, 0),
      foreign: equals(delivery.foreign, 0),
      sawDisplayName: equals(result.sawDisplayName, 2),
      heardAfterRemoval: equals(result.heardAfterRemoval, 0),
      heardFromBefore: equals(result.heardFromBefore, 0),
      cameInAlone: equals(result.cameInAlone, 2),
      refusedEntries: equals(result.refused, 3),
      plaintextFound: equals(findings.length, 0),
      controlsFoundAtServer: atLeast(controls.atServer, 1),
      controlsFoundInMaskedTraffic: atLeast(controls.inMaskedTraffic, 1),
    },
  };
}

/** Frames that say who is there, and what clients ask the server about themselves: a few hundred bytes a minute each, with TLS and acknowledgements. */
const QUIET_BYTES_PER_SECOND = 1000;
const QUIET_BYTES_AT_LEAST = 16 * 1024;

/** The bars of the demonstration of the direct path. */
export function directReport({
  messages,
  delivery,
  sameFiles,
  fileBytes,
  otherWay,
  quiet,
}: DirectDemo): Report {
  const { seconds, frames, wireBytes } = quiet;
  return {
    name: "demo of the direct path",
    rounds: 1,
    figures: {
      messages,
      megabytesPerFile: fileBytes / 1e6,
      directSeconds: Math.round(seconds),
      ...Object.fromEntries([...frames].map(([what, { count }]) => [`directly: ${what}`, count])),
    },
    ratios: {},
    bars: {
      messageFramesWhileDirect: equals(messageFrames(frames), 0),
      fileRequestsWhileDirect: equals(fileRequests(frames).count, 0),
      // Three files of many MB and all messages went past it meanwhile.
      bytesOnTheServersLinkWhileDirect: atMost(
        wireBytes,
        Math.round(QUIET_BYTES_AT_LEAST + QUIET_BYTES_PER_SECOND * seconds),
      ),
      lost: equals(delivery.lost, 0),
      doubled: equals(delivery.doubled, 0),
      reordered: equals(delivery.reordered, 0),
      foreign: equals(delivery.foreign, 0),
      otherWay: equals(otherWay, 0),
      sameFiles: equals(sameFiles, 6),
    },
  };
}
