/** Values between their text on the wire, which a schema has already checked, and what the store is asked with. */
import type { HTTP } from "@sotto/protocol";
import { fromBase64Url, parseId, toBase64Url } from "@sotto/protocol";
import type { z } from "zod";
import type { KeyPackageUpload, VaultParts } from "../../ports/requests.ts";

type WireVault = z.infer<typeof HTTP.vault.request>;
type WireKeyPackages = z.infer<typeof HTTP.keyPackages.request>;
type AnyId = NonNullable<ReturnType<typeof parseId>>;

/** The bytes of a checked base64url text. */
export function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new TypeError("not base64url: the schema should have refused it");
  return bytes;
}

/** The id of a checked text. */
export function idOf<T extends AnyId>(text: string): T {
  const id = parseId<T>(text);
  if (id === undefined) throw new TypeError("not an id: the schema should have refused it");
  return id;
}

export function vaultParts({ version, sealed, wrapExport, wrapRecovery }: WireVault): VaultParts {
  return {
    version,
    sealed: bytesOf(sealed),
    wrapExport: bytesOf(wrapExport),
    wrapRecovery: wrapRecovery === null ? null : bytesOf(wrapRecovery),
  };
}

export function wireVault({ version, sealed, wrapExport, wrapRecovery }: VaultParts): WireVault {
  return {
    version,
    sealed: toBase64Url(sealed),
    wrapExport: toBase64Url(wrapExport),
    wrapRecovery: wrapRecovery === null ? null : toBase64Url(wrapRecovery),
  };
}

export function keyPackageUpload({ packages, lastResort }: WireKeyPackages): KeyPackageUpload {
  return { packages: packages.map(bytesOf), lastResort: lastResort === null ? null : bytesOf(lastResort) };
}
