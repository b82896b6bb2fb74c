/** What one may want to know of a group: who is in it and may do what, how it is protected, and the way out. */
import type { ReactNode } from "react";
import type { Conversation, Sotto } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { DetailsFrame, DetailsSection } from "../details/DetailsFrame.tsx";
import { Fact } from "../details/Fact.tsx";
import { KeysFact } from "../details/KeysFact.tsx";
import { SealFacts } from "../details/SealFacts.tsx";
import { RoomInvitation } from "../rooms/RoomInvitation.tsx";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { PathShape } from "../ui/PathGlyph.tsx";
import { AddMembers } from "./AddMembers.tsx";
import styles from "./GroupDetails.module.css";
import { GroupName } from "./GroupName.tsx";
import { LeaveGroup } from "./LeaveGroup.tsx";
import { mayManage } from "./memberActs.ts";
import { Members } from "./Members.tsx";

export interface GroupDetailsProps {
  readonly device: Sotto;
  readonly group: Conversation;
  readonly view: DeviceView;
  /** In place of the conversation, as a page of its own. */
  readonly alone: boolean;
}

export function GroupDetails({ device, group, view, alone }: GroupDetailsProps): ReactNode {
  const { id, name, roster, role, changing, state, kind, hasKey } = group;
  const t = useText();
  return (
    <DetailsFrame alone={alone} back={{ page: "group", id, details: false }}>
      {(Part) => (
        <>
          <div className={styles["group"]}>
            <Face name={name} account={id} size="huge" group />
            <GroupName device={device} group={group} heading={Part} />
          </div>
          <DetailsSection>
            <Part>{t("groups.memberCount", { count: roster.length })}</Part>
            <p className={styles["changing"]} role="status">
              {changing && t("groups.changing")}
            </p>
            <Members device={device} group={group} />
            {mayManage(role) && <AddMembers device={device} group={group} contacts={view.contacts} />}
          </DetailsSection>
          {kind === "room" && state === "active" && (
            <DetailsSection>
              <Part>{t("rooms.invitation")}</Part>
              <RoomInvitation device={device} room={group} />
            </DetailsSection>
          )}
          <DetailsSection>
            <Part>{t("groups.protectionTitle")}</Part>
            {state === "active" && <KeysFact device={device} conversation={group} />}
            <Fact glyph={<PathShape path="relay" />} title={t("path.now.relay")} hint={t("path.why.group")} />
            {hasKey && <Fact icon="key" title={t("groups.key.has")} hint={t("groups.key.hasHint")} />}
            <SealFacts />
          </DetailsSection>
          <DetailsSection>
            <Part>{t("groups.yours")}</Part>
            <LeaveGroup device={device} group={group} />
          </DetailsSection>
        </>
      )}
    </DetailsFrame>
  );
}
