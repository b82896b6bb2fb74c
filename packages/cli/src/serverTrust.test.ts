import type { ServerTrust } from "sotto/node";
import { expect, test } from "vitest";
import { main } from "./main.ts";
import { createFakeSotto } from "./testing/fakeSotto.ts";
import type { MemoryShell, MemoryShellOptions } from "./testing/memoryShell.ts";
import { createMemoryShell } from "./testing/memoryShell.ts";

const DIGITS = "ab".repeat(32);
const SHOWN = DIGITS.toUpperCase().replaceAll(/..(?=.)/g, "$&:");
const OTHER = "CD:EF";
const SERVER = "https://192.168.1.20:5555";
const UNKNOWN: ServerTrust = { kind: "unknown", fingerprint: SHOWN };

async function register(
  options: MemoryShellOptions & { readonly answer?: string; readonly flags?: readonly string[] },
): Promise<MemoryShell & { code: number }> {
  const { answer, flags = ["--password-stdin"], ...rest } = options;
  const shell = createMemoryShell({ sotto: createFakeSotto().sotto, ...rest });
  if (answer === undefined) shell.stdin.end("open sesame\n");
  else Object.assign(shell.stdin, { isTTY: true });
  if (answer !== undefined) shell.stdin.write(`${answer}\ropen sesame\ropen sesame\r`);
  const code = await main(["register", "alice", "--server", SERVER, ...flags], shell);
  return Object.assign(shell, { code });
}

test("S3 an authority that nobody knows stops a script, which is told what to add", async () => {
  const ran = await register({ trust: UNKNOWN });
  expect([ran.code, ran.signIns, ran.pins]).toEqual([4, [], []]);
  expect(ran.err()).toContain(SHOWN);
  expect(ran.err()).toContain(`--fingerprint ${DIGITS.toUpperCase()}`);
});

test.each([
  [["--password-stdin", "--fingerprint", DIGITS], {}],
  [["--password-stdin", "--fingerprint", SHOWN], {}],
  [["--password-stdin"], { SOTTO_SERVER_FINGERPRINT: SHOWN }],
])("S3 with its fingerprint it is pinned and used: %j %j", async (flags, env) => {
  const ran = await register({ trust: UNKNOWN, flags, env });
  expect([ran.code, ran.pins, ran.signIns.length]).toEqual([0, [`${SERVER} ${DIGITS}`], 1]);
});

test("the flag comes before the configuration", async () => {
  const flags = ["--password-stdin", "--fingerprint", DIGITS];
  const ran = await register({ flags, env: { SOTTO_SERVER_FINGERPRINT: "01".repeat(32) } });
  expect(ran.pins).toEqual([`${SERVER} ${DIGITS}`]);
});

test.each(["", "abc", `${DIGITS}00`, "zz".repeat(32)])(
  "a fingerprint such as '%s' is refused",
  async (text) => {
    const ran = await register({ flags: ["--password-stdin", "--fingerprint", text] });
    expect([ran.code, ran.signIns, ran.pins]).toEqual([2, [], []]);
  },
);

test.each(["y", "Yes"])("S3 a person who says '%s' pins it", async (answer) => {
  const ran = await register({ trust: UNKNOWN, answer, flags: [] });
  expect(ran.err()).toContain(`Its SHA-256 fingerprint: ${SHOWN}`);
  expect([ran.code, ran.pins, ran.signIns.length]).toEqual([0, [`${SERVER} ${SHOWN}`], 1]);
});

test.each(["", "n", "maybe"])("S3 a person who says '%s' does not, and nothing is sent", async (answer) => {
  const ran = await register({ trust: UNKNOWN, answer, flags: [] });
  expect([ran.code, ran.pins, ran.signIns]).toEqual([4, [], []]);
  expect(ran.err()).toMatch(/Nothing was sent to the server\.\n$/);
});

test("ATK: a changed authority is refused with both fingerprints, before the password is asked for", async () => {
  const trust: ServerTrust = { kind: "changed", pinned: SHOWN, shown: OTHER };
  for (const answer of [undefined, "y"]) {
    const ran = await register({ trust, ...(answer !== undefined && { answer, flags: [] }) });
    expect([ran.code, ran.pins, ran.signIns]).toEqual([4, [], []]);
    for (const part of [SHOWN, OTHER, "nothing was sent", "--fingerprint CDEF"])
      expect(ran.err()).toContain(part);
    expect(ran.err()).not.toContain("assword");
  }
});

test("a certificate that no authority can mend is refused", async () => {
  const ran = await register({ trust: { kind: "invalid", reason: "CERT_HAS_EXPIRED" } });
  expect([ran.code, ran.signIns]).toEqual([4, []]);
  expect(ran.err()).toContain("CERT_HAS_EXPIRED");
});

test("a server that is not reached is left to the sign-in, which says so", async () => {
  const ran = await register({ trust: { kind: "unreachable", reason: "offline" } });
  expect(ran.signIns).toHaveLength(1);
});

test.each(["send @bob hello", "users", "rpc"])(
  "ATK: %s explains a connection that is not trusted, once",
  async (line) => {
    const fake = createFakeSotto();
    const trust: ServerTrust = { kind: "changed", pinned: SHOWN, shown: OTHER };
    const shell = createMemoryShell({ sotto: fake.sotto, trust });
    fake.connect("connecting");
    // Again and again, as attempts to connect fail, from before the command listens until it has ended.
    const failing = setInterval(() => {
      fake.emit({ type: "connection", state: "offline", reason: "untrusted" });
      if (shell.err().includes(OTHER)) shell.stdin.end();
    }, 5);
    await main(line.split(" "), shell);
    clearInterval(failing);
    expect(shell.err().split("certificate authority has changed")).toHaveLength(2);
    expect(shell.err()).toContain(SHOWN);
  },
);
