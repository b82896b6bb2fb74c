/** What is to be made: a group of contacts, or a room into which one comes with a password. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Contact, Sotto } from "sotto";
import { hrefOf } from "../app/route.ts";
import { NewRoom } from "../rooms/NewRoom.tsx";
import { useText } from "../text/text.ts";
import { Choices } from "../ui/Choices.tsx";
import styles from "./Members.module.css";
import { NewGroup } from "./NewGroup.tsx";

export interface NewConversationProps {
  readonly device: Sotto;
  readonly contacts: readonly Contact[];
  readonly onClose: () => void;
}

export function NewConversation({ device, contacts, onClose }: NewConversationProps): ReactNode {
  const t = useText();
  // Who knows nobody yet can make a room alone.
  const [kind, setKind] = useState<"group" | "room">(() =>
    contacts.some(({ state }) => state === "accepted") ? "group" : "room",
  );
  return (
    <div className={styles["picker"]}>
      <Choices
        legend={t("rooms.kind")}
        look="plain"
        options={[
          { value: "group", label: t("rooms.asGroup"), hint: t("rooms.asGroupHint") },
          { value: "room", label: t("rooms.asRoom"), hint: t("rooms.asRoomHint") },
        ]}
        chosen={kind}
        onChoose={setKind}
      />
      {kind === "group" ? (
        <NewGroup device={device} contacts={contacts} onClose={onClose} />
      ) : (
        <NewRoom device={device} onClose={onClose} />
      )}
      <p className={styles["about"]}>
        <a href={hrefOf({ page: "room" })} onClick={onClose}>
          {t("rooms.joinInstead")}
        </a>
      </p>
    </div>
  );
}
