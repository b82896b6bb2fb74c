/** Who is in a group, and what the own role lets one do about each of them. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Conversation, GroupMember, Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import { useText } from "../text/text.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { useAct } from "../ui/useAct.ts";
import type { MemberAct } from "./memberActs.ts";
import { MemberRow } from "./MemberRow.tsx";
import styles from "./Members.module.css";

export interface MembersProps {
  readonly device: Sotto;
  readonly group: Conversation;
}

/** These are asked about first. */
type Asked = Extract<MemberAct, "handOver" | "remove">;

export function Members({ device, group: { id, roster, role } }: MembersProps): ReactNode {
  const t = useText();
  const [asked, setAsked] = useState<Asked>();
  const [whom, setWhom] = useState<{ readonly act: Asked; readonly userName: string }>();
  const [change, { problem }] = useAct((userName: string, next: GroupMember["role"]) =>
    device.groups.setRole(id, userName, next),
  );

  function run(act: MemberAct, { userName }: GroupMember): void {
    switch (act) {
      case "write":
        return goTo({ page: "conversation", userName, details: false });
      case "ask":
        return goTo({ page: "add", userName });
      case "makeAdmin":
        return change(userName, "admin");
      case "makeMember":
        return change(userName, "member");
      case "handOver":
      case "remove":
        setWhom({ act, userName });
        setAsked(act);
    }
  }

  const name = whom?.userName ?? "";
  const kind = whom?.act ?? "remove";
  return (
    <>
      <ul className={styles["members"]}>
        {roster.map((member) => (
          <li key={member.account}>
            <MemberRow member={member} own={role} onAct={(act) => run(act, member)} />
          </li>
        ))}
      </ul>
      <ErrorLine sentence={problem} />
      <ConfirmDialog
        title={t(`groups.${kind}Title`, { name })}
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        confirm={t(`groups.act.${kind}`)}
        look="danger"
        onConfirm={() =>
          kind === "remove" ? device.groups.remove(id, [name]) : device.groups.setRole(id, name, "owner")
        }
      >
        <p>{t(`groups.${kind}Text`, { name })}</p>
      </ConfirmDialog>
    </>
  );
}
