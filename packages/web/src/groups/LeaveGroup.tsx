/** The way out of a group. Its owner is first asked who is to have it, while others are in it. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Conversation, Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Choices } from "../ui/Choices.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import styles from "./Members.module.css";

export interface LeaveGroupProps {
  readonly device: Sotto;
  readonly group: Conversation;
}

export function LeaveGroup({ device, group: { id, name, roster, role } }: LeaveGroupProps): ReactNode {
  const t = useText();
  const [asked, setAsked] = useState<"heir" | "leave">();
  const [heir, setHeir] = useState<string | null>(null);
  /** The group has been handed over to be left; that takes until the server has passed it on. */
  const [leaving, setLeaving] = useState(false);
  const others = roster.filter(({ mine, userName }) => !mine && userName !== "");
  const isOwner = role === "owner";

  useEffect(() => {
    if (!leaving || isOwner) return;
    setLeaving(false);
    setAsked("leave");
  }, [leaving, isOwner]);

  function ask(): void {
    setHeir(null);
    setAsked(isOwner && others.length > 0 ? "heir" : "leave");
  }

  return (
    <>
      <Button look="danger" onPress={ask}>
        {t("groups.leave")}
      </Button>
      <p className={styles["about"]} role="status">
        {leaving && t("groups.leaving", { name: heir ?? "" })}
      </p>
      <ConfirmDialog
        title={t("groups.heirTitle")}
        open={asked === "heir"}
        onClose={() => setAsked((now) => (now === "heir" ? undefined : now))}
        confirm={t("groups.act.handOver")}
        look="danger"
        incomplete={heir === null}
        fields={
          <Choices
            legend={t("groups.heirTitle")}
            look="plain"
            options={others.map(({ userName }) => ({ value: userName, label: userName }))}
            chosen={heir}
            onChoose={setHeir}
          />
        }
        onConfirm={async () => {
          if (heir === null) return;
          await device.groups.setRole(id, heir, "owner");
          setLeaving(true);
        }}
      >
        <p>{t("groups.heirText")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={t("groups.leaveTitle", { name })}
        open={asked === "leave"}
        onClose={() => setAsked(undefined)}
        confirm={t("groups.leave")}
        look="danger"
        onConfirm={() => device.groups.leave(id)}
      >
        <p>{t("groups.leaveText")}</p>
      </ConfirmDialog>
    </>
  );
}
