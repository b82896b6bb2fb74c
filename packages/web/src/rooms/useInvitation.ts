/** What lets others into a room now. */
import { useEffect, useState } from "react";
import type { Conversation, Invitation, Sotto } from "sotto";

/** `undefined` until it has been read; null: a new one is being made. */
export function useInvitation(device: Sotto, id: Conversation["id"]): Invitation | null | undefined {
  const [invitation, setInvitation] = useState<Invitation | null>();

  useEffect(() => {
    let current = true;
    const read = async (): Promise<void> => {
      const found = await device.rooms.invitation(id).catch(() => null);
      if (current) setInvitation(found);
    };
    void read();
    const stop = device.on((event) => {
      if (event.type === "conversation" && event.conversation === id) void read();
    });
    return () => {
      current = false;
      stop();
    };
  }, [device, id]);

  return invitation;
}
