/** Kinds of configuration value: what each allows, and how it is read from JSON and from text (environment, flags). */
import { BlockList, isIP } from "node:net";
import { isStunUrl, isTurnUrl } from "./iceUrls.ts";

/** Browsers warn of more than a few, each of which they ask; the answer's schema takes as many. */
const MAX_ICE_URLS = 8;

/** How the values of one kind are checked. `undefined` from a reader means: not allowed. */
export interface Kind<T> {
  /** What is allowed, as it reads after "expected". */
  readonly allowed: string;
  /** Checks a value of the configuration file. */
  readonly fromJson: (value: unknown) => T | undefined;
  /** Checks the text of an environment variable or flag. */
  readonly fromText: (text: string) => T | undefined;
  /** The text is a path: relative ones are made absolute. */
  readonly isPath?: true;
  /** A value is never shown, and taken from nowhere but a file that its owner alone can read. */
  readonly isSecret?: true;
}

/** An integer between two bounds, both included. */
export function integer(min: number, max: number): Kind<number> {
  const check = (value: unknown): number | undefined =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : undefined;
  return {
    allowed: `an integer from ${min} to ${max}`,
    fromJson: check,
    fromText: (text) => (/^\d{1,15}$/.test(text) ? check(Number(text)) : undefined),
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Kind<T> {
  const check = (value: unknown): T | undefined => words.find((word) => word === value);
  return { allowed: `one of ${words.join(", ")}`, fromJson: check, fromText: check };
}

/** Yes or no. */
export const yesNo: Kind<boolean> = {
  allowed: "true or false",
  fromJson: (value) => (typeof value === "boolean" ? value : undefined),
  fromText: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

/** A numeric IPv4 or IPv6 address. */
export const ipAddress: Kind<string> = textKind("a numeric IPv4 or IPv6 address", (text) => isIP(text) !== 0);

/** A path; relative ones count from the working directory. */
export const path: Kind<string> = {
  ...textKind("a path", (text) => text !== "" && !text.includes("\0")),
  isPath: true,
};

/** A path, or nothing. */
export const optionalPath: Kind<string | null> = optional(path);

/** The origin under which browsers reach a server: scheme, host and port alone. */
const origin: Kind<string> = textKind("an origin such as https://chat.example.org", isOrigin);

/** An origin, or nothing. */
export const optionalOrigin: Kind<string | null> = optional(origin);

/** Several origins. */
export const origins: Kind<readonly string[]> = listOf(origin, "origins such as https://chat.example.org");

/** Several addresses or networks. */
export const networks: Kind<readonly string[]> = listOf(
  textKind("a network", isNetwork),
  "IP addresses or networks such as 10.0.0.0/8",
);

/** Addresses of STUN servers. */
export const stunUrls: Kind<readonly string[]> = listOf(
  textKind("a STUN address", isStunUrl),
  `${MAX_ICE_URLS} addresses at the most such as stun:stun.example.org:3478`,
  MAX_ICE_URLS,
);

/** Addresses of TURN servers. */
export const turnUrls: Kind<readonly string[]> = listOf(
  textKind("a TURN address", isTurnUrl),
  `${MAX_ICE_URLS} addresses at the most such as turn:turn.example.org:3478?transport=udp or turns:turn.example.org:5349`,
  MAX_ICE_URLS,
);

/** The list of these addresses and networks, to ask whether it holds an address. They are as {@link networks} allows. */
export function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function textKind(allowed: string, fits: (text: string) => boolean): Kind<string> {
  const fromText = (text: string): string | undefined => (fits(text) ? text : undefined);
  return {
    allowed,
    fromText,
    fromJson: (value) => (typeof value === "string" ? fromText(value) : undefined),
  };
}

function optional(kind: Kind<string>): Kind<string | null> {
  return {
    ...kind,
    allowed: `${kind.allowed}, or nothing`,
    fromJson: (value) => (value === null || value === "" ? null : kind.fromJson(value)),
    fromText: (text) => (text === "" ? null : kind.fromText(text)),
  };
}

function listOf(kind: Kind<string>, plural: string, max = Infinity): Kind<readonly string[]> {
  const checkAll = (values: readonly unknown[]): readonly string[] | undefined => {
    if (values.length > max) return undefined;
    const checked = values.map(kind.fromJson);
    return checked.every((value) => value !== undefined) ? checked : undefined;
  };
  return {
    allowed: `a list of ${plural}; in variables and flags separated by commas`,
    fromJson: (value) => (Array.isArray(value) ? checkAll(value) : undefined),
    fromText: (text) => (text === "" ? [] : checkAll(text.split(",").map((part) => part.trim()))),
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.origin === text;
}

function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
