/** Contact requests: those that wait for one's own answer, and those that one has sent. */
import type { ReactNode } from "react";
import type { Contact, Sotto, StoredMessage } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { useText } from "../text/text.ts";
import { Page } from "../ui/Page.tsx";
import { OutgoingRequest } from "./OutgoingRequest.tsx";
import { RequestCard } from "./RequestCard.tsx";
import styles from "./Requests.module.css";

export function Requests({ device, view }: { readonly device: Sotto; readonly view: DeviceView }): ReactNode {
  const t = useText();
  const incoming = inState(view, "incoming");
  const outgoing = inState(view, "outgoing");
  return (
    <Page title={t("contacts.requests")}>
      {incoming.length === 0 ? (
        <p className={styles["lede"]}>{t("contacts.noRequests")}</p>
      ) : (
        <>
          <p className={styles["lede"]}>{t("contacts.requestsLede")}</p>
          <ul className={styles["cards"]}>
            {incoming.map((contact) => (
              <li key={contact.account}>
                <RequestCard device={device} contact={contact} text={messageOf(view, contact)?.text} />
              </li>
            ))}
          </ul>
        </>
      )}
      {outgoing.length > 0 && (
        <section aria-labelledby="outgoing">
          <h2 id="outgoing" className={styles["heading"]}>
            {t("contacts.outgoing")}
          </h2>
          <ul className={styles["outgoing"]}>
            {outgoing.map((contact) => (
              <li key={contact.account}>
                <OutgoingRequest
                  device={device}
                  userName={contact.userName}
                  askedAtMs={messageOf(view, contact)?.storedAtMs}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

function inState({ contacts }: DeviceView, wanted: Contact["state"]): readonly Contact[] {
  return contacts.filter(({ state }) => state === wanted);
}

/** What came, or went, with the request. */
function messageOf({ conversations }: DeviceView, contact: Contact): StoredMessage | undefined {
  return conversations.find(({ id }) => id === contact.conversation)?.lastMessage;
}
