/**
 * Makes the two certificates of a server that has none: an authority that people trust once, and the server's own below it, which
 * changes with its addresses. P-256 with SHA-256, which every client of TLS 1.2 and 1.3 knows.
 */
import { randomBytes, webcrypto } from "node:crypto";
// The library asks for it when it is loaded.
import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { nameConstraints } from "./nameConstraints.ts";
import type { MachineNames, Scope } from "./names.ts";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** The longest that browsers take is 398 days; Apple's system refuses more also below authorities that people added. */
const SERVER_DAYS = 397;
/** Clocks of a network differ: certificates are valid from a little earlier. */
const BACKDATED_MS = DAY_MS;
const SERIAL_BYTES = 16;
/** ub-common-name of RFC 5280, appendix A.1. */
const MAX_NAME = 64;
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;

/** An authority that vouches for no more than `scope`, and for servers alone: none below it makes authorities. */
export async function createAuthority(scope: Scope, hostName: string, nowMs: number): Promise<KeyPair> {
  const keys = await createKeys();
  const identifier = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  // Two authorities of one machine must not have one name: some stores of certificates would mix them up.
  const name = `Sotto on ${hostName}`.slice(0, MAX_NAME - 11) + ` (${identifier.keyId.slice(0, 8)})`;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ O: ["Sotto"] }, { CN: [name] }],
    ...validity(nowMs, AUTHORITY_DAYS),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      nameConstraints(scope),
      identifier,
    ],
  });
  return { certificate: pemOf(certificate), key: await pemOfKey(keys.privateKey) };
}

/** A certificate of the server for these names, which are within the authority's scope; it ends no later than the authority. */
export async function createServerCertificate(
  authority: KeyPair,
  { domains, addresses }: MachineNames,
  nowMs: number,
): Promise<KeyPair> {
  const issuer = new X509Certificate(authority.certificate);
  const keys = await createKeys();
  const valid = validity(nowMs, SERVER_DAYS);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    issuer: issuer.subjectName,
    subject: [{ CN: ["Sotto server"] }],
    ...valid,
    notAfter: valid.notAfter < issuer.notAfter ? valid.notAfter : issuer.notAfter,
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...domains.map((value) => ({ type: "dns", value }) as const),
        ...addresses.map((value) => ({ type: "ip", value }) as const),
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), key: await pemOfKey(keys.privateKey) };
}

/** Both ends count (RFC 5280 §4.1.2.5), hence the second that is taken off. */
function validity(nowMs: number, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const fromMs = Math.floor((nowMs - BACKDATED_MS) / 1000) * 1000;
  return { notBefore: new Date(fromMs), notAfter: new Date(fromMs + days * DAY_MS - 1000) };
}

/** Positive, at most 20 bytes, and more than 64 of its bits random (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

async function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
}

function readKey(pem: string): Promise<CryptoKey> {
  return webcrypto.subtle.importKey("pkcs8", PemConverter.decodeFirst(pem), CURVE, false, ["sign"]);
}

async function pemOfKey(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
