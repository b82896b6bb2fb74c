/** A room on the bench: who is in it, and who is on the way. */
import type { AccountId, ConversationId, GroupId } from "@sotto/protocol";
import type { CommandResult, StoredMessage } from "../engine/contract.ts";
import type { Invitation, RoomRecord } from "../engine/records/room.ts";
import type { GroupBench, GroupBenchOptions } from "./groupBench.ts";
import { createGroupBench } from "./groupBench.ts";

export interface RoomTown {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly group: GroupId;
  readonly account: (name: string) => AccountId;
  readonly room: (name: string) => RoomRecord;
  readonly invitation: (name: string) => Invitation;
  /** With what that member was told; or with something else. */
  readonly join: (name: string, by: string, other?: Partial<Invitation>) => Promise<CommandResult>;
  readonly write: (name: string, text: string) => Promise<void>;
  readonly texts: (name: string) => readonly string[];
  readonly lines: (name: string) => readonly (readonly [StoredMessage["from"], unknown])[];
  /** Those that are in the epoch of the first of them. */
  readonly agree: (...names: readonly string[]) => boolean;
}

/** The first of them has made the room, and is its owner. */
export async function createRoomTown(
  names: readonly string[],
  { linkRequired = true, ...options }: GroupBenchOptions & { readonly linkRequired?: boolean } = {},
): Promise<RoomTown> {
  const town = await createGroupBench(names, options);
  const [maker] = names as readonly [string];
  const created = await town.command(maker, { kind: "createRoom", name: "night watch", linkRequired });
  if (!created.ok || created.conversation === undefined) throw new Error("no room");
  const id = created.conversation;
  const { group } = town.conversation(maker, id);
  if (group === null) throw new Error("no group");
  const room = (name: string): RoomRecord => {
    const record = town.of(name).bench.engine.state.rooms.get(group);
    if (record === undefined) throw new Error(`${name} is in no room`);
    return record;
  };
  const invitation = (name: string): Invitation => {
    const told = room(name).invitation;
    if (told === null) throw new Error(`${name} was told no invitation`);
    return told;
  };
  const messages = (name: string): readonly StoredMessage[] =>
    town.of(name).bench.events.flatMap((event) => (event.type === "message" ? [event.message] : []));
  return {
    town,
    id,
    group,
    account: (name) => town.of(name).account,
    room,
    invitation,
    join(name, by, other = {}) {
      const { code, password, linkSecret } = { ...invitation(by), ...other };
      return town.command(name, { kind: "joinRoom", code, password, linkSecret });
    },
    async write(name, text) {
      await town.command(name, { kind: "sendText", conversation: id, text, replyTo: null });
    },
    texts: (name) => messages(name).flatMap(({ text, event }) => (event === null ? [text] : [])),
    lines: (name) => messages(name).flatMap(({ from, event }) => (event === null ? [] : [[from, event]])),
    agree: (...all) => new Set(town.epochs(all, id)).size === 1,
  };
}
