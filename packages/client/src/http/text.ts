/** Bytes and ids of texts that a schema has already checked: anything else is a bug, so these throw. */
import type { AccountId, DeviceId, GroupId, MailboxId } from "@sotto/protocol";
import { fromBase64Url, parseId } from "@sotto/protocol";

/** The bytes of an unpadded base64url text. */
export function bytesOfText(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new TypeError("not base64url: the schema should have refused it");
  return bytes;
}

/** The id of 32 hexadecimal characters. */
export function idOfText<T extends AccountId | DeviceId | GroupId | MailboxId>(text: string): T {
  const id = parseId<T>(text);
  if (id === undefined) throw new TypeError("not an id: the schema should have refused it");
  return id;
}
