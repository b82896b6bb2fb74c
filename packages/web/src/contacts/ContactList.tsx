/** The list pane: requests that wait for an answer, then conversations, the latest first. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import type { Route } from "../app/route.ts";
import { hrefOf } from "../app/route.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { Brand } from "../ui/Brand.tsx";
import { Face } from "../ui/Face.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import styles from "./ContactList.module.css";
import { ContactRow } from "./ContactRow.tsx";
import { RequestsRow } from "./RequestsRow.tsx";
import { rowsOf } from "./rows.ts";

export interface ContactListProps {
  readonly device: Sotto;
  readonly view: DeviceView;
  readonly route: Route;
}

export function ContactList({ device, view, route }: ContactListProps): ReactNode {
  const incoming = view.contacts.filter(({ state }) => state === "incoming");
  const rows = rowsOf(view);
  const nowMs = Date.now();
  return (
    <>
      <header className={styles["bar"]}>
        <Brand />
        <span className={styles["gap"]} />
        <IconLink icon="addPerson" label="Add a contact" href={hrefOf({ page: "add" })} />
        <a
          className={styles["own"]}
          href={hrefOf({ page: "settings" })}
          aria-label="Your account"
          title={device.userName}
        >
          <Face name={device.userName} account={device.account} size="small" />
        </a>
      </header>
      <ul className={styles["rows"]}>
        {incoming.length > 0 && (
          <li>
            <RequestsRow incoming={incoming} current={route.page === "requests"} />
          </li>
        )}
        {rows.map((row) => (
          <li key={row.contact.account}>
            <ContactRow
              row={row}
              nowMs={nowMs}
              current={route.page === "conversation" && route.userName === row.contact.userName}
            />
          </li>
        ))}
      </ul>
      {rows.length === 0 && incoming.length === 0 && (
        <p className={styles["empty"]}>
          Nobody here yet. <a href={hrefOf({ page: "add" })}>Add a contact</a> by their user name, or give
          them yours: {device.userName}.
        </p>
      )}
    </>
  );
}
