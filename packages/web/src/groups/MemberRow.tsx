/** One member: who, what they may do, and a menu of what one may do about them. */
import type { ReactNode } from "react";
import type { GroupMember, Role } from "sotto";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { Menu } from "../ui/Menu.tsx";
import type { MemberAct } from "./memberActs.ts";
import { memberActs } from "./memberActs.ts";
import styles from "./Members.module.css";

export interface MemberRowProps {
  readonly member: GroupMember;
  /** The own role. */
  readonly own: Role | undefined;
  readonly onAct: (act: MemberAct) => void;
}

export function MemberRow({ member, own, onAct }: MemberRowProps): ReactNode {
  const { account, userName, displayName, picture, mine, role, isContact, online } = member;
  const t = useText();
  const name = userName === "" ? t("shell.somebody") : userName;
  const acts = memberActs(own, member);
  const presence = online ? t("contacts.online") : undefined;
  const about = mine ? t("groups.thatIsYou") : isContact ? presence : t("groups.noContact");
  return (
    <div className={styles["member"]}>
      <Face name={name} account={account} online={online} picture={picture} />
      <div className={styles["words"]}>
        <p className={styles["name"]}>
          <PersonName userName={name} displayName={displayName} />
        </p>
        {about !== undefined && <p className={styles["about"]}>{about}</p>}
      </div>
      <span className={`${styles["role"]} ${role === "owner" ? styles["owner"] : ""}`}>
        {t(`groups.role.${role}`)}
      </span>
      {acts.length > 0 ? (
        <Menu
          label={t("groups.actsFor", { name })}
          items={acts.map((act) => ({
            key: act,
            label: t(`groups.act.${act}`),
            look: act === "remove" ? "danger" : "plain",
            onPress: () => onAct(act),
          }))}
        />
      ) : (
        <span className={styles["noMenu"]} />
      )}
    </div>
  );
}
