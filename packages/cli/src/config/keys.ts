/** The keys of the client's configuration: what each allows, its default, its variable. packages/cli/README.md lists them. */
import { isIP } from "node:net";
import { parseFingerprint } from "../serverTrust.ts";

/** How one key is read. `undefined` from a reader means: not allowed. */
interface Key<T> {
  readonly fallback: T;
  readonly variable: string;
  /** What is allowed, as it reads after "expected". */
  readonly allowed: string;
  readonly fromJson: (value: unknown) => T | undefined;
  readonly fromText: (text: string) => T | undefined;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;

const serverAddress = (value: unknown): string | undefined =>
  typeof value === "string" && (isIP(value) !== 0 || HOST_NAME.test(value) || isOrigin(value))
    ? value
    : undefined;

const serverPort = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : undefined;

export const KEYS = {
  serverAddress: {
    fallback: "127.0.0.1",
    variable: "SOTTO_SERVER_ADDRESS",
    allowed: "a host name, an IP address, or a full address such as https://chat.example.org",
    fromJson: serverAddress,
    fromText: serverAddress,
  },
  serverPort: {
    fallback: 5555,
    variable: "SOTTO_SERVER_PORT",
    allowed: "an integer from 1 to 65535",
    fromJson: serverPort,
    fromText: (text: string): number | undefined =>
      /^\d{1,5}$/.test(text) ? serverPort(Number(text)) : undefined,
  },
  serverFingerprint: {
    fallback: null,
    variable: "SOTTO_SERVER_FINGERPRINT",
    allowed: "a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons",
    fromJson: (value: unknown): string | undefined =>
      typeof value === "string" ? parseFingerprint(value) : undefined,
    fromText: parseFingerprint,
  },
  directConnections: {
    fallback: true,
    variable: "SOTTO_DIRECT_CONNECTIONS",
    allowed: "true or false",
    fromJson: (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined),
    fromText: (text: string): boolean | undefined =>
      text === "true" ? true : text === "false" ? false : undefined,
  },
} as const satisfies Record<string, Key<unknown>>;

export type KeyName = keyof typeof KEYS;

export const KEY_NAMES: readonly KeyName[] = [
  "serverAddress",
  "serverPort",
  "serverFingerprint",
  "directConnections",
];

export interface ClientConfig {
  /** Without a port: `serverPort` is added, and https is meant but on this machine. A full address stands as it is. */
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Of the server's own authority, 64 hexadecimal digits: trusted at the next sign-in without a question. */
  readonly serverFingerprint: string | null;
  /** Whether this terminal makes connections to other devices, when a conversation takes the direct path. */
  readonly directConnections: boolean;
}

/** The address that a configuration means, as a URL. */
export function serverUrl({
  serverAddress,
  serverPort,
}: Pick<ClientConfig, "serverAddress" | "serverPort">): string {
  if (isOrigin(serverAddress)) return serverAddress;
  const host = isIP(serverAddress) === 6 ? `[${serverAddress}]` : serverAddress;
  const here = host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
  return `${here ? "http" : "https"}://${host}:${serverPort}`;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && origin === text.replace(/\/$/, "");
}
