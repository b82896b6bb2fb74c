/** What one may want to know of a conversation and the person in it: how it is protected, which way it goes, and how to end it. */
import type { ReactNode } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo } from "../app/route.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { PersonName } from "../ui/PersonName.tsx";
import { Bio } from "./Bio.tsx";
import { ContactActs } from "./ContactActs.tsx";
import { DetailsFrame, DetailsSection } from "./DetailsFrame.tsx";
import styles from "./DetailsPane.module.css";
import { KeysFact } from "./KeysFact.tsx";
import { PathPart } from "./PathPart.tsx";
import { SafetyNumber } from "./SafetyNumber.tsx";
import { SealFacts } from "./SealFacts.tsx";

export interface DetailsPaneProps {
  readonly device: Sotto;
  readonly contact: Contact;
  readonly view: DeviceView;
  /** In place of the conversation, as a page of its own. */
  readonly alone: boolean;
  /** What of it one has come for. */
  readonly wanted: "path" | undefined;
}

export function DetailsPane({ device, contact, view, alone, wanted }: DetailsPaneProps): ReactNode {
  const { userName, displayName, picture, account, online } = contact;
  const t = useText();
  const conversation = view.conversations.find(({ id }) => id === contact.conversation);
  return (
    <DetailsFrame alone={alone} back={{ page: "conversation", userName, details: false }}>
      {(Part) => (
        <>
          <div className={styles["person"]}>
            <Face name={userName} account={account} size="huge" online={online} picture={picture} />
            <Part className={styles["name"]}>
              <PersonName userName={userName} displayName={displayName} />
            </Part>
            {online && <p className={styles["presence"]}>{t("conversation.online")}</p>}
            <Bio device={device} contact={contact} />
          </div>
          <DetailsSection>
            <Part>{t("details.protection")}</Part>
            <SafetyNumber key={`${account} ${contact.pinned}`} device={device} userName={userName} />
            {conversation?.state === "active" && (
              <KeysFact key={conversation.id} device={device} conversation={conversation} />
            )}
            <SealFacts />
          </DetailsSection>
          {conversation !== undefined && contact.state !== "blocked" && (
            <DetailsSection>
              <PathPart
                key={conversation.id}
                device={device}
                userName={userName}
                conversation={conversation}
                view={view}
                heading={Part}
                wanted={wanted === "path"}
                onReached={() => goTo({ page: "conversation", userName, details: true }, { replace: true })}
              />
            </DetailsSection>
          )}
          <DetailsSection>
            <Part>{t("details.contact")}</Part>
            <ContactActs device={device} contact={contact} />
          </DetailsSection>
        </>
      )}
    </DetailsFrame>
  );
}
