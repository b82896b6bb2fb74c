/** Files of messages, for tests of views. */
import type { StoredMessage } from "sotto";

type Manifest = StoredMessage["files"][number];

export function fileManifest(name: string, fields: Partial<Manifest> = {}): Manifest {
  return {
    transfer: `transfer of ${name}` as Manifest["transfer"],
    path: [name],
    sizeBytes: 1_000_000,
    mediaType: "application/octet-stream",
    modifiedAtMs: null,
    key: new Uint8Array(),
    root: new Uint8Array(),
    picture: null,
    ...fields,
  };
}

export function pictureManifest(name: string, fields: Partial<Manifest> = {}): Manifest {
  return fileManifest(name, {
    mediaType: "image/jpeg",
    picture: { width: 1600, height: 1200, placeholder: new Uint8Array(), thumbnail: new Uint8Array() },
    ...fields,
  });
}
