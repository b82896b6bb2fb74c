/**
 * A room's password in the simulation: the library of OPAQUE draws its own randomness and takes its time, so a stand-in says who knows the password. It keeps
 * nothing from the server; what a server learns of a password is no question of the simulation.
 */
import { concatBytes, toHex, utf8 } from "@sotto/protocol";
import { nodeCrypto } from "@sotto/server/simulation";
import type { AnyResult, StoreRequest } from "@sotto/server/simulation";
import type { RoomRequest, ServerAnswer } from "sotto/simulation";
import type { ServerNode } from "./serverNode.ts";

const ROOM_REQUESTS: ReadonlySet<string> = new Set<RoomRequest["kind"]>([
  "registerRoom",
  "putRoom",
  "openRoom",
  "groupInfo",
  "putGroupInfo",
]);

export function isRoomRequest(request: { readonly kind: string }): request is RoomRequest {
  return ROOM_REQUESTS.has(request.kind);
}

/** Carries the request out. False: nobody listens. */
export function performRoom(
  server: Pick<ServerNode, "call" | "isUp">,
  session: string,
  request: RoomRequest,
  answer: (value: ServerAnswer) => void,
): boolean {
  switch (request.kind) {
    case "registerRoom":
      if (!server.isUp()) return false;
      answer({
        kind: "roomRegistration",
        registrationRecord: recordOf(request),
        exportKey: exportKeyOf(request),
      });
      return true;
    case "openRoom":
      return open(server, session, request, answer);
    case "putRoom": {
      const { group, code, registrationRecord, sealedSecret, k } = request;
      return ask({ type: "putRoom", session, group, code, registrationRecord, sealedSecret, k });
    }
    case "groupInfo":
      return ask({ type: "groupInfo", session, group: request.group, door: request.door });
    case "putGroupInfo": {
      const { group, index, sealed } = request;
      return ask({ type: "putGroupInfo", session, group, index, sealed });
    }
  }

  function ask(question: StoreRequest): boolean {
    return server.call(question, (result) => answer(answerOf(result)));
  }
}

type Attempt = Extract<RoomRequest, { kind: "openRoom" | "registerRoom" }>;

function open(
  server: Pick<ServerNode, "call">,
  session: string,
  request: Extract<RoomRequest, { kind: "openRoom" }>,
  answer: (value: ServerAnswer) => void,
): boolean {
  const { code } = request;
  const registrationRecord = recordOf(request);
  return server.call({ type: "openRoom", session, code, registrationRecord }, (result) => {
    const opened = answerOf(result);
    answer(opened.kind === "room" ? { ...opened, exportKey: exportKeyOf(request) } : opened);
  });
}

function answerOf(result: AnyResult): ServerAnswer {
  if (!result.ok) return { kind: "refused", ...result.refusal };
  const { value } = result;
  if ("sealedSecret" in value)
    return {
      kind: "room",
      group: value.group,
      sealedSecret: value.sealedSecret,
      exportKey: new Uint8Array(),
    };
  if ("sealed" in value && "index" in value)
    return { kind: "groupInfo", index: value.index, sealed: value.sealed };
  return { kind: "stored" };
}

function recordOf(attempt: Attempt): string {
  return toHex(digest("record", attempt));
}

function exportKeyOf(attempt: Attempt): Uint8Array {
  return concatBytes(digest("key 1", attempt), digest("key 2", attempt));
}

function digest(use: string, { code, password }: Attempt): Uint8Array {
  return nodeCrypto.sha256(utf8(JSON.stringify([use, code, password.normalize("NFC")])));
}
