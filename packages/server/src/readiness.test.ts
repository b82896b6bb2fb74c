import { expect, test } from "vitest";
import { readyLine, readyText } from "./readiness.ts";

const lan = {
  url: "http://localhost:5555",
  lanUrls: ["https://192.168.1.20:5555", "https://[fd00::20]:5555"],
  fingerprint: "AA:BB",
};

test("S3 people read the local address first, then those of the network and the fingerprint", () => {
  expect(readyText(lan, { qr: false, colours: false }).split("\n")).toEqual([
    "Sotto is ready at http://localhost:5555",
    "On other devices of your network: https://192.168.1.20:5555 or https://[fd00::20]:5555",
    "Browsers there warn until the device trusts this server; http://192.168.1.20:5555 tells how. Compare:",
    "SHA-256 AA:BB",
  ]);
  expect(readyText(lan, { qr: true, colours: false })).toContain("▄▄▄▄▄");
});

test("who serves this machine alone reads one line", () => {
  expect(readyText({ ...lan, lanUrls: [], fingerprint: null }, { qr: true, colours: true })).toBe(
    "Sotto is ready at http://localhost:5555",
  );
});

test("programs read one line of JSON", () => {
  expect(JSON.parse(readyLine(lan, 7))).toEqual({ event: "ready", pid: 7, ...lan });
});
