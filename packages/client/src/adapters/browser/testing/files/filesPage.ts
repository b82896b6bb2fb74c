/** A page on which tests save files and look at pictures, without a device: contents are made as they are read. Tests call it by name. */
import type { FileView, Sotto } from "../../../../api.ts";
import { sottoError } from "../../../../sdk/messages.ts";
import { previewOf } from "../../previewOf.ts";
import { saveFile } from "../../saveFile.ts";
import { eraseSpool } from "../../spool.ts";
import { blobOf, thumbnailOf } from "../../shownPictures.ts";

const LEAF_BYTES = 1024 * 1024;
const TRANSFER = "0123456789abcdef".repeat(2) as FileView["transfer"];

interface Source {
  readonly files: Pick<Sotto, "files">;
  /** Leaves that were taken from it. */
  taken(): number;
}

/** Leaf i is full of i. It ends early with `fileMissing` behind `upTo`. */
function leaves(count: number, upTo = count): Source {
  let taken = 0;
  const content = async function* content() {
    for (; taken < count; taken++) {
      if (taken === upTo) throw sottoError("fileMissing");
      yield new Uint8Array(LEAF_BYTES).fill(taken);
    }
  };
  return { files: { files: { content } as unknown as Sotto["files"] }, taken: () => taken };
}

const filesPage = {
  /** As in a browser that cannot ask where to, or where nobody has clicked. */
  withoutPicker: () => setPicker(undefined),
  refusing(error: string) {
    setPicker(async () => {
      throw new DOMException("refused", error);
    });
  },
  save: (count: number, name: string, upTo = count) =>
    outcome(() => saveFile(leaves(count, upTo).files, fileOf(count, name))),
  /** Where the person says, which is a file of this origin here. Tells what was suggested, what is there, and how far reading was ahead of writing. */
  async saveByPicker(count: number, name: string, upTo = count) {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("picked", { create: true });
    const source = leaves(count, upTo);
    let [suggested, written, ahead] = ["", 0, 0];
    setPicker(async ({ suggestedName }) => {
      suggested = suggestedName;
      return { createWritable: async () => watched(await handle.createWritable()) } as FileSystemFileHandle;
    });
    const watched = (writable: FileSystemWritableFileStream): FileSystemWritableFileStream => {
      // oxlint-disable-next-line typescript/unbound-method -- called on its own object
      const { write } = writable;
      writable.write = async (chunk) => {
        ahead = Math.max(ahead, source.taken() - written);
        await write.call(writable, chunk);
        written++;
      };
      return writable;
    };
    const result = await outcome(() => saveFile(source.files, fileOf(count, name)));
    const file = await handle.getFile();
    const bytes = new Uint8Array(await file.arrayBuffer());
    await folder.removeEntry("picked");
    const right = bytes.every((byte, at) => byte === Math.floor(at / LEAF_BYTES));
    return { result, suggested, ahead, size: file.size, right };
  },

  /** Bytes that wait in private files for downloads to begin. */
  async spooled() {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("sotto downloads");
    let sum = 0;
    for await (const handle of folder.values())
      sum += (await (handle as FileSystemFileHandle).getFile()).size;
    return sum;
  },
  erase: () => eraseSpool(navigator.storage),

  /** The type of what would be drawn, or null. */
  async shownType(base64: string) {
    const bytes = bytesOf(base64);
    const content = async function* content() {
      for (let at = 0; at < bytes.length; at += LEAF_BYTES) yield bytes.slice(at, at + LEAF_BYTES);
    };
    const files = { content } as unknown as Sotto["files"];
    return (await blobOf({ files }, { transfer: TRANSFER, total: bytes.length }))?.type ?? null;
  },
  thumbnailType: async (base64: string) => (await thumbnailOf(bytesOf(base64)))?.type ?? null,
  async preview(base64: string, type: string) {
    const preview = await previewOf(new File([bytesOf(base64)], "picture", { type }));
    if (preview === undefined) return null;
    const [placeholder, thumbnail] = [preview.placeholder, preview.thumbnail].map((bytes) => [...bytes]);
    return { width: preview.width, height: preview.height, placeholder, thumbnail };
  },
  /** Whether an image element of this page, under the server's policy, draws what is shown. */
  async draws(base64: string) {
    const blob = await thumbnailOf(bytesOf(base64));
    const image = new Image();
    image.src = URL.createObjectURL(blob ?? new Blob());
    await image.decode();
    return image.naturalWidth;
  },
};

export type FilesPage = typeof filesPage;

Object.assign(globalThis, { filesPage });

function fileOf(count: number, name: string): Pick<FileView, "transfer" | "name" | "total"> {
  return { transfer: TRANSFER, name, total: count * LEAF_BYTES };
}

function setPicker(
  showSaveFilePicker: ((options: { suggestedName: string }) => Promise<FileSystemFileHandle>) | undefined,
): void {
  Object.assign(globalThis, { showSaveFilePicker });
}

/** The error's code in place of a value. */
async function outcome(body: () => Promise<unknown>): Promise<unknown> {
  try {
    return await body();
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
