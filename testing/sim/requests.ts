/** Requests of a device over HTTP: lost, late, doubled, or answered after the device has stopped waiting. */
import type { RoomRequest, ServerAnswer, ServerRequest } from "sotto/simulation";
import type { AnyResult, StoreRequest } from "@sotto/server/simulation";
import type { Link } from "./link.ts";
import { isDown } from "./link.ts";
import { isRoomRequest, performRoom } from "./roomRequests.ts";

/** As the real adapters. */
const REQUEST_TIMEOUT_MS = 15_000;

/** Calls `onAnswer` exactly once. */
export function sendRequest(
  link: Link,
  session: string,
  request: ServerRequest,
  onAnswer: (answer: ServerAnswer) => void,
): void {
  const { scheduler, random } = link;
  let answered = false;
  const answer = (value: ServerAnswer): void => {
    if (answered) return;
    answered = true;
    onAnswer(value);
  };
  const isUnreliable = scheduler.nowMs() < link.unreliableUntilMs;
  const mishap = (probability: number): boolean => isUnreliable && random.chance(probability);

  function back(value: ServerAnswer): void {
    if (mishap(0.25)) return;
    const blockedMs = Math.max(0, link.downUntilMs - scheduler.nowMs(), link.deafUntilMs - scheduler.nowMs());
    scheduler.after(blockedMs + link.latencyMs(), () => answer(value));
  }

  function arrive(): void {
    if (!perform(link, session, request, back)) {
      scheduler.after(link.latencyMs(), () => answer({ kind: "unreachable", reason: "offline" }));
    }
  }

  scheduler.after(REQUEST_TIMEOUT_MS, () => answer({ kind: "unreachable", reason: "timeout" }));
  if (isDown(link)) {
    scheduler.after(link.latencyMs(), () => answer({ kind: "unreachable", reason: "offline" }));
    return;
  }
  if (mishap(0.2)) return;
  scheduler.after(link.latencyMs() + (mishap(0.2) ? random.between(100, 40_000) : 0), arrive);
  // A proxy that lost the answer asks once more.
  if (mishap(0.1))
    scheduler.after(random.between(50, 10_000), () => void perform(link, session, request, () => {}));
}

/** Carries the request out. False: nobody listens. */
function perform(
  { server, iceServers }: Link,
  session: string,
  request: ServerRequest,
  answer: (value: ServerAnswer) => void,
): boolean {
  if (request.kind === "frame") {
    return server.submit(session, request.frame, (reply) =>
      answer(reply instanceof Uint8Array ? { kind: "frame", frame: reply } : { kind: "refused", ...reply }),
    );
  }
  if (request.kind === "iceServers") {
    if (!server.isUp()) return false;
    answer({ kind: "iceServers", servers: iceServers(), ttlSeconds: 3600 });
    return true;
  }
  if (isRoomRequest(request)) return performRoom(server, session, request, answer);
  return server.call(storeRequestOf(session, request), (result) => answer(answerOf(result)));
}

function storeRequestOf(
  session: string,
  request: Exclude<ServerRequest, { kind: "frame" | "iceServers" } | RoomRequest>,
): StoreRequest {
  switch (request.kind) {
    case "accountByName":
      return { type: "accountByName", session, userName: request.userName };
    case "accountById":
      return { type: "accountById", session, account: request.account };
    case "claimKeyPackages":
      return { type: "claimKeyPackages", session, account: request.account };
    case "putKeyPackages": {
      const { packages, lastResort } = request;
      return { type: "putKeyPackages", session, keyPackages: { packages, lastResort } };
    }
    case "mailboxes":
      return { type: "groupMailboxes", session, group: request.group };
    case "body":
      return { type: "body", session, hash: request.hash };
  }
}

function answerOf(result: AnyResult): ServerAnswer {
  if (!result.ok) return { kind: "refused", ...result.refusal };
  const { value } = result;
  if ("deviceList" in value) return { kind: "account", account: value.account, deviceList: value.deviceList };
  if ("packages" in value) return { kind: "keyPackages", packages: value.packages };
  if ("mailboxes" in value) return { kind: "mailboxes", index: value.index, mailboxes: value.mailboxes };
  if ("bytes" in value) return { kind: "body", bytes: value.bytes };
  return { kind: "stored" };
}
