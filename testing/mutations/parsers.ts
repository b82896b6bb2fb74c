/** Every other parser of foreign bytes, with valid samples as large as it takes them: attack 24. */
import type { DeviceList, FileManifest, ListedDevice, Parcel, TransferId } from "@sotto/protocol";
import {
  addLeaf,
  createHave,
  decodeCbor,
  decodeClientFrame,
  decodeContent,
  decodeFileFrame,
  decodeHandshakeBinding,
  decodeMessageBinding,
  decodeServerFrame,
  decodeSignedDeviceList,
  encodeCbor,
  encodeClientFrame,
  encodeContent,
  encodeCredential,
  encodeDeviceList,
  encodeFileFrame,
  encodeHandshakeBinding,
  encodeMessageBinding,
  encodeServerFrame,
  FILE_CHUNK_BYTES,
  fileBodyFields,
  fileBodyOf,
  fromBase64Url,
  fromHex,
  fromUtf8,
  HTTP,
  idOf,
  MAX_CONTENT_BYTES,
  MAX_DEVICE_LIST_BYTES,
  MAX_FILE_LEAVES,
  MAX_FRAME_BYTES,
  MAX_GROUP_DEVICES,
  MAX_HTTP_FRAME_BYTES,
  MAX_PARCEL_BYTES,
  MAX_SEALED_KEY_BYTES,
  MAX_VAULT_BYTES,
  parseCredential,
  parseDeviceList,
  parseHave,
  parseJson,
  safeFileName,
  toBase64Url,
  toHex,
  utf8,
} from "@sotto/protocol";
import { pictureSize, sniffPicture, stripMetadata } from "@sotto/pictures";
import { fixture } from "@sotto/pictures/testing";
import {
  createFileCipher,
  createFileKey,
  createFileTree,
  fileParcel,
  isFileParcel,
  createStoreKeyParameters,
  createVaultKey,
  decodeStoreKeyParameters,
  encodeStoreKeyParameters,
  openAccountKey,
  openRecord,
  openVault,
  padContent,
  sealAccountKey,
  sealFileLeaf,
  sealRecord,
  sealVault,
  signDeviceList,
  unpadContent,
  unwrapVaultKey,
  verifyDeviceList,
  wrapVaultKey,
} from "@sotto/crypto";
import { makeAccount, makeDevice, seededRandom } from "@sotto/crypto/testing";
import { createNodeCryptoProvider } from "sotto/node";
import {
  conversationLine,
  decodeJoinerInfo,
  encodeJoinerInfo,
  endLine,
  headerLine,
  MAX_LINE_BYTES,
  messageLine,
  parseEntry,
  parseHeader,
} from "sotto/simulation";

export interface Parser {
  readonly name: string;
  /** What it does with bytes; its refusals are values, never errors. */
  readonly parse: (bytes: Uint8Array) => unknown;
  readonly samples: readonly Uint8Array[];
  /** Largest input that reaches it. */
  readonly maxBytes: number;
}

const random = seededRandom("parsers");
const provider = createNodeCryptoProvider({ random });
const id = (): never => idOf<never>(random(16));
const MAX_DEVICES = 64;
/** Pictures can be larger: pictures.test.ts fills all that is read of them with what is dear to read in each format. */
const MAX_BLIND_PICTURE_BYTES = 4 * 1024 * 1024;
/** The largest body that the server reads. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The parsers, each with samples of its own. */
export async function createParsers(): Promise<readonly Parser[]> {
  return [
    ...frameParsers(),
    ...(await listParsers()),
    ...contentParsers(),
    ...(await sealedParsers()),
    ...bodyParsers(),
    ...archiveParsers(),
    ...(await fileParsers()),
    ...pictureParsers(),
  ];
}

function frameParsers(): readonly Parser[] {
  const parts = {
    handshake: random(2000),
    welcome: random(3000),
    welcomeTo: [id(), id()],
    added: [id()],
    removed: [],
    sealedGroupInfo: random(4000),
    doorHash: null,
    door: null,
    storeCounter: 7,
  };
  const client = [
    encodeClientFrame({ type: "handshake", requestId: 1, group: id(), index: 3, ...parts }),
    encodeClientFrame({
      type: "post",
      requestId: 2,
      resume: false,
      group: id(),
      index: 3,
      ciphertext: random(700),
      storeCounter: 8,
    }),
  ];
  const server = [
    encodeServerFrame({ type: "message", sequence: 4, group: id(), index: 3, ciphertext: random(700) }),
    encodeServerFrame({ type: "missed", sequence: 5, group: id() }),
    encodeServerFrame({ type: "refused", requestId: 1, code: "badRequest", detail: "no" }),
  ];
  const values = [encodeCbor([1, "text", random(40), [null, true, [2 ** 50]]])];
  return [
    { name: "client frame", parse: decodeClientFrame, samples: client, maxBytes: MAX_HTTP_FRAME_BYTES },
    { name: "server frame", parse: decodeServerFrame, samples: server, maxBytes: MAX_FRAME_BYTES },
    { name: "CBOR", parse: decodeCbor, samples: values, maxBytes: MAX_HTTP_FRAME_BYTES },
  ];
}

async function listParsers(): Promise<readonly Parser[]> {
  const owner = makeAccount(provider);
  const devices = Array.from({ length: MAX_DEVICES }, (): ListedDevice => ({
    device: id(),
    leafKey: random(32),
    hpkeKey: random(1216),
    mailbox: id(),
    addedIn: 1,
    revokedIn: null,
  }));
  const list: DeviceList = {
    userName: "alice",
    account: owner.account,
    accountKey: owner.key.publicKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: new Uint8Array(32),
    version: 1,
    devices,
  };
  const signed = await signDeviceList(provider, list, owner.key.privateKey);
  const { credential } = await makeDevice(provider, owner);
  const maxBytes = MAX_DEVICE_LIST_BYTES + 128;
  return [
    { name: "device list", parse: parseDeviceList, samples: [encodeDeviceList(list)], maxBytes },
    { name: "signed device list", parse: decodeSignedDeviceList, samples: [signed], maxBytes },
    {
      name: "device list, verified",
      parse: (bytes) => verifyDeviceList(provider, bytes),
      samples: [signed],
      maxBytes,
    },
    { name: "credential", parse: parseCredential, samples: [encodeCredential(credential)], maxBytes: 65_536 },
  ];
}

function contentParsers(): readonly Parser[] {
  const content = {
    id: id(),
    stream: id(),
    counter: 1,
    previousHash: random(32),
    sentAtMs: 1,
    listVersion: 1,
    logHead: null,
    epochAuthenticator: random(32),
  };
  const contents = [
    encodeContent({ ...content, body: { kind: "text", text: "a text ".repeat(100), replyTo: id() } }),
    encodeContent({ ...content, body: { kind: "skip", counters: [3, 4, 5] } }),
    encodeContent({ ...content, body: { kind: "file", text: "look", files: [fileManifest()] } }),
  ];
  const place = { conversation: id(), index: 4, previousHash: random(32) };
  const joinerInfo = encodeJoinerInfo({ ...place, kind: "group" });
  const binding = encodeHandshakeBinding({ ...place, conversation: random(16) });
  const position = encodeMessageBinding({ index: 4, headHash: random(32), base: 3, takenIndex: 2 });
  return [
    { name: "content", parse: decodeContent, samples: contents, maxBytes: MAX_CONTENT_BYTES },
    { name: "padding", parse: unpadContent, samples: contents.map(padContent), maxBytes: MAX_CONTENT_BYTES },
    { name: "handshake binding", parse: decodeHandshakeBinding, samples: [binding], maxBytes: 65_536 },
    { name: "message binding", parse: decodeMessageBinding, samples: [position], maxBytes: 65_536 },
    { name: "joiner info", parse: decodeJoinerInfo, samples: [joinerInfo], maxBytes: 65_536 },
  ];
}

async function sealedParsers(): Promise<readonly Parser[]> {
  const { account, key } = makeAccount(provider);
  const exportKey = toBase64Url(random(64));
  const vaultKey = createVaultKey(provider);
  const sections = new Map([["contacts", random(20_000)]]);
  const vault = await sealVault(provider, account, 3, vaultKey, sections);
  const wrap = await wrapVaultKey(provider, account, vaultKey, exportKey);
  const accountKey = await sealAccountKey(provider, account, key.privateKey, exportKey);
  const storeKey = random(32);
  const record = await sealRecord(provider, storeKey, "table", "key", random(500));
  const parameters = encodeStoreKeyParameters(createStoreKeyParameters(provider));
  return [
    {
      name: "vault",
      parse: (bytes) => openVault(provider, account, 3, vaultKey, bytes, 1),
      samples: [vault],
      maxBytes: MAX_VAULT_BYTES,
    },
    {
      name: "vault key",
      parse: (bytes) => unwrapVaultKey(provider, account, bytes, exportKey),
      samples: [wrap],
      maxBytes: MAX_SEALED_KEY_BYTES,
    },
    {
      name: "account key",
      parse: (bytes) => openAccountKey(provider, account, bytes, exportKey),
      samples: [accountKey],
      maxBytes: MAX_SEALED_KEY_BYTES,
    },
    {
      name: "record",
      parse: (bytes) => openRecord(provider, storeKey, "table", "key", bytes),
      samples: [record],
      maxBytes: MAX_VAULT_BYTES,
    },
    {
      name: "store key parameters",
      parse: decodeStoreKeyParameters,
      samples: [parameters],
      maxBytes: 65_536,
    },
  ];
}

/** Bodies of requests as the server, and of answers as the client reads them: text, JSON, schema. */
function bodyParsers(): readonly Parser[] {
  const bytes = (size: number): string => toBase64Url(random(size));
  const vault = { version: 1, sealed: bytes(3000), wrapExport: bytes(100), wrapRecovery: null };
  const keyPackages = { packages: [bytes(300), bytes(300)], lastResort: bytes(300) };
  const parts = { account: toHex(random(16)), deviceList: bytes(500), sealedAccountKey: bytes(80), vault };
  const bodies = {
    registerStart: { userName: "alice", registrationRequest: "x".repeat(60) },
    registerFinish: { userName: "alice", registrationRecord: "x".repeat(60), ...parts, keyPackages },
    loginStart: { userName: "alice", startLoginRequest: "x".repeat(60) },
    loginFinish: { loginId: toHex(random(16)), finishLoginRequest: "x".repeat(60) },
    bindDevice: { device: toHex(random(16)), proof: bytes(64) },
    logout: { everywhere: true },
    putDeviceList: { deviceList: bytes(500), device: toHex(random(16)), keyPackages, vault },
    keyPackages,
    claimKeyPackages: { account: toHex(random(16)) },
    vault,
  };
  const requests = Object.entries(bodies).map(([name, body]) => ({
    name: `body of ${name}`,
    parse: jsonParser(HTTP[name as keyof typeof bodies].request),
    samples: [utf8(JSON.stringify(body))],
    maxBytes: MAX_BODY_BYTES,
  }));
  const answer = { token: bytes(32), ...parts };
  const list = { index: 7, mailboxes: Array.from({ length: MAX_GROUP_DEVICES }, () => toHex(random(16))) };
  return [
    ...requests,
    {
      name: "answer to loginFinish",
      parse: jsonParser(HTTP.loginFinish.response),
      samples: [utf8(JSON.stringify(answer))],
      maxBytes: MAX_BODY_BYTES,
    },
    {
      name: "answer to groupMailboxes",
      parse: jsonParser(HTTP.groupMailboxes.response),
      samples: [utf8(JSON.stringify(list))],
      maxBytes: MAX_BODY_BYTES,
    },
    {
      name: "base64url",
      parse: textParser(fromBase64Url),
      samples: [utf8(bytes(500))],
      maxBytes: Math.ceil((MAX_VAULT_BYTES * 4) / 3),
    },
    {
      name: "hexadecimal",
      parse: textParser(fromHex),
      samples: [utf8(toHex(random(500)))],
      maxBytes: 65_536,
    },
  ];
}

/** Lines of history archives, without their newlines. */
function archiveParsers(): readonly Parser[] {
  const line = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 1);
  const times = { sentAtMs: 1, storedAtMs: 2 };
  const entries = [
    conversationLine({ id: id(), peer: { account: id(), userName: "bob" }, state: "active" }),
    messageLine({
      ...times,
      id: id(),
      order: 7,
      from: id(),
      text: 'a "text" '.repeat(100),
      files: [fileManifest()],
      replyTo: id(),
      path: "relay",
      state: "read",
    }),
    endLine({
      conversations: 1,
      messages: 1,
      digest: random(32),
      credential: random(150),
      leafKey: random(32),
      signature: random(64),
    }),
  ];
  const header = headerLine({ account: id(), userName: "alice", exportedAtMs: 3 });
  return [
    { name: "archive header", parse: parseHeader, samples: [line(header)], maxBytes: MAX_LINE_BYTES },
    {
      name: "archive entry",
      parse: (bytes) => parseEntry(bytes, 2),
      samples: entries.map(line),
      maxBytes: MAX_LINE_BYTES,
    },
  ];
}

function fileManifest(): FileManifest {
  return {
    transfer: idOf<TransferId>(random(16)),
    path: ["summer", "beach.jpg"],
    sizeBytes: 1_200_000,
    mediaType: "image/jpeg",
    modifiedAtMs: 1,
    key: random(32),
    root: random(32),
    picture: { width: 4000, height: 3000, placeholder: random(25), thumbnail: random(9000) },
  };
}

/** What says what a file is, what carries it, and the name under which it is saved. */
async function fileParsers(): Promise<readonly Parser[]> {
  const transfer = idOf<TransferId>(random(16));
  const sizeBytes = 1_200_000;
  const key = createFileKey(provider);
  const cipher = createFileCipher(provider, { transfer, key, sizeBytes });
  const [first, last] = [random(1_048_576), random(sizeBytes - 1_048_576)];
  const leaves = [
    await sealFileLeaf(provider, cipher, 0, first),
    await sealFileLeaf(provider, cipher, 1, last),
  ] as const;
  const tree = createFileTree(provider, Uint8Array.from(leaves.flatMap(({ hash }) => [...hash])));
  const { sealed, path } = (await fileParcel(provider, tree, 1, leaves[1].sealed)) as Parcel;
  const manifest: FileManifest = { ...fileManifest(), transfer, sizeBytes, key, root: tree.root };
  const have = createHave(MAX_FILE_LEAVES);
  addLeaf(have, 7);
  const frames = [
    encodeFileFrame({ type: "request", transfer, first: 3, count: 64, held: 3 }),
    encodeFileFrame({ type: "chunk", transfer, leaf: 3, chunk: 16, bytes: random(FILE_CHUNK_BYTES) }),
    encodeFileFrame({ type: "pause", transfer }),
    encodeFileFrame({ type: "end", transfer, reason: "done" }),
  ];
  return [
    { name: "file frame", parse: decodeFileFrame, samples: frames, maxBytes: MAX_FRAME_BYTES },
    {
      name: "files of a message",
      parse: (bytes) => {
        const value = decodeCbor(bytes);
        return value === undefined ? undefined : fileBodyOf(value);
      },
      samples: [encodeCbor(fileBodyFields({ kind: "file", text: "look", files: [manifest] }))],
      maxBytes: MAX_CONTENT_BYTES,
    },
    {
      name: "parcel of a file",
      parse: async (bytes) => (await isFileParcel(provider, sizeBytes, tree.root, 1, bytes)) || undefined,
      samples: [Uint8Array.from([...sealed, ...path])],
      maxBytes: MAX_PARCEL_BYTES,
    },
    {
      name: "bitmap of leaves",
      parse: (bytes) => parseHave(bytes, MAX_FILE_LEAVES),
      samples: [have],
      maxBytes: 65_536,
    },
    {
      name: "name of a file",
      parse: textParser(safeFileName),
      samples: [utf8("..\u202egpj.exe"), utf8(`${"long ".repeat(100)}.tar.gz`)],
      maxBytes: 65_536,
    },
  ];
}

/** Pictures as the sender strips and the recipient measures them. */
function pictureParsers(): readonly Parser[] {
  const files = {
    JPEG: ["photo.jpg", "progressive.jpg"],
    PNG: ["photo.png", "animated.png"],
    GIF: ["animated.gif"],
    WebP: ["photo.webp", "animated.webp"],
    AVIF: ["photo.avif", "grid.avif"],
  };
  return Object.entries(files).map(([type, names]) => ({
    name: `picture: ${type}`,
    parse: (bytes) => {
      sniffPicture(bytes);
      pictureSize(bytes);
      const stripped = stripMetadata(bytes);
      return "problem" in stripped ? undefined : stripped;
    },
    samples: names.map(fixture),
    maxBytes: MAX_BLIND_PICTURE_BYTES,
  }));
}

function jsonParser(schema: { safeParse(value: unknown): unknown }): Parser["parse"] {
  return textParser((text) => schema.safeParse(parseJson(text)));
}

function textParser(parse: (text: string) => unknown): Parser["parse"] {
  return (bytes) => {
    const text = fromUtf8(bytes);
    return text === undefined ? undefined : parse(text);
  };
}
