/** What one may want to know of a conversation and the person in it: how it is protected, which way it goes, and how to end it. */
import type { ReactNode } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo, hrefOf } from "../app/route.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { useText } from "../text/text.ts";
import { Face } from "../ui/Face.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import { ContactActs } from "./ContactActs.tsx";
import styles from "./DetailsPane.module.css";
import { Fact } from "./Fact.tsx";
import { KeysFact } from "./KeysFact.tsx";
import { PathPart } from "./PathPart.tsx";
import { SafetyNumber } from "./SafetyNumber.tsx";

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
  const { userName, account, online } = contact;
  const t = useText();
  const conversation = view.conversations.find(({ id }) => id === contact.conversation);
  const [Title, Part] = alone ? (["h1", "h2"] as const) : (["h2", "h3"] as const);
  const back = hrefOf({ page: "conversation", userName, details: false });
  return (
    <>
      <div className={styles["bar"]}>
        <span className={styles["back"]}>
          <IconLink icon="arrowBack" label={t("details.back")} href={back} />
        </span>
        <Title className={styles["title"]}>{t("details.title")}</Title>
        <span className={styles["close"]}>
          <IconLink icon="cross" label={t("conversation.hideDetails")} href={back} />
        </span>
      </div>
      <div className={styles["scroll"]} tabIndex={0} role="region" aria-label={t("details.title")}>
        <div className={styles["column"]}>
          <div className={styles["person"]}>
            <Face name={userName} account={account} size="huge" online={online} />
            <Part className={styles["name"]}>{userName}</Part>
            {online && <p className={styles["presence"]}>{t("conversation.online")}</p>}
          </div>
          <section className={styles["section"]}>
            <Part>{t("details.protection")}</Part>
            <SafetyNumber key={`${account} ${contact.pinned}`} device={device} userName={userName} />
            {conversation?.state === "active" && (
              <KeysFact key={conversation.id} device={device} conversation={conversation} />
            )}
            <Fact icon="shield" title={t("details.suite")} hint={t("details.suiteHint")} />
            <Fact icon="lock" title={t("details.onlyHere")} hint={t("details.onlyHereHint")} />
          </section>
          {conversation !== undefined && contact.state !== "blocked" && (
            <section className={styles["section"]}>
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
            </section>
          )}
          <section className={styles["section"]}>
            <Part>{t("details.contact")}</Part>
            <ContactActs device={device} contact={contact} />
          </section>
        </div>
      </div>
    </>
  );
}
