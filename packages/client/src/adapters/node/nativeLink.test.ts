/** What a link asks of libdatachannel, in which order: the library itself is tried in networks (ports/direct.contract.ts). */
import { createRequire } from "node:module";
import type { LinkDescription } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { LinkFailure, LinkHandlers } from "../../ports/direct.ts";
import type { Native } from "./nativeLink.ts";
import { openNativeLink } from "./nativeLink.ts";

const OPTIONS = { iceServers: [], turnOnly: false };
const OFFER = ["v=0", "a=setup:actpass", "a=mid:0", ""].join("\r\n");
const HOST = "candidate:1 1 UDP 2114977791 192.0.2.1 40000 typ host";
const SEEN = "candidate:2 1 UDP 1678769919 203.0.113.1 40000 typ srflx raddr 0.0.0.0 rport 0";

test("the caller begins DTLS, and its candidates are known before the library turns to servers of its own", () => {
  const fake = createFake();
  const link = openNativeLink(fake.native, OPTIONS, handlersInto([]));
  link.addCandidates([{ kind: "candidate", candidate: HOST, mid: "0" }]);
  link.accept({ kind: "offer", sdp: OFFER });
  expect(fake.calls).toEqual([
    ["setRemoteDescription", OFFER.replace("actpass", "active"), "offer"],
    ["addRemoteCandidate", HOST, "0"],
    ["setLocalDescription", "answer"],
  ]);
});

test("a description tells the candidates that are there by then, and none of them twice", () => {
  const fake = createFake();
  const told: string[] = [];
  openNativeLink(fake.native, OPTIONS, handlersInto(told)).offer(false);
  const whole = `${OFFER}a=${HOST}\r\n`;
  fake.localDescription = whole;
  fake.tell("onLocalDescription", OFFER, "offer");
  fake.tell("onLocalCandidate", `a=${HOST}`, "0");
  fake.tell("onLocalCandidate", `a=${SEEN}`, "0");
  expect(told).toEqual([whole, SEEN]);
});

test("with candidates of TURN servers alone a description tells no other", () => {
  const fake = createFake();
  const told: string[] = [];
  openNativeLink(fake.native, { ...OPTIONS, turnOnly: true }, handlersInto(told)).offer(false);
  fake.localDescription = `${OFFER}a=${HOST}\r\n`;
  fake.tell("onLocalDescription", OFFER, "offer");
  expect(told).toEqual([OFFER]);
});

test.each([
  ["ICE has found none", ["onIceStateChange", "failed"], "noWay"],
  ["ICE has found none, told by the queue of the connection", ["onStateChange", "failed"], "noWay"],
  ["the handshake fails on it", ["onIceStateChange", "connected"], "failed"],
])("what ends a call tells whether there was a way: %s", async (_, [name = "", said = ""], failure) => {
  const fake = createFake();
  const ended = Promise.withResolvers<LinkFailure>();
  openNativeLink(fake.native, OPTIONS, { ...handlersInto([]), onClose: ended.resolve }).offer(false);
  if (said === "connected") fake.tell("onStateChange", "failed");
  fake.tell(name, said);
  expect(await ended.promise).toBe(failure);
});

test("a description that the library does not take ends the call without a word on the networks", async () => {
  const fake = createFake();
  const ended = Promise.withResolvers<LinkFailure>();
  fake.refuses = true;
  const link = openNativeLink(fake.native, OPTIONS, { ...handlersInto([]), onClose: ended.resolve });
  link.accept({ kind: "offer", sdp: OFFER });
  expect(await ended.promise).toBe("failed");
});

test("the library answers in the role, and its offer has addresses of this machine", async () => {
  const native = createRequire(import.meta.url)("node-datachannel") as Native;
  const offer = await described(native, (link) => link.offer(false));
  expect(offer.sdp).toContain(" typ host");
  expect(offer.sdp).toContain("a=setup:actpass");
  // Without an address, so that nothing is sent.
  const silent = offer.sdp.replace(/^a=(candidate:|end-of-candidates).*\r\n/gm, "");
  const answer = await described(native, (link) => link.accept({ ...offer, sdp: silent }));
  expect(answer.sdp).toContain("a=setup:passive");
});

/** What a new link tells of itself; it is closed then. */
async function described(
  native: Native,
  begin: (link: ReturnType<typeof openNativeLink>) => void,
): Promise<LinkDescription> {
  const told = Promise.withResolvers<LinkDescription>();
  const link = openNativeLink(native, OPTIONS, { ...handlersInto([]), onDescription: told.resolve });
  begin(link);
  const description = await told.promise;
  link.close();
  return description;
}

function handlersInto(told: string[]): LinkHandlers {
  const nothing = (): void => {};
  return {
    onDescription: ({ sdp }) => void told.push(sdp),
    onCandidate: ({ candidate }) => void told.push(candidate),
    onOpen: nothing,
    onSteady: nothing,
    onFrame: nothing,
    onDrained: nothing,
    onClose: nothing,
  };
}

/** Notes what is asked of a connection, and tells what a test wants it to have said. */
function createFake() {
  const calls: unknown[][] = [];
  const handlers = new Map<string, (...said: readonly string[]) => void>();
  const note =
    (name: string) =>
    (...given: readonly unknown[]): void =>
      void calls.push([name, ...given]);
  const listen = (name: string) => (handler: (...said: readonly string[]) => void) =>
    void handlers.set(name, handler);
  const nothing = (): void => {};
  const channel = {
    setBufferedAmountLowThreshold: nothing,
    onOpen: nothing,
    onClosed: nothing,
    onMessage: nothing,
    onBufferedAmountLow: nothing,
  };
  const fake = {
    calls,
    refuses: false,
    localDescription: OFFER,
    tell: (name: string, ...said: readonly string[]) => handlers.get(name)?.(...said),
    native: {
      PeerConnection: function PeerConnection() {
        return {
          setRemoteDescription(...given: readonly unknown[]) {
            if (fake.refuses) throw new Error("libdatachannel error while adding remote description");
            note("setRemoteDescription")(...given);
          },
          setLocalDescription: note("setLocalDescription"),
          addRemoteCandidate: note("addRemoteCandidate"),
          localDescription: () => ({ type: "offer", sdp: fake.localDescription }),
          createDataChannel: () => channel,
          onLocalDescription: listen("onLocalDescription"),
          onLocalCandidate: listen("onLocalCandidate"),
          onIceStateChange: listen("onIceStateChange"),
          onStateChange: listen("onStateChange"),
          close: nothing,
        };
      },
    } as unknown as Native,
  };
  return fake;
}
