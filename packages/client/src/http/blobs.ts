/** {@link Blobs} on the server's HTTP interface (BLB). */
import type { CryptoProvider } from "@sotto/crypto";
import type { BlobId } from "@sotto/protocol";
import {
  concatBytes,
  fileStreamBytes,
  fromBase64Url,
  MAX_PARCEL_BYTES,
  parseHave,
  toBase64Url,
} from "@sotto/protocol";
import type { BlobAnswer, Blobs, BlobStatus } from "../ports/blobs.ts";
import type { Arriving } from "./arriving.ts";
import { createArriving } from "./arriving.ts";
import { createLane } from "./lane.ts";
import type { ResponseOf } from "./serverApi.ts";
import { createServerApi } from "./serverApi.ts";
import type { HttpTransport } from "./transport.ts";

/** Parcels that broke off and are remembered, each way; of those on their way down what has come, up to 1 MiB each. */
const MAX_BROKEN = 4;

/**
 * For the session of `token`, unpadded base64url, which belongs to a device. Whatever breaks a connection costs little (BLB-10): of several parcels on their way up one is being
 * sent at a time, one that was not answered is not sent again if the server has it, and one on its way down goes on where it broke off.
 */
export function createHttpBlobs(
  transport: HttpTransport,
  token: string,
  crypto: Pick<CryptoProvider, "sha256Long">,
): Blobs {
  const api = createServerApi(transport);
  const lane = createLane();
  const begun = new Map<string, Arriving>();
  /** Parcels that went and were not answered. */
  const unanswered = new Set<string>();

  /** That the server has it, whatever became of its answer. */
  async function isKept(blob: BlobId, leaf: number, pieces: readonly Uint8Array[]): Promise<boolean> {
    const sha256 = toBase64Url(await crypto.sha256Long(concatBytes(...pieces)));
    const params = { blob, leaf: String(leaf) };
    const answer = await api.call("keepParcel", { token, params, body: { sha256 } });
    return answer.kind === "ok" && answer.value.kept;
  }

  return {
    async create(blob, group, sizeBytes) {
      const body = { group, size: fileStreamBytes(sizeBytes) };
      return statusOf(await api.call("createBlob", { token, params: { blob }, body }));
    },
    status: async (blob) => statusOf(await api.call("blobStatus", { token, params: { blob } })),
    async put(blob, leaf, sealed, path) {
      const parcel = `${blob}/${leaf}`;
      const pieces = [sealed, path];
      if (unanswered.delete(parcel) && (await isKept(blob, leaf, pieces)))
        return { kind: "ok", value: undefined };
      const leave = await lane.enter();
      try {
        const answer = await api.putParcel({ blob, leaf }, pieces, token, leave);
        if (answer.kind === "unreachable") trim(unanswered.add(parcel));
        return withoutValue(answer);
      } finally {
        leave();
      }
    },
    async get(blob, leaf) {
      const parcel = `${blob}/${leaf}`;
      const arriving = begun.get(parcel) ?? createArriving(MAX_PARCEL_BYTES);
      begun.delete(parcel);
      const answer = await api.getParcel({ blob, leaf }, token, arriving);
      if (answer.kind === "unreachable" && arriving.sizeBytes > 0) trim(begun.set(parcel, arriving));
      return answer;
    },
    done: async (blob) => withoutValue(await api.call("blobDone", { token, params: { blob } })),
  };
}

/** Forgets the oldest. */
function trim(broken: Set<string> | Map<string, unknown>): void {
  const [oldest] = broken.keys();
  if (broken.size > MAX_BROKEN && oldest !== undefined) broken.delete(oldest);
}

function statusOf(answer: BlobAnswer<ResponseOf<"blobStatus">>): BlobAnswer<BlobStatus> {
  if (answer.kind !== "ok") return answer;
  const { leafCount, held: text, expiresAt: expiresAtMs } = answer.value;
  const held = parseHave(fromBase64Url(text) ?? new Uint8Array(0), leafCount);
  return held === undefined
    ? { kind: "refused", code: "internal", detail: "a bitmap of another length" }
    : { kind: "ok", value: { leafCount, held, expiresAtMs } };
}

function withoutValue(answer: BlobAnswer<unknown>): BlobAnswer<void> {
  return answer.kind === "ok" ? { kind: "ok", value: undefined } : answer;
}
