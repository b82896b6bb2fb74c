import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogFields } from "./adapters/logging/log.ts";
import type { Authority } from "./adapters/tls/authority.ts";
import type { Machine } from "./adapters/tls/names.ts";
import { namesOf } from "./adapters/tls/names.ts";
import { defaultConfig } from "./config/loadConfig.ts";
import { wantsAuthority, watchAuthority } from "./openTls.ts";

const LONG_MS = 11_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function machineAt(...addresses: string[]): Machine {
  const infos = addresses.map(
    (address) => ({ address, netmask: "255.255.255.0", family: "IPv4", internal: false }) as const,
  );
  return { bindAddress: "0.0.0.0", interfaces: { wlan0: infos }, hostName: "pi4", publicHost: undefined };
}

/** An authority that vouches for 10.0.0.0/8 alone and counts what it makes. */
function createFakeAuthority(first: Machine): Authority & { readonly made: string[]; fail: boolean } {
  let current = JSON.stringify(namesOf(first));
  const made: string[] = [];
  return {
    made,
    fail: false,
    certificate: new Uint8Array(),
    fingerprint: "AA",
    current: () => ({ cert: Buffer.from(current), key: Buffer.from("key") }),
    unvouched: ({ addresses }) => addresses.filter((address) => !/^(10|127)\.|::1/.test(address)),
    async renew(names) {
      if (this.fail) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      if (JSON.stringify(names) === current) return false;
      current = JSON.stringify(names);
      made.push(current);
      return true;
    },
  };
}

test("S3 a server whose address changes serves another certificate from then on, and the old one until then", async () => {
  let machine = machineAt("10.0.0.1");
  const authority = createFakeAuthority(machine);
  const served: string[] = [];
  const told: [string, LogFields][] = [];
  const tell = (fields: LogFields, message: string): void => void told.push([message, fields]);
  const stop = watchAuthority({
    authority,
    machine: () => machine,
    nowMs: () => 0,
    log: { debug: tell, info: tell, warn: tell, error: tell },
    onRenewed: ({ cert }) => served.push(String(cert)),
  });
  await vi.advanceTimersByTimeAsync(LONG_MS);
  expect(served).toEqual([]);

  machine = machineAt("10.0.0.2");
  await vi.advanceTimersByTimeAsync(LONG_MS);
  expect(served).toEqual([JSON.stringify(namesOf(machine))]);

  authority.fail = true;
  machine = machineAt("10.0.0.3");
  await vi.advanceTimersByTimeAsync(LONG_MS);
  expect(served).toHaveLength(1);
  expect(told.at(-1)).toEqual(["the certificate cannot be renewed", { error: "ENOSPC" }]);
  authority.fail = false;
  await vi.advanceTimersByTimeAsync(LONG_MS);
  expect(served).toHaveLength(2);

  machine = machineAt("8.8.8.8");
  told.length = 0;
  await vi.advanceTimersByTimeAsync(3 * LONG_MS);
  const warnings = told.filter(([message]) => message.includes("may not vouch"));
  expect(warnings.map(([, fields]) => fields)).toEqual([{ names: "8.8.8.8" }]);

  await stop();
  machine = machineAt("10.0.0.9");
  await vi.advanceTimersByTimeAsync(LONG_MS);
  expect(served.at(-1)).not.toContain("10.0.0.9");
});

test.each([
  [true, {}],
  [true, { bindAddress: "192.168.1.20" }],
  [true, { bindAddress: "::" }],
  [false, { bindAddress: "127.0.0.1" }],
  [false, { bindAddress: "::1" }],
  [false, { trustedProxies: ["10.0.0.1"] }],
  [false, { tls: { certFile: null, keyFile: null, selfMade: false } }],
  [false, { tls: { certFile: "a", keyFile: "b", selfMade: true } }],
])("S3 an own authority: %s for %j", (wanted, changes) => {
  expect(wantsAuthority({ ...defaultConfig(), ...changes })).toBe(wanted);
});
