/**
 * The server's own certificate authority, in two files of the data directory: the authority, made once and never changed, and the server's
 * certificate below it, made anew when the machine's names change or its end is near.
 */
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isExposed } from "../files/secretFault.ts";
import { readOrCreateSecret } from "../files/secretFile.ts";
import type { TlsFiles } from "../net/onePort.ts";
import type { KeyPair } from "./certificates.ts";
import type { MachineNames, Scope } from "./names.ts";
import { within } from "./names.ts";

/** Belongs into a backup: without it everybody has to trust a new authority. */
export const AUTHORITY_FILE = "tls-authority.json";
export const SERVER_CERTIFICATE_FILE = "tls-server.json";

const OWNER_ONLY = 0o600;
const RENEWED_BEFORE_END_MS = 30 * 86_400_000;

const pem = z.string().min(1);
const texts = z.array(z.string()).readonly();
const authoritySchema = z.strictObject({
  certificate: pem,
  key: pem,
  scope: z.strictObject({ domains: texts, networks: texts }),
});
const serverSchema = z.strictObject({
  certificate: pem,
  key: pem,
  names: z.strictObject({ domains: texts, addresses: texts }),
});
type StoredAuthority = z.infer<typeof authoritySchema>;
type StoredServer = z.infer<typeof serverSchema>;

/** exposed: others can read the file · damaged: not what a server has written · ended: past its ten years. */
export type AuthorityFault = "exposed" | "damaged" | "ended";

export class AuthorityError extends Error {
  override readonly name = "AuthorityError";
  readonly fault: AuthorityFault;
  readonly file: string;

  constructor(fault: AuthorityFault, file: string) {
    super(`${file}: ${fault}`);
    this.fault = fault;
    this.file = file;
  }
}

export interface Authority {
  /** DER: what people install to trust this server. */
  readonly certificate: Uint8Array<ArrayBuffer>;
  /** SHA-256 of it, in pairs of hexadecimal digits with colons, as browsers and systems show it. */
  readonly fingerprint: string;
  /** Server certificate with the authority's behind it, and its key. */
  current(): TlsFiles;
  /** Names that the current certificate has not, because the authority may not vouch for them. */
  unvouched(names: MachineNames): readonly string[];
  /** Makes another server certificate if these are not its names or it ends soon; true if it did. */
  renew(names: MachineNames, nowMs: number): Promise<boolean>;
}

export interface AuthorityOptions {
  readonly dataDir: string;
  /** For an authority that has to be made. */
  readonly scope: Scope;
  readonly hostName: string;
  readonly names: MachineNames;
  readonly nowMs: number;
}

/** Opens the authority, making what is missing. Rejects with {@link AuthorityError}, or what the file system throws. */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { dataDir, names, nowMs } = options;
  const stored = await readAuthority(join(dataDir, AUTHORITY_FILE), options);
  const certificate = new X509Certificate(stored.certificate);
  const serverFile = join(dataDir, SERVER_CERTIFICATE_FILE);
  let server = readServer(serverFile, certificate);
  const authority: Authority = {
    certificate: new Uint8Array(certificate.raw),
    fingerprint: certificate.fingerprint256,
    current() {
      if (server === undefined) throw new Error("the server certificate has not been made");
      return { cert: Buffer.from(server.certificate + stored.certificate), key: Buffer.from(server.key) };
    },
    unvouched({ domains, addresses }) {
      const vouched = within(stored.scope, { domains, addresses });
      return [
        ...domains.filter((domain) => !vouched.domains.includes(domain)),
        ...addresses.filter((address) => !vouched.addresses.includes(address)),
      ];
    },
    async renew(wanted, now) {
      const vouched = within(stored.scope, wanted);
      if (server !== undefined && sameNames(server.names, vouched) && now < renewalMs(server, certificate))
        return false;
      // Loaded here alone: it takes as long to load as the rest of the server.
      const { createServerCertificate } = await import("./certificates.ts");
      const made = { ...(await createServerCertificate(stored, vouched, now)), names: vouched };
      replaceFile(serverFile, JSON.stringify(made));
      server = made;
      return true;
    },
  };
  await authority.renew(names, nowMs);
  return authority;
}

async function readAuthority(
  file: string,
  { scope, hostName, nowMs }: AuthorityOptions,
): Promise<StoredAuthority> {
  const text = await readOrCreateSecret(file, async () => {
    const { createAuthority } = await import("./certificates.ts");
    return JSON.stringify({ ...(await createAuthority(scope, hostName, nowMs)), scope });
  });
  if (isExposed(file)) throw new AuthorityError("exposed", file);
  const stored = authoritySchema.safeParse(jsonOf(text)).data;
  const certificate = stored && pairOf(stored);
  if (stored === undefined || certificate === undefined || !certificate.ca)
    throw new AuthorityError("damaged", file);
  if (nowMs >= certificate.validToDate.getTime()) throw new AuthorityError("ended", file);
  return stored;
}

/** The stored server certificate if there is a usable one of this authority. */
function readServer(file: string, authority: X509Certificate): StoredServer | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (isExposed(file)) throw new AuthorityError("exposed", file);
  const stored = serverSchema.safeParse(jsonOf(text)).data;
  const certificate = stored && pairOf(stored);
  return certificate?.checkIssued(authority) === true && certificate.verify(authority.publicKey)
    ? stored
    : undefined;
}

/** The certificate, if the key is its own. */
function pairOf({ certificate, key }: KeyPair): X509Certificate | undefined {
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(createPrivateKey(key)) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A certificate that ends with its authority cannot be renewed to any later end. */
function renewalMs({ certificate }: StoredServer, authority: X509Certificate): number {
  const end = new X509Certificate(certificate).validToDate.getTime();
  return end < authority.validToDate.getTime() ? end - RENEWED_BEFORE_END_MS : end;
}

function sameNames(a: MachineNames, b: MachineNames): boolean {
  return JSON.stringify([a.domains, a.addresses]) === JSON.stringify([b.domains, b.addresses]);
}

/** Whatever cuts it off, the file is the old one or the new one. */
function replaceFile(file: string, text: string): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${text}\n`, { mode: OWNER_ONLY, flag: "wx", flush: true });
  renameSync(draft, file);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
