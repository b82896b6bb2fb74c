/** Codes and passwords of rooms in memory. */
import type { RoomTable } from "../../ports/store.ts";
import type { Tables } from "./tables.ts";
import { existing } from "./tables.ts";

export function memoryRooms({ groups, rooms, roomCodes }: Tables): RoomTable {
  const roomByCode: RoomTable["roomByCode"] = (code) => rooms.values().find((record) => record.code === code);
  return {
    roomByCode,
    roomOf: (group) => rooms.get(group),
    putRoom(record) {
      existing(groups.get(record.group), "group");
      const holder = roomByCode(record.code);
      if (holder !== undefined && holder.group !== record.group)
        throw new Error("the code is another room's");
      rooms.set(record.group, record);
      roomCodes.set(record.code, true);
    },
    dropRoom: (group) => rooms.delete(group),
    isUsedRoomCode: (code) => roomCodes.get(code) !== undefined,
  };
}
