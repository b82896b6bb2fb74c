/** Certificates as others see them: TLS of Node, and OpenSSL's strict checks. */
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Authority } from "./authority.ts";
import { AUTHORITY_FILE, SERVER_CERTIFICATE_FILE, openAuthority } from "./authority.ts";
import { createAuthority, createServerCertificate } from "./certificates.ts";
import type { MachineNames, Scope } from "./names.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();
const SCOPE: Scope = {
  domains: ["localhost", "pi4.local"],
  networks: ["127.0.0.0/8", "192.168.0.0/16", "::1/128", "fd00::/8"],
};
const NAMES: MachineNames = {
  domains: ["localhost", "pi4.local"],
  addresses: ["127.0.0.1", "192.168.1.20", "fd00::20"],
};

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sotto-authority-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function open(names = NAMES, nowMs = NOW_MS): Promise<Authority> {
  return openAuthority({ dataDir: dir, scope: SCOPE, hostName: "pi4", names, nowMs });
}

function leafOf(authority: Authority): X509Certificate {
  return new X509Certificate(authority.current().cert);
}

function pemOf(authority: Authority): string {
  return new X509Certificate(authority.certificate).toString();
}

/** What a client that trusts `roots` alone says to the server certificate under a host's name; "" when it is content. */
async function judge(chain: string, key: string, roots: string, host: string): Promise<string> {
  const server = createServer({ cert: chain, key }, (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = connect({
    host: "127.0.0.1",
    port,
    ca: [roots],
    servername: /[:]|^\d/.test(host) ? "" : host,
    checkServerIdentity: (_, certificate) =>
      new X509Certificate(certificate.raw)[/[:]|^\d/.test(host) ? "checkIP" : "checkHost"](host) === undefined
        ? new Error("not its name")
        : undefined,
  });
  try {
    await once(socket, "secureConnect");
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    socket.destroy();
    server.close();
  }
}

describe("S3 the server's own authority", () => {
  test.each([...NAMES.domains, ...NAMES.addresses])(
    "vouches for %s to who trusts it, and to nobody else",
    async (host) => {
      const authority = await open();
      const { cert, key } = authority.current();
      expect(await judge(String(cert), String(key), pemOf(authority), host)).toBe("");
      const other = await createAuthority(SCOPE, "pi4", NOW_MS);
      expect(await judge(String(cert), String(key), other.certificate, host)).toMatch(
        /self-signed certificate in certificate chain|unable to/,
      );
      expect(await judge(String(cert), String(key), pemOf(authority), "chat.example.org")).toBe(
        "not its name",
      );
    },
  );

  test("is made once; the server certificate stays while nothing changes", async () => {
    const first = await open();
    const second = await open();
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(leafOf(second).fingerprint256).toBe(leafOf(first).fingerprint256);
    expect(first.fingerprint).toBe(new X509Certificate(first.certificate).fingerprint256);
  });

  test("makes another server certificate when the names change and before it ends, under the same authority", async () => {
    const authority = await open();
    const before = leafOf(authority).fingerprint256;
    expect(await authority.renew(NAMES, NOW_MS + 300 * DAY_MS)).toBe(false);
    const moved = { ...NAMES, addresses: ["127.0.0.1", "192.168.1.21"] };
    expect(await authority.renew(moved, NOW_MS)).toBe(true);
    expect(leafOf(authority).checkIP("192.168.1.21")).toBe("192.168.1.21");
    expect(leafOf(authority).checkIP("192.168.1.20")).toBeUndefined();
    const after = leafOf(authority).fingerprint256;
    expect(after).not.toBe(before);
    expect(leafOf(await open(moved)).fingerprint256).toBe(after);
    expect(await authority.renew(moved, NOW_MS + 370 * DAY_MS)).toBe(true);
    expect(leafOf(authority).fingerprint256).not.toBe(after);
    expect(leafOf(authority).checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  test("leaves out what it may not vouch for, and names it", async () => {
    const wanted = { domains: ["chat.example.org", "localhost"], addresses: ["127.0.0.1", "8.8.8.8"] };
    const authority = await open(wanted);
    expect(leafOf(authority).subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect(authority.unvouched(wanted)).toEqual(["chat.example.org", "8.8.8.8"]);
    expect(await authority.renew(wanted, NOW_MS)).toBe(false);
  });

  test.each([
    ["another domain", { domains: ["bank.example"], addresses: [] }, "bank.example"],
    ["another network", { domains: [], addresses: ["8.8.8.8"] }, "8.8.8.8"],
    ["another IPv6 network", { domains: [], addresses: ["2001:db8::8"] }, "2001:db8::8"],
  ])("ATK: who has stolen its key cannot pass for %s", async (_, names, host) => {
    const authority = await createAuthority(SCOPE, "pi4", NOW_MS);
    const forged = await createServerCertificate(authority, names, NOW_MS);
    const chain = forged.certificate + authority.certificate;
    expect(await judge(chain, forged.key, authority.certificate, host)).toBe("permitted subtree violation");
  });

  test("ATK: nor can it pass for an authority below it", async () => {
    const authority = await createAuthority(SCOPE, "pi4", NOW_MS);
    const below = await createServerCertificate(authority, NAMES, NOW_MS);
    const forged = await createServerCertificate(below, NAMES, NOW_MS);
    const chain = forged.certificate + below.certificate + authority.certificate;
    expect(await judge(chain, forged.key, authority.certificate, "localhost")).toMatch(
      /key usage does not include certificate signing|invalid CA/,
    );
  });
});

describe("RFC 5280", () => {
  test("the authority: version 3, serial number, ten years, key usage, constraints, own key identifier", async () => {
    const text = describeCertificate(pemOf(await open()));
    expect(text).toMatch(/Version: 3/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication/);
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+DNS:pi4\.local\s+IP:127\.0\.0\.0\/255\.0\.0\.0\s+IP:192\.168\.0\.0\/255\.255\.0\.0/,
    );
    expect(text).toMatch(/Subject: O = Sotto, CN = Sotto on pi4 \([0-9a-f]{8}\)/);
    expect(daysOf(pemOf(await open()))).toBeCloseTo(3650, 2);
  });

  test("the server certificate: 397 days, names, key identifiers that fit, no authority", async () => {
    const authority = await open();
    const text = describeCertificate(String(authority.current().cert));
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication/);
    const [, own] =
      /Subject Key Identifier:\s+([0-9A-F:]+)/.exec(describeCertificate(pemOf(authority))) ?? [];
    expect(text).toMatch(new RegExp(`Authority Key Identifier:\\s+(keyid:)?${own}`));
    expect(daysOf(String(authority.current().cert))).toBeLessThan(397);
    expect(daysOf(String(authority.current().cert))).toBeGreaterThan(396.9);
  });

  test("serial numbers are positive, of 16 bytes, and differ", async () => {
    const numbers = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const authority = await createAuthority(SCOPE, "pi4", NOW_MS);
      const { serialNumber } = new X509Certificate(authority.certificate);
      expect(serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
      numbers.add(serialNumber);
    }
    expect(numbers.size).toBe(20);
  });

  test("a server certificate ends no later than its authority, also past 2049, and is not renewed to no end", async () => {
    const late = await open(NAMES, Date.UTC(2041, 0, 1));
    const end = new X509Certificate(late.certificate).validToDate;
    expect(end.getUTCFullYear()).toBe(2050);
    const nowMs = end.getTime() - 10 * DAY_MS;
    expect(await late.renew(NAMES, nowMs)).toBe(true);
    expect(leafOf(late).validToDate).toEqual(end);
    expect(await late.renew(NAMES, nowMs + DAY_MS)).toBe(false);
  });

  test("OpenSSL's strict verification is content", async (context) => {
    const authority = await open();
    const [root, leaf] = [join(dir, "root.pem"), join(dir, "leaf.pem")];
    writeFileSync(root, pemOf(authority));
    writeFileSync(leaf, authority.current().cert);
    const flags = ["-x509_strict", "-check_ss_sig", "-purpose", "sslserver", "-verify_hostname", "pi4.local"];
    let said: string;
    try {
      said = execFileSync("openssl", ["verify", ...flags, "-CAfile", root, leaf], { encoding: "utf8" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return context.skip("openssl is not installed");
      throw error;
    }
    expect(said).toMatch(/: OK\n$/);
  });

  function describeCertificate(pem: string): string {
    return execFileSync("openssl", ["x509", "-noout", "-text"], { input: pem, encoding: "utf8" });
  }
});

describe("ATK-8 the authority's files", () => {
  test("are their owner's alone, and nothing else is left behind", async () => {
    await open();
    expect(readdirSync(dir).toSorted()).toEqual([AUTHORITY_FILE, SERVER_CERTIFICATE_FILE].toSorted());
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  test.each([AUTHORITY_FILE, SERVER_CERTIFICATE_FILE])("%s that others can read is refused", async (name) => {
    await open();
    for (const mode of [0o640, 0o604, 0o644]) {
      chmodSync(join(dir, name), mode);
      await expect(open()).rejects.toMatchObject({ fault: "exposed", file: join(dir, name) });
    }
  });

  test("a damaged authority is refused; a damaged server certificate, or another authority's, is made anew", async () => {
    const first = await open();
    const serverFile = join(dir, SERVER_CERTIFICATE_FILE);
    const otherDir = mkdtempSync(join(dir, "other-"));
    await openAuthority({ dataDir: otherDir, scope: SCOPE, hostName: "pi4", names: NAMES, nowMs: NOW_MS });
    for (const text of ["", "{}", readFileSync(join(otherDir, SERVER_CERTIFICATE_FILE), "utf8")]) {
      writeFileSync(serverFile, text);
      const again = await open();
      expect(leafOf(again).checkIssued(new X509Certificate(first.certificate))).toBe(true);
      expect(leafOf(again).verify(new X509Certificate(first.certificate).publicKey)).toBe(true);
    }
    const stored = JSON.parse(readFileSync(join(dir, AUTHORITY_FILE), "utf8"));
    const { key } = JSON.parse(readFileSync(join(otherDir, AUTHORITY_FILE), "utf8"));
    for (const text of [
      "",
      "{}",
      JSON.stringify({ ...stored, key }),
      JSON.stringify({ ...stored, scope: undefined }),
    ]) {
      writeFileSync(join(dir, AUTHORITY_FILE), text);
      await expect(open()).rejects.toMatchObject({ fault: "damaged" });
    }
  });

  test("an authority past its end is refused", async () => {
    await open();
    await expect(open(NAMES, NOW_MS + 3660 * DAY_MS)).rejects.toMatchObject({ fault: "ended" });
  });
});

function daysOf(pem: string): number {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  return (validToDate.getTime() - validFromDate.getTime()) / DAY_MS;
}
