/** JSON bodies by field: the schema must accept all of the value, and every leaf must be in the table of what it is. */
import { fromBase64Url, fromUtf8, utf8 } from "@sotto/protocol";
import type { BlobParser } from "./blobs.ts";
import {
  OPAQUE,
  plainBlob,
  sealedAccountKey,
  sealedProfile,
  signedDeviceList,
  vaultContents,
  vaultWrap,
} from "./blobs.ts";
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";
import { heldLeaves } from "./fileFields.ts";
import { keyPackageMessage } from "./mlsFields.ts";

/** What is needed of a zod schema. */
export interface BodySchema {
  safeParse(value: unknown): { readonly success: true; readonly data: unknown } | { readonly success: false };
}

const SYNTAX = "json: names and punctuation";
const EXPANSION = "json: base64url takes 4 characters for 3 bytes";

/** Leaves that hold bytes as base64url, by the name of their field. */
const BLOBS: Readonly<Record<string, BlobParser>> = {
  ...OPAQUE,
  token: plainBlob("session token", 32),
  proof: plainBlob("signature over the session", 64),
  deviceList: signedDeviceList,
  sealedAccountKey,
  sealedProfile,
  sealed: vaultContents,
  wrapExport: vaultWrap,
  packages: keyPackageMessage,
  lastResort: keyPackageMessage,
  keyPackage: keyPackageMessage,
  held: heldLeaves,
};

/** Leaves that are what they say: ids, names, numbers. */
const PLAIN: ReadonlySet<string> = new Set([
  "account",
  "code",
  "count",
  "credential",
  "device",
  "everywhere",
  "expiresAt",
  "group",
  "index",
  "leafCount",
  "loginId",
  "mailboxes",
  "max",
  "message",
  "min",
  "name",
  "registration",
  "size",
  "status",
  "store",
  "ttlSeconds",
  "urls",
  "userName",
  "username",
  "version",
  // Only as null.
  "lastResort",
  "vault",
  "wrapRecovery",
]);

/** A body that the schema describes: all bytes of the reader. */
export function jsonBody(schema: BodySchema): (reader: FieldReader) => void {
  return (reader) => {
    const text = fromUtf8(reader.view());
    const value = text === undefined ? undefined : parse(text);
    // Then walking the value meets the bytes in their order.
    if (value === undefined || JSON.stringify(value) !== text)
      throw new Undocumented("no JSON without blanks");
    const checked = schema.safeParse(value);
    if (!checked.success) throw new Undocumented("JSON that its schema refuses");
    // A schema that drops a key that it does not know gives back less than it was given.
    if (sizeOf(checked.data) !== sizeOf(value)) throw new Undocumented("JSON with unknown keys");
    walk(reader, value, "body");
  };
}

function walk(reader: FieldReader, value: unknown, name: string): void {
  if (Array.isArray(value)) return list(reader, "[]", value, (item) => walk(reader, item, name));
  if (typeof value === "object" && value !== null) {
    return list(reader, "{}", Object.entries(value), ([key, member]) => {
      reader.take(SYNTAX, sizeOf(key) + 1);
      walk(reader, member, key);
    });
  }
  if (typeof value === "string") return text(reader, value, name);
  if (!PLAIN.has(name)) throw new Undocumented(`JSON field ${name} has no documented meaning`);
  reader.take(`json: ${name}`, sizeOf(value));
}

function list<T>(
  reader: FieldReader,
  brackets: "[]" | "{}",
  items: readonly T[],
  each: (item: T) => void,
): void {
  reader.take(SYNTAX, brackets.length / 2);
  for (const [i, item] of items.entries()) {
    if (i > 0) reader.take(SYNTAX, 1);
    each(item);
  }
  reader.take(SYNTAX, brackets.length / 2);
}

function text(reader: FieldReader, value: string, name: string): void {
  const size = sizeOf(value) - 2;
  const blob = BLOBS[name];
  reader.take(SYNTAX, 1);
  if (blob !== undefined) reader.recoded(name, size, EXPANSION, () => fromBase64Url(value), blob);
  else if (PLAIN.has(name)) reader.take(`json: ${name}`, size);
  else throw new Undocumented(`JSON field ${name} has no documented meaning`);
  reader.take(SYNTAX, 1);
}

/** Bytes that the value takes as JSON. */
function sizeOf(value: unknown): number {
  return utf8(JSON.stringify(value)).length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
