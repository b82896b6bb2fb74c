/** What brings others into a room: link, code and password, and a new set of them. */
import type { ReactNode } from "react";
import { useId, useState } from "react";
import type { Conversation, Invitation, Sotto } from "sotto";
import { mayManage } from "../groups/memberActs.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { shownCode } from "./shownCode.ts";
import styles from "./Rooms.module.css";
import { useInvitation } from "./useInvitation.ts";

export interface RoomInvitationProps {
  readonly device: Sotto;
  readonly room: Conversation;
}

export function RoomInvitation({ device, room: { id, role } }: RoomInvitationProps): ReactNode {
  const t = useText();
  const [asked, setAsked] = useState(false);
  const invitation = useInvitation(device, id);
  return (
    <div className={styles["invitation"]}>
      <p className={styles["about"]} role="status">
        {invitation === null && t("rooms.noInvitation")}
      </p>
      {invitation && <Parts invitation={invitation} />}
      {mayManage(role) && invitation && (
        <div>
          <Button onPress={() => setAsked(true)}>{t("rooms.renew")}</Button>
          <ConfirmDialog
            title={t("rooms.renewTitle")}
            open={asked}
            onClose={() => setAsked(false)}
            confirm={t("rooms.renew")}
            onConfirm={async () => void (await device.rooms.renewInvitation(id))}
          >
            <p>{t("rooms.renewText")}</p>
          </ConfirmDialog>
        </div>
      )}
      <p className={styles["about"]}>{t("rooms.bound")}</p>
    </div>
  );
}

function Parts({ invitation }: { readonly invitation: Invitation }): ReactNode {
  const { link, code, password, linkRequired } = invitation;
  const t = useText();
  return (
    <>
      <p className={styles["about"]}>{t(linkRequired ? "rooms.withLink" : "rooms.withCode")}</p>
      <Part label={t("rooms.link")} value={link} copy={t("rooms.copyLink")} />
      {!linkRequired && <Part label={t("rooms.code")} value={shownCode(code)} copy={t("rooms.copyCode")} />}
      <Part label={t("rooms.password")} value={password} copy={t("rooms.copyPassword")} />
    </>
  );
}

interface PartProps {
  readonly label: string;
  readonly value: string;
  /** What the button does. */
  readonly copy: string;
}

function Part({ label, value, copy }: PartProps): ReactNode {
  const id = useId();
  return (
    <div className={styles["part"]} role="group" aria-labelledby={id}>
      <p id={id} className={styles["label"]}>
        {label}
      </p>
      <CopyButton text={value} label={copy} look="text" />
      <p className={styles["value"]} translate="no">
        {value}
      </p>
    </div>
  );
}
