/** Contact requests: those that wait for one's own answer, and those that one has sent. */
import type { ReactNode } from "react";
import type { Contact, Sotto } from "sotto";
import type { DeviceView } from "../device/deviceView.ts";
import { Icon } from "../ui/Icon.tsx";
import { Page } from "../ui/Page.tsx";
import { RequestCard } from "./RequestCard.tsx";
import styles from "./Requests.module.css";

export function Requests({ device, view }: { readonly device: Sotto; readonly view: DeviceView }): ReactNode {
  const incoming = inState(view, "incoming");
  const outgoing = inState(view, "outgoing");
  return (
    <Page title="Requests">
      <p className={styles["lede"]}>
        They cannot see whether you are online or have read anything until you accept.
      </p>
      {incoming.length === 0 && <p>Nobody is waiting for your answer.</p>}
      <ul className={styles["cards"]}>
        {incoming.map((contact) => (
          <li key={contact.account}>
            <RequestCard device={device} contact={contact} text={firstText(view, contact)} />
          </li>
        ))}
      </ul>
      {outgoing.length > 0 && (
        <section aria-labelledby="outgoing">
          <h2 id="outgoing" className={styles["heading"]}>
            Waiting for an answer
          </h2>
          <ul className={styles["outgoing"]}>
            {outgoing.map((contact) => (
              <li key={contact.account}>
                <Icon name="clock" />
                {contact.userName}
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

function firstText({ conversations }: DeviceView, contact: Contact): string | undefined {
  return conversations.find(({ id }) => id === contact.conversation)?.lastMessage?.text;
}
