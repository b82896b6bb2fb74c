/** Carries the engine's requests ({@link ServerRequest}) over the HTTP interface. */
import type { AccountId, DeviceId, MailboxId } from "@sotto/protocol";
import { toBase64Url } from "@sotto/protocol";
import { openRoom, registerRoom } from "../account/roomPassword.ts";
import type { IceServer } from "../ports/direct.ts";
import type { ServerAnswer, ServerRequest } from "../ports/server.ts";
import type { ApiAnswer, ResponseOf, ServerApi } from "./serverApi.ts";
import { bytesOfText, idOfText } from "./text.ts";

/** Never rejects. */
export async function performRequest(
  api: ServerApi,
  token: string,
  request: ServerRequest,
): Promise<ServerAnswer> {
  switch (request.kind) {
    case "accountByName":
      return accountAnswer(
        await api.call("accountByName", { token, params: { userName: request.userName } }),
      );
    case "accountById":
      return accountAnswer(await api.call("accountById", { token, params: { account: request.account } }));
    case "claimKeyPackages":
      return mapped(
        await api.call("claimKeyPackages", { token, body: { account: request.account } }),
        ({ packages }) => ({
          kind: "keyPackages",
          packages: packages.map(({ device, keyPackage }) => ({
            device: idOfText<DeviceId>(device),
            keyPackage: bytesOfText(keyPackage),
          })),
        }),
      );
    case "putKeyPackages": {
      const body = {
        packages: request.packages.map(toBase64Url),
        lastResort: request.lastResort && toBase64Url(request.lastResort),
      };
      return mapped(await api.call("putKeyPackages", { token, body }), () => ({ kind: "stored" }));
    }
    case "mailboxes":
      return mapped(
        await api.call("groupMailboxes", { token, params: { group: request.group } }),
        ({ index, mailboxes }) => ({
          kind: "mailboxes",
          index,
          mailboxes: mailboxes.map((mailbox) => idOfText<MailboxId>(mailbox)),
        }),
      );
    case "registerRoom":
      return registerRoom(api, token, request.code, request.password);
    case "openRoom":
      return openRoom(api, token, request.code, request.password);
    case "putRoom": {
      const { group, code, registrationRecord, sealedSecret, k } = request;
      const body = { code, registrationRecord, sealedSecret: toBase64Url(sealedSecret), k };
      return mapped(await api.call("putRoom", { token, params: { group }, body }), () => ({
        kind: "stored",
      }));
    }
    case "groupInfo": {
      const { group, door } = request;
      const call = { token, params: { group }, body: { door: toBase64Url(door) } };
      return mapped(await api.call("groupInfo", call), ({ index, sealed }) => ({
        kind: "groupInfo",
        index,
        sealed: bytesOfText(sealed),
      }));
    }
    case "putGroupInfo": {
      const { group, index, sealed } = request;
      const call = { token, params: { group }, body: { index, sealed: toBase64Url(sealed) } };
      return mapped(await api.call("putGroupInfo", call), () => ({ kind: "stored" }));
    }
    case "iceServers":
      return mapped(await api.call("ice", { token }), ({ servers, ttlSeconds }) => ({
        kind: "iceServers",
        servers: servers.map(iceServerOf),
        ttlSeconds,
      }));
    case "frame":
      return mapped(await api.frame(request.frame, token), (frame) => ({ kind: "frame", frame }));
    case "body":
      return mapped(await api.body(request.hash, token), (bytes) => ({ kind: "body", bytes }));
  }
}

function iceServerOf({ urls, username, credential }: ResponseOf<"ice">["servers"][number]): IceServer {
  return {
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  };
}

function accountAnswer(answer: ApiAnswer<{ account: string; deviceList: string }>): ServerAnswer {
  return mapped(answer, ({ account, deviceList }) => ({
    kind: "account",
    account: idOfText<AccountId>(account),
    deviceList: bytesOfText(deviceList),
  }));
}

function mapped<T>(answer: ApiAnswer<T>, convert: (value: T) => ServerAnswer): ServerAnswer {
  return answer.kind === "ok" ? convert(answer.value) : answer;
}
