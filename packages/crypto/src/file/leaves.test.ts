import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import type { Parcel, TransferId } from "@sotto/protocol";
import {
  concatBytes,
  FILE_LEAF_BYTES,
  fileLeafCount,
  idOf,
  leafBytes,
  leafContentBytes,
  toHex,
  utf8,
} from "@sotto/protocol";
import { describe, expect, it, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import type { CryptoProvider } from "../provider/port.ts";
import { seededRandom } from "../provider/seeded.ts";
import type { FileCipher, SealedLeaf } from "./leaves.ts";
import {
  createFileCipher,
  createFileKey,
  fileParcel,
  isFileParcel,
  openFileLeaf,
  sealFileLeaf,
} from "./leaves.ts";
import type { FileTree } from "./tree.ts";
import { createFileTree } from "./tree.ts";

/** Noble's, but for what is slow there: a bit of each of a thousand leaves is turned below. The first vectors are noble's all the way. */
const noble = createNobleProvider(seededRandom("leaves"));
const provider: CryptoProvider = {
  ...noble,
  sha256Long: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  aeadSeal(key, nonce, _aad, plaintext) {
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  },
  aeadOpen(key, nonce, _aad, sealed) {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAuthTag(sealed.subarray(-16));
    const opened = decipher.update(sealed.subarray(0, -16));
    try {
      decipher.final();
      return new Uint8Array(opened);
    } catch {
      return undefined;
    }
  },
};
const ID = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const fileOf = (sizeBytes: number) => ({ transfer: idOf<TransferId>(ID), key: KEY, sizeBytes });
const contentOf = (sizeBytes: number): Uint8Array =>
  new Uint8Array(sizeBytes).map((_, i) => (i * 2_654_435_761) >>> 24);
const leafOf = (content: Uint8Array, index: number): Uint8Array =>
  content.subarray(index * FILE_LEAF_BYTES, (index + 1) * FILE_LEAF_BYTES);

interface Prepared {
  readonly cipher: FileCipher;
  readonly tree: FileTree;
  readonly content: Uint8Array;
  readonly parcels: readonly Uint8Array[];
}

async function prepare(content: Uint8Array, by: CryptoProvider = provider): Promise<Prepared> {
  return prepareUnder(createFileCipher(by, fileOf(content.length)), content, by);
}

async function prepareUnder(cipher: FileCipher, content: Uint8Array, by = provider): Promise<Prepared> {
  const leaves: SealedLeaf[] = [];
  for (let i = 0; i < fileLeafCount(content.length); i++)
    leaves.push(await sealFileLeaf(by, cipher, i, leafOf(content, i)));
  const tree = createFileTree(by, concatBytes(...leaves.map(({ hash }) => hash)));
  const parcels: Uint8Array[] = [];
  for (const [i, { sealed }] of leaves.entries()) parcels.push(joined(await fileParcel(by, tree, i, sealed)));
  return { cipher, tree, content, parcels };
}

/** As a receiver does: verified when it comes, opened later. */
async function openParcel(
  by: CryptoProvider,
  cipher: FileCipher,
  root: Uint8Array,
  index: number,
  parcel: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (!(await isFileParcel(by, cipher.sizeBytes, root, index, parcel))) return undefined;
  const sealedBytes = leafBytes(cipher.sizeBytes, index) + 16;
  return openFileLeaf(by, cipher, index, parcel.subarray(0, sealedBytes));
}

/** Everything of FIL-1 to FIL-6 again, from node:crypto alone. */
function independently(content: Uint8Array): {
  readonly root: string;
  readonly sealed: readonly Uint8Array[];
} {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(content.length, 4);
  const info = concatBytes(utf8("sotto file leaves v1"), Uint8Array.of(0), size);
  const key = new Uint8Array(hkdfSync("sha256", KEY, ID, info, 32));
  const count = Math.max(1, Math.ceil(content.length / 1_048_576));
  const sealed = Array.from({ length: count }, (_, i) => {
    const part = content.subarray(i * 1_048_576, (i + 1) * 1_048_576);
    const isLast = i === count - 1;
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(i, 7);
    nonce[11] = isLast ? 1 : 0;
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const zeros = new Uint8Array(
      isLast ? (PADDED[content.length] as number) - part.length - i * 1_048_576 : 0,
    );
    return new Uint8Array(
      Buffer.concat([cipher.update(part), cipher.update(zeros), cipher.final(), cipher.getAuthTag()]),
    );
  });
  const sha = (...parts: readonly Uint8Array[]): Uint8Array =>
    createHash("sha256")
      .update(concatBytes(...parts))
      .digest();
  const mth = (hashes: readonly Uint8Array[]): Uint8Array => {
    if (hashes.length === 1) return hashes[0] as Uint8Array;
    let k = 1;
    while (k * 2 < hashes.length) k *= 2;
    return sha(Uint8Array.of(1), mth(hashes.slice(0, k)), mth(hashes.slice(k)));
  };
  return { root: toHex(mth(sealed.map((leaf) => sha(Uint8Array.of(0), sha(leaf))))), sealed };
}

/** Sizes of streams by hand (Padmé): 4 KiB; steps of 256 above it; of 32 KiB above 512 KiB and 1 MiB. */
const PADDED: Readonly<Record<number, number>> = {
  0: 4096,
  1: 4096,
  5000: 5120,
  1_048_576: 1_048_576,
  1_048_577: 1_081_344,
  2_500_000: 2_555_904,
};

describe("FIL-3, FIL-4: leaves as node:crypto makes them from the text of the rules", () => {
  const ROOTS: Readonly<Record<number, string>> = {
    0: "0b839c614ba7ae9d21f263885fb06d26a4c15c60dd96ba7465aaa2fa15cb25da",
    1: "bdcb9fd443339f2498eb0eb81b304058b3a4e489ab85db85a2f57c771aaa0e9b",
    5000: "417fa548b727c0697367f25690655346a928ae6cce7c12662be1a86fe01c8c4a",
    1_048_576: "73844eaebeedf6fa2ba5c08083f80ceea4b7c9cfe8009f9ecfd4749bef02e5b1",
    1_048_577: "f2f97fb7950a9c98e409c54fd78b55038d3b760f46a1b7119e6ce786853526a5",
    2_500_000: "f920d651242824cedf698232932df20973af0c1222a9cc2bb09e3a50b1c6d879",
  };
  test.each(Object.entries(ROOTS).map(([size, root]) => [Number(size), root] as const))(
    "%i bytes",
    async (size, root) => {
      const { tree, parcels, content, cipher } = await prepare(contentOf(size), noble);
      const expected = independently(content);
      expect(toHex(tree.root)).toBe(expected.root);
      expect(expected.root).toBe(root);
      for (const [i, parcel] of parcels.entries()) {
        const sealed = expected.sealed[i] as Uint8Array;
        expect(Buffer.compare(parcel.subarray(0, sealed.length), sealed)).toBe(0);
        const opened = await openParcel(noble, cipher, tree.root, i, parcel);
        expect(Buffer.compare(opened as Uint8Array, leafOf(content, i))).toBe(0);
        const kept = await openFileLeaf(noble, cipher, i, sealed);
        expect(Buffer.compare(kept as Uint8Array, leafOf(content, i))).toBe(0);
      }
    },
  );
});

describe("FIL-5: what is not the leaf does not open", () => {
  const open = (
    { cipher, tree }: Pick<Prepared, "cipher" | "tree">,
    index: number,
    parcel: Uint8Array | undefined,
  ): Promise<Uint8Array | undefined> => openParcel(provider, cipher, tree.root, index, parcel as Uint8Array);

  const opens = async (...args: Parameters<typeof open>): Promise<boolean> =>
    (await open(...args)) !== undefined;

  it("no bit of a small file can change, in leaf, tag or root", async () => {
    const file = await prepare(contentOf(300));
    const [parcel] = file.parcels as [Uint8Array];
    expect(parcel).toHaveLength(4096 + 16);
    for (let bit = 0; bit < parcel.length * 8; bit++)
      expect(await opens(file, 0, flip(parcel, bit))).toBe(false);
    for (let bit = 0; bit < 256; bit++) {
      const tree = { ...file.tree, root: flip(file.tree.root, bit) };
      expect(await opens({ ...file, tree }, 0, parcel)).toBe(false);
    }
  }, 120_000);

  it("nor of an audit path, nor here and there in a leaf of several", async () => {
    const file = await prepare(contentOf(2 * FILE_LEAF_BYTES + 10));
    const parcel = file.parcels[1] as Uint8Array;
    const pathStart = FILE_LEAF_BYTES + 16;
    expect(parcel.length - pathStart).toBe(64);
    const bits = [0, 7, 8 * 500_000 + 1, 8 * FILE_LEAF_BYTES, 8 * pathStart - 1];
    for (let bit = 8 * pathStart; bit < 8 * parcel.length; bit += 29) bits.push(bit);
    for (const bit of bits) expect(await opens(file, 1, flip(parcel, bit))).toBe(false);
  }, 60_000);

  it("leaves swapped, doubled, cut, extended, or of another count", async () => {
    const content = contentOf(2 * FILE_LEAF_BYTES + 10);
    const file = await prepare(content);
    const [first, second, last] = file.parcels as [Uint8Array, Uint8Array, Uint8Array];
    for (const [index, parcel] of [
      [0, second],
      [1, first],
      [2, first],
      [0, last],
      [3, last],
      [-1, first],
      [0, first.subarray(0, -1)],
      [0, first.subarray(0, -32)],
      [0, concatBytes(first, Uint8Array.of(0))],
      [0, concatBytes(first, file.tree.root)],
      [0, new Uint8Array()],
      [2, last.subarray(0, -1)],
    ] as const)
      expect(await opens(file, index, parcel)).toBe(false);
    // A manifest that says less or more: its leaves are not these.
    for (const sizeBytes of [2 * FILE_LEAF_BYTES, FILE_LEAF_BYTES, 3 * FILE_LEAF_BYTES + 1]) {
      const cipher = createFileCipher(provider, fileOf(sizeBytes));
      for (const [i, parcel] of file.parcels.entries())
        expect(await opens({ ...file, cipher }, i, parcel)).toBe(false);
    }
  }, 60_000);

  it("the last flag: a last leaf is not the first of two, even under a root made for it", async () => {
    const one = await prepare(contentOf(FILE_LEAF_BYTES));
    const [sealed] = one.parcels as [Uint8Array];
    // Whoever knows the key can make any tree; the tag still says that this leaf was the last of its file.
    const hash = leafHash(sealed);
    const tree = createFileTree(provider, concatBytes(hash, hash));
    const longer = { ...one.cipher, sizeBytes: FILE_LEAF_BYTES + 1 };
    expect(await opens({ cipher: longer, tree }, 0, concatBytes(sealed, hash))).toBe(false);
    const two = await prepare(contentOf(2 * FILE_LEAF_BYTES));
    const cut = (two.parcels[0] as Uint8Array).subarray(0, FILE_LEAF_BYTES + 16);
    const alone = createFileTree(provider, leafHash(cut));
    const shorter = { ...two.cipher, sizeBytes: FILE_LEAF_BYTES };
    expect(await opens({ cipher: shorter, tree: alone }, 0, cut)).toBe(false);
  }, 60_000);

  it("what is verified needs no key: the root says it", async () => {
    const file = await prepare(contentOf(2 * FILE_LEAF_BYTES + 10));
    const verified = (index: number, parcel: Uint8Array | undefined): Promise<boolean> =>
      isFileParcel(provider, file.content.length, file.tree.root, index, parcel as Uint8Array);
    for (const i of [0, 1, 2]) expect(await verified(i, file.parcels[i])).toBe(true);
    expect(await verified(0, file.parcels[1])).toBe(false);
    expect(await verified(1, flip(file.parcels[1] as Uint8Array, 8 * 700_000))).toBe(false);
    expect(await verified(1, flip(file.parcels[1] as Uint8Array, 8 * FILE_LEAF_BYTES + 3))).toBe(false);
  }, 60_000);

  it("under another key, or for another transfer", async () => {
    const file = await prepare(contentOf(100));
    const others = [
      { ...fileOf(100), key: flip(KEY, 9) },
      { ...fileOf(100), transfer: idOf<TransferId>(flip(ID, 9)) },
    ];
    for (const other of others) {
      const cipher = createFileCipher(provider, other);
      expect(toHex(cipher.key)).not.toBe(toHex(file.cipher.key));
      expect(await opens({ ...file, cipher }, 0, file.parcels[0])).toBe(false);
    }
  });

  it("with anything but zeros behind the content", async () => {
    const whole = createFileCipher(provider, fileOf(4096));
    const full = await prepareUnder(whole, contentOf(4096));
    const shorter = { ...whole, sizeBytes: 4095 };
    expect(await opens({ cipher: shorter, tree: full.tree }, 0, full.parcels[0])).toBe(false);
    expect(await openFileLeaf(provider, shorter, 0, full.parcels[0] as Uint8Array)).toBeUndefined();
    const zeros = await prepareUnder(whole, contentOf(4096).fill(0, 4000));
    const cut = { cipher: { ...whole, sizeBytes: 4000 }, tree: zeros.tree };
    expect(await open(cut, 0, zeros.parcels[0])).toHaveLength(4000);
  });
});

describe("what a device has kept", () => {
  it("opens as the leaf that it is, and as no other", async () => {
    const { cipher, parcels } = await prepare(contentOf(2 * FILE_LEAF_BYTES + 10));
    const kept = parcels.map((parcel, i) => parcel.subarray(0, i < 2 ? FILE_LEAF_BYTES + 16 : 65_536 + 16));
    const opened = async (index: number, sealed: Uint8Array | undefined): Promise<boolean> =>
      (await openFileLeaf(provider, cipher, index, sealed as Uint8Array)) !== undefined;
    for (const i of [0, 1, 2]) expect(await opened(i, kept[i])).toBe(true);
    expect(await opened(0, kept[1])).toBe(false);
    expect(await opened(2, kept[0])).toBe(false);
    expect(await opened(1, kept[1]?.subarray(1))).toBe(false);
    for (const bit of [0, 8 * 500_000, 8 * FILE_LEAF_BYTES + 127])
      expect(await opened(0, flip(kept[0] as Uint8Array, bit))).toBe(false);
  });

  it("does not travel when the disk has changed it", async () => {
    const { tree, parcels } = await prepare(contentOf(FILE_LEAF_BYTES + 500));
    const sealed = (parcels[0] as Uint8Array).subarray(0, FILE_LEAF_BYTES + 16);
    expect(await fileParcel(provider, tree, 0, sealed)).toBeDefined();
    expect(await fileParcel(provider, tree, 1, sealed)).toBeUndefined();
    expect(await fileParcel(provider, tree, 0, flip(sealed, 77))).toBeUndefined();
    expect(await fileParcel(provider, tree, 0, sealed.subarray(1))).toBeUndefined();
  });
});

describe("FIL-3: a key and nonce show one content", () => {
  it("leaves of the right length only are sealed", async () => {
    const cipher = createFileCipher(provider, fileOf(10));
    await expect(sealFileLeaf(provider, cipher, 0, new Uint8Array(9))).rejects.toThrow(RangeError);
    await expect(sealFileLeaf(provider, cipher, 1, new Uint8Array())).rejects.toThrow(RangeError);
    expect(leafContentBytes(10, 0)).toBe(10);
  });

  it("keys are 32 bytes and new each time", () => {
    expect(createFileKey(provider)).toHaveLength(32);
    expect(toHex(createFileKey(provider))).not.toBe(toHex(createFileKey(provider)));
    expect(() => createFileCipher(provider, { ...fileOf(1), key: new Uint8Array(31) })).toThrow(RangeError);
    expect(() => createFileCipher(provider, fileOf(-1))).toThrow(RangeError);
  });

  it("every leaf has a nonce of its own", async () => {
    const content = new Uint8Array(3 * FILE_LEAF_BYTES);
    const { parcels } = await prepare(content);
    const starts = new Set(parcels.map((parcel) => toHex(parcel.subarray(0, 32))));
    expect(starts.size).toBe(3);
  }, 60_000);
});

function joined(parcel: Parcel | undefined): Uint8Array {
  return concatBytes((parcel as Parcel).sealed, (parcel as Parcel).path);
}

/** RFC 9162 §2.1.1, the entry being the hash of the sealed leaf. */
function leafHash(sealed: Uint8Array): Uint8Array {
  const entry = createHash("sha256").update(sealed).digest();
  return new Uint8Array(createHash("sha256").update(Uint8Array.of(0)).update(entry).digest());
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}
