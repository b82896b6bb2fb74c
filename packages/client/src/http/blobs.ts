/** {@link Blobs} on the server's HTTP interface (BLB). */
import { fileStreamBytes, fromBase64Url, parseHave } from "@sotto/protocol";
import type { BlobAnswer, Blobs, BlobStatus } from "../ports/blobs.ts";
import type { ResponseOf } from "./serverApi.ts";
import { createServerApi } from "./serverApi.ts";
import type { HttpTransport } from "./transport.ts";

/** For the session of `token`, unpadded base64url, which belongs to a device. */
export function createHttpBlobs(transport: HttpTransport, token: string): Blobs {
  const api = createServerApi(transport);
  return {
    async create(blob, group, sizeBytes) {
      const body = { group, size: fileStreamBytes(sizeBytes) };
      return statusOf(await api.call("createBlob", { token, params: { blob }, body }));
    },
    status: async (blob) => statusOf(await api.call("blobStatus", { token, params: { blob } })),
    put: async (blob, leaf, sealed, path) =>
      withoutValue(await api.putParcel({ blob, leaf }, [sealed, path], token)),
    get: (blob, leaf) => api.getParcel({ blob, leaf }, token),
    done: async (blob) => withoutValue(await api.call("blobDone", { token, params: { blob } })),
  };
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
