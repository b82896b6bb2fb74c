/**
 * What every {@link CryptoProvider} must do, as cases for any test runner: published vectors and the rules of the port. Each rejects with
 * an error that says what was wrong.
 *
 * ```ts
 * test.each(CRYPTO_PROVIDER_CONTRACT)("$name", ({ run }) => run(createNodeCryptoProvider()));
 * ```
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { fromHex, toHex, utf8 } from "@sotto/protocol";
import type { CryptoProvider } from "./port.ts";

export interface ContractCase {
  readonly name: string;
  readonly run: (provider: CryptoProvider) => Promise<void>;
}

const NONE = new Uint8Array();

/** Galois/Counter Mode of Operation (McGrew, Viega), test cases 4 and 16. */
const GCM = {
  nonce: hex("cafebabefacedbaddecaf888"),
  aad: hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
  plaintext: hex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  ),
  cases: [
    {
      key: hex("feffe9928665731c6d6a8f9467308308"),
      sealed:
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e" +
        "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
    },
    {
      key: hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
      sealed:
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" +
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    },
  ],
};

/** RFC 8032 §7.1, tests 1 and 2: seed, public key, message, signature. */
const ED25519 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
].map(([seed, key, message, signature]) => ({
  seed: hex(seed as string),
  key: hex(key as string),
  message: hex(message as string),
  signature: hex(signature as string),
}));

/**
 * On what RFC 8032 leaves open all providers must agree, or one member's signature splits a group: key, message, signature, made with the
 * second key above and the point of order 8. The first holds without the cofactor; the others only with it, or with small-order points.
 */
const ED25519_MIXED_ORDER_KEY = "2ad7189ff2c500908ea7f468279fccdfdcb78ae4164feed7c5535bdc99531ca6";
const ED25519_R = "17ffad8068dc0de9935d36636f3ad1b5de6de3413b12388e453b05f2a4c1d3db";
const ED25519_AGREED: readonly (readonly [
  what: string,
  holds: boolean,
  key: string,
  message: string,
  signature: string,
])[] = [
  [
    "a key of mixed order whose part of order 8 cancels out",
    true,
    ED25519_MIXED_ORDER_KEY,
    "01",
    `${ED25519_R}f534df648946a344debdbe9157b82132875d14103c79d7e18c90c45208bc630d`,
  ],
  [
    "a key of mixed order, only with the cofactor",
    false,
    ED25519_MIXED_ORDER_KEY,
    "00",
    `${ED25519_R}72ead6e724befd2e74da0ad500f4d84ffefbb8902fe2a8def0ac1182f63b8a0d`,
  ],
  [
    "an R of mixed order, only with the cofactor",
    false,
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "1dd960b291c53514fece1341fc0dcd8a648b3934c2c533666f737a654ff1e1bfa69cad7113e88350aa68c6a1fca037d713dcaab055d5f6b4987069f27828f505",
  ],
  [
    "an R of small order",
    false,
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "0100000000000000000000000000000000000000000000000000000000000000675d054595fa17cb6a44e3ada6ca385e55667e41a63fdab0ac22d10000354002",
  ],
  [
    "a key of small order",
    false,
    "0100000000000000000000000000000000000000000000000000000000000000",
    "72",
    `${ED25519_R}15cd5b0700000000000000000000000000000000000000000000000000000000`,
  ],
  [
    "a key that is not reduced",
    false,
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "72",
    `${ED25519_R}15cd5b0700000000000000000000000000000000000000000000000000000000`,
  ],
];

/** Order of the base point, little endian: a signature whose S is not below it is malleable (RFC 8032 §5.1.7). */
const ED25519_ORDER = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

/** Points whose order divides 8, on the curve and its twist, reduced or not. */
const X25519_SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

export const CRYPTO_PROVIDER_CONTRACT: readonly ContractCase[] = [
  {
    name: "SHA-256 and SHA-512 (FIPS 180-4)",
    async run(provider) {
      same(provider.sha256(utf8("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
      same(provider.sha256(NONE), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
      same(
        provider.sha512(utf8("abc")),
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      );
    },
  },
  {
    name: "SHA-256 of long data (FIPS 180-4), of the bytes as they are when it is called",
    async run(provider) {
      const held = new Uint8Array(1_000_000).fill(0x61);
      const digest = provider.sha256Long(held);
      held.fill(0);
      same(await digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
      same(await provider.sha256Long(utf8("abc")), toHex(provider.sha256(utf8("abc"))));
      same(await provider.sha256Long(NONE), toHex(provider.sha256(NONE)));
    },
  },
  {
    name: "AES-GCM of long data, of the bytes as they are when it is called, also with a key that is remembered",
    async run(provider) {
      const { key } = GCM.cases[1] as (typeof GCM.cases)[number];
      const plaintext = new Uint8Array(1 << 17).map((_, i) => i * 7);
      const last = plaintext.slice(-16);
      const held = plaintext.slice();
      const sealing = provider.aeadSeal(key, GCM.nonce, NONE, held);
      held.fill(0);
      const sealed = await sealing;
      yes(sealed.length === plaintext.length + 16, "expected ciphertext and tag");
      // Counter mode: the first bytes do not depend on those that follow.
      const short = await provider.aeadSeal(key, GCM.nonce, NONE, plaintext.subarray(0, 64));
      same(sealed.subarray(0, 64), toHex(short.subarray(0, 64)));
      const arriving = sealed.slice();
      const opening = provider.aeadOpen(key, GCM.nonce, NONE, arriving);
      arriving.fill(0);
      const opened = await opening;
      yes(opened?.length === plaintext.length, "did not open");
      same(opened?.subarray(-16), toHex(last));
      same(opened && provider.sha256(opened), toHex(provider.sha256(plaintext)));
      for (const bit of [0, 8 * (1 << 16) + 3, 8 * sealed.length - 1])
        absent(await provider.aeadOpen(key, GCM.nonce, NONE, flip(sealed, bit)));
      // The same again with a key that the provider may remember, and what its array holds now.
      const heldKey = key.slice();
      for (const wanted of [key, flip(key, 3), key]) {
        heldKey.set(wanted);
        const first = held.fill(9).slice();
        const again = provider.aeadSeal(heldKey, GCM.nonce, NONE, held);
        held.fill(0);
        const other = provider.aeadSeal(wanted.slice(), GCM.nonce, NONE, first);
        same(provider.sha256(await again), toHex(provider.sha256(await other)));
        yes((await provider.aeadOpen(heldKey, GCM.nonce, NONE, await again)) !== undefined, "did not open");
      }
    },
  },
  {
    name: "HMAC (RFC 4231 §4.3)",
    async run(provider) {
      const data = utf8("what do ya want for nothing?");
      same(
        provider.hmac("SHA-256", utf8("Jefe"), data),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      );
      same(
        provider.hmac("SHA-512", utf8("Jefe"), data),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
      );
    },
  },
  {
    name: "HKDF (RFC 5869 A.1, A.3)",
    async run(provider) {
      const ikm = new Uint8Array(22).fill(0x0b);
      const prk = provider.hkdfExtract("SHA-256", hex("000102030405060708090a0b0c"), ikm);
      same(prk, "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
      same(
        provider.hkdfExpand("SHA-256", prk, hex("f0f1f2f3f4f5f6f7f8f9"), 42),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
      );
      const unsalted = provider.hkdfExtract("SHA-256", NONE, ikm);
      same(unsalted, "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
      same(
        provider.hkdfExpand("SHA-256", unsalted, NONE, 42),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
      );
    },
  },
  {
    name: "HKDF over SHA-512 is built from HMAC (RFC 5869 §2), short outputs are prefixes of long ones",
    async run(provider) {
      const prk = provider.hkdfExtract("SHA-512", utf8("salt"), utf8("input"));
      same(prk, toHex(provider.hmac("SHA-512", utf8("salt"), utf8("input"))));
      const long = provider.hkdfExpand("SHA-512", prk, utf8("info"), 150);
      same(long.subarray(0, 64), toHex(provider.hmac("SHA-512", prk, Uint8Array.of(...utf8("info"), 1))));
      for (const length of [1, 32, 64, 65])
        same(provider.hkdfExpand("SHA-512", prk, utf8("info"), length), toHex(long.subarray(0, length)));
    },
  },
  {
    name: "X25519, where there is one, is that of RFC 7748, and gives no secret for points of small order",
    async run({ x25519: own }) {
      if (own === undefined) return;
      for (let i = 1; i < 20; i++) {
        const [secret, other] = [new Uint8Array(32).fill(i), new Uint8Array(32).fill(i + 100)];
        const point = x25519.getPublicKey(other);
        same(own(secret, point) ?? NONE, toHex(x25519.getSharedSecret(secret, point)));
      }
      for (const point of X25519_SMALL_ORDER)
        if (own(new Uint8Array(32).fill(1), hex(point)) !== undefined) throw new Error(`took ${point}`);
    },
  },
  {
    name: "AES-GCM with 128- and 256-bit keys (GCM test cases 4 and 16)",
    async run(provider) {
      for (const { key, sealed } of GCM.cases) {
        same(await provider.aeadSeal(key, GCM.nonce, GCM.aad, GCM.plaintext), sealed);
        same(await provider.aeadOpen(key, GCM.nonce, GCM.aad, hex(sealed)), toHex(GCM.plaintext));
      }
    },
  },
  {
    name: "AES-GCM seals empty plaintexts and empty additional data",
    async run(provider) {
      const { key } = GCM.cases[1] as (typeof GCM.cases)[number];
      const sealed = await provider.aeadSeal(key, GCM.nonce, NONE, NONE);
      if (sealed.length !== 16) throw new Error("expected the tag alone");
      same(await provider.aeadOpen(key, GCM.nonce, NONE, sealed), "");
    },
  },
  {
    name: "AES-GCM opens nothing altered: attack 9",
    async run(provider) {
      for (const { key, sealed } of GCM.cases) {
        const bytes = hex(sealed);
        for (let bit = 0; bit < bytes.length * 8; bit++)
          absent(await provider.aeadOpen(key, GCM.nonce, GCM.aad, flip(bytes, bit)));
        absent(await provider.aeadOpen(flip(key, 3), GCM.nonce, GCM.aad, bytes));
        absent(await provider.aeadOpen(key, flip(GCM.nonce, 3), GCM.aad, bytes));
        absent(await provider.aeadOpen(key, GCM.nonce, NONE, bytes));
        for (const size of [0, 1, 15, 16, bytes.length - 1])
          absent(await provider.aeadOpen(key, GCM.nonce, GCM.aad, bytes.subarray(0, size)));
      }
    },
  },
  {
    name: "Ed25519 (RFC 8032 §7.1)",
    async run(provider) {
      for (const { seed, key, message, signature } of ED25519) {
        same(provider.ed25519PublicKey(seed), toHex(key));
        same(await provider.ed25519Sign(seed, message), toHex(signature));
        yes(await provider.ed25519Verify(key, message, signature), "a published signature was refused");
      }
    },
  },
  {
    name: "Ed25519 verifies nothing altered, and says no to what is neither key nor signature",
    async run(provider) {
      for (const { key, message, signature } of ED25519) {
        for (let bit = 0; bit < 512; bit += 7)
          await refused(provider.ed25519Verify(key, message, flip(signature, bit)));
        await refused(provider.ed25519Verify(flip(key, 9), message, signature));
        await refused(provider.ed25519Verify(key, utf8("another message"), signature));
        await refused(provider.ed25519Verify(key, message, withOrderAdded(signature)));
        for (const size of [0, 31, 33])
          await refused(provider.ed25519Verify(new Uint8Array(size).fill(1), message, signature));
        for (const size of [0, 63, 65])
          await refused(provider.ed25519Verify(key, message, new Uint8Array(size).fill(1)));
        await refused(provider.ed25519Verify(new Uint8Array(32).fill(0xff), message, signature));
      }
    },
  },
  {
    name: "Ed25519 holds for the same signatures as in every other provider",
    async run(provider) {
      for (const [what, holds, key, message, signature] of ED25519_AGREED) {
        const verified = await provider.ed25519Verify(hex(key), hex(message), hex(signature));
        yes(verified === holds, `${holds ? "refused" : "verified"} ${what}`);
      }
    },
  },
  {
    name: "random bytes have the size asked for and do not repeat",
    async run(provider) {
      for (const size of [0, 1, 16, 32, 70_000])
        yes(provider.random(size).length === size, `not ${size} bytes`);
      // A platform may give less at once than it is asked for.
      yes(
        provider
          .random(70_000)
          .subarray(-32)
          .some((byte) => byte !== 0),
        "the end was left empty",
      );
      const seen = new Set(Array.from({ length: 1000 }, () => toHex(provider.random(16))));
      yes(seen.size === 1000, "random bytes repeat");
    },
  },
  {
    name: "results are the caller's own: wiping one changes no other",
    async run(provider) {
      const { seed, message, signature } = ED25519[1] as (typeof ED25519)[number];
      const first = provider.hmac("SHA-256", seed, message);
      const second = provider.hmac("SHA-256", seed, message);
      const expected = toHex(second);
      first.fill(0);
      same(second, expected);
      (await provider.ed25519Sign(seed, message)).fill(0);
      same(await provider.ed25519Sign(seed, message), toHex(signature));
    },
  },
  {
    name: "a signing key is what its array holds now, whatever it held before",
    async run(provider) {
      const [first, second] = ED25519 as [(typeof ED25519)[number], (typeof ED25519)[number]];
      const held = first.seed.slice();
      same(await provider.ed25519Sign(held, first.message), toHex(first.signature));
      held.set(second.seed);
      same(await provider.ed25519Sign(held, second.message), toHex(second.signature));
    },
  },
];

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error("vector is not hexadecimal");
  return bytes;
}

function same(actual: Uint8Array | undefined, expected: string): void {
  const text = actual && toHex(actual);
  if (text !== expected) throw new Error(`expected ${expected}, got ${text}`);
}

function absent(actual: Uint8Array | undefined): void {
  if (actual !== undefined) throw new Error("opened what it must not");
}

function yes(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

async function refused(verified: Promise<boolean> | boolean): Promise<void> {
  yes(!(await verified), "verified what it must not");
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** The same signature with S + L instead of S. */
function withOrderAdded(signature: Uint8Array): Uint8Array {
  const copy = signature.slice();
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    const sum = (copy[32 + i] as number) + (ED25519_ORDER[i] as number) + carry;
    copy[32 + i] = sum & 0xff;
    carry = sum >> 8;
  }
  return copy;
}
