/** The rooms of the bench's relay: doors, group infos and password records. The password exchange is a stand-in: its export key is a hash. */
import { createNobleProvider } from "@sotto/crypto";
import { seededRandom } from "@sotto/crypto/testing";
import type { GroupId, HandshakeParts } from "@sotto/protocol";
import { bytesEqual, utf8 } from "@sotto/protocol";
import type { ServerAnswer, ServerRequest } from "../ports/server.ts";

const provider = createNobleProvider(seededRandom("bench rooms"));

interface Door {
  /** The handshake at which it was set. */
  readonly k: number;
  readonly hash: Uint8Array;
}

interface PasswordRecord {
  readonly code: string;
  readonly password: string;
  readonly sealedSecret: Uint8Array;
}

export interface BenchRoom {
  door: Door | undefined;
  info: { readonly index: number; readonly sealed: Uint8Array } | undefined;
  record: PasswordRecord | undefined;
}

export interface BenchRooms {
  readonly rooms: ReadonlyMap<GroupId, BenchRoom>;
  /** A handshake that the order has taken. */
  readonly note: (
    group: GroupId,
    index: number,
    parts: Pick<HandshakeParts, "sealedGroupInfo" | "doorHash">,
  ) => void;
  readonly opens: (group: GroupId, door: Uint8Array | null) => boolean;
  /** `undefined`: not about rooms. `index`: the group's current one, of those that the asking device is in. */
  readonly answer: (
    request: ServerRequest,
    indexOf: (group: GroupId) => number | undefined,
  ) => ServerAnswer | undefined;
}

export function createBenchRooms(): BenchRooms {
  const rooms = new Map<GroupId, BenchRoom>();
  const used = new Set<string>();
  const refused = (code: "forbidden" | "wrongCredentials" | "notMember" | "conflict"): ServerAnswer => ({
    kind: "refused",
    code,
  });
  const opens = (group: GroupId, door: Uint8Array | null): boolean => {
    const hash = rooms.get(group)?.door?.hash;
    return hash !== undefined && door !== null && bytesEqual(provider.sha256(door), hash);
  };
  return {
    rooms,
    opens,
    note(group, index, { sealedGroupInfo, doorHash }) {
      const room = rooms.get(group) ?? { door: undefined, info: undefined, record: undefined };
      if (doorHash !== null) Object.assign(room, { door: { k: index, hash: doorHash }, record: undefined });
      if (sealedGroupInfo !== null) room.info = { index, sealed: sealedGroupInfo };
      if (room.door !== undefined) rooms.set(group, room);
    },
    answer(request, indexOf) {
      switch (request.kind) {
        case "registerRoom":
          return {
            kind: "roomRegistration",
            registrationRecord: request.password,
            exportKey: exportKeyOf(request),
          };
        case "putRoom": {
          const room = rooms.get(request.group);
          if (room?.door === undefined || indexOf(request.group) === undefined) return refused("notMember");
          if (request.k !== room.door.k) return { kind: "refused", code: "staleEpoch", index: room.door.k };
          const { code, registrationRecord: password, sealedSecret } = request;
          if (used.has(code)) return refused("conflict");
          used.add(code);
          room.record = { code, password, sealedSecret };
          return { kind: "stored" };
        }
        case "openRoom": {
          const { code, password } = request;
          const found = [...rooms].find(([, { record }]) => record?.code === code);
          const record = found?.[1].record;
          if (found === undefined || record?.password !== password) return refused("wrongCredentials");
          const { sealedSecret } = record;
          return { kind: "room", group: found[0], sealedSecret, exportKey: exportKeyOf(request) };
        }
        case "groupInfo": {
          const info = rooms.get(request.group)?.info;
          if (info === undefined || !opens(request.group, request.door)) return refused("forbidden");
          return { kind: "groupInfo", ...info };
        }
        case "putGroupInfo": {
          const room = rooms.get(request.group);
          const index = indexOf(request.group);
          if (room === undefined || index === undefined) return refused("notMember");
          if (request.index !== index) return { kind: "refused", code: "staleEpoch", index };
          room.info = { index, sealed: request.sealed };
          return { kind: "stored" };
        }
        default:
          return undefined;
      }
    },
  };
}

function exportKeyOf({ code, password }: { readonly code: string; readonly password: string }): Uint8Array {
  return provider.sha512(utf8(`${code} ${password}`));
}
