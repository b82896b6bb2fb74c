/** The signed-in app: the list beside one pane, or one of the two where there is no room for both. */
import type { ReactNode } from "react";
import { lazy, Suspense, useEffect } from "react";
import type { Contact, Sotto } from "sotto";
import { goTo, useRoute } from "../app/route.ts";
import type { Route } from "../app/route.ts";
import { AddContact } from "../contacts/AddContact.tsx";
import { ContactList } from "../contacts/ContactList.tsx";
import { Requests } from "../contacts/Requests.tsx";
import { ConversationPane } from "../conversation/ConversationPane.tsx";
import type { DeviceView } from "../device/deviceView.ts";
import { useDeviceView } from "../device/deviceView.ts";
import { useNotifications } from "../notifications/useNotifications.ts";
import { SettingsPane } from "../settings/SettingsPane.tsx";
import { useText } from "../text/text.ts";
import { Announcer } from "./Announcer.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import styles from "./Shell.module.css";
import { Warnings } from "./Warnings.tsx";

/** Opened rarely, and its dialogs weigh. */
const DetailsPane = lazy(async () => ({ default: (await import("../details/DetailsPane.tsx")).DetailsPane }));

export function Shell({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const route = useRoute();
  const view = useDeviceView(device);
  const contact = contactOf(route, view);
  useUnreadTitle(view);
  useNotifications(device);
  return (
    <div className={styles["app"]}>
      <ConnectionBanner connection={view.connection} onSignIn={() => void device.close()} />
      <Warnings device={device} />
      {route.page === "settings" ? (
        <SettingsPane device={device} section={route.section} />
      ) : (
        <div className={`${styles["panes"]} ${styles[paneOf(route)]}`}>
          <nav className={styles["list"]} aria-label="Conversations">
            <ContactList device={device} view={view} route={route} />
          </nav>
          <main className={styles["main"]}>
            <Pane route={route} device={device} view={view} contact={contact} />
          </main>
          {contact !== undefined && route.page === "conversation" && route.details && (
            <aside className={styles["details"]} aria-label={t("details.title")}>
              <Suspense>
                <DetailsPane key={contact.account} device={device} contact={contact} view={view} />
              </Suspense>
            </aside>
          )}
        </div>
      )}
      <Announcer device={device} />
    </div>
  );
}

/** The pane that shows where there is room for one. */
function paneOf(route: Route): "onList" | "onMain" | "onDetails" {
  if (route.page === "list") return "onList";
  return route.page === "conversation" && route.details ? "onDetails" : "onMain";
}

interface PaneProps {
  readonly route: Exclude<Route, { page: "settings" }>;
  readonly device: Sotto;
  readonly view: DeviceView;
  readonly contact: Contact | undefined;
}

/** Whom the address names. */
function contactOf(route: Route, { contacts }: DeviceView): Contact | undefined {
  return route.page === "conversation"
    ? contacts.find(({ userName }) => userName === route.userName)
    : undefined;
}

function Pane({ route, device, view, contact }: PaneProps): ReactNode {
  switch (route.page) {
    case "list":
      return <p className={styles["empty"]}>Choose a conversation, or add a contact.</p>;
    case "requests":
      return <Requests device={device} view={view} />;
    case "add":
      return (
        <AddContact
          device={device}
          onAdded={(userName) => goTo({ page: "conversation", userName, details: false })}
        />
      );
    case "conversation": {
      if (contact === undefined) return <p className={styles["empty"]}>There is no contact of this name.</p>;
      return (
        <ConversationPane
          key={contact.account}
          device={device}
          contact={contact}
          view={view}
          details={route.details}
        />
      );
    }
  }
}

/** The number of unread messages in the tab's title. */
function useUnreadTitle({ conversations }: DeviceView): void {
  const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  useEffect(() => {
    document.title = unread === 0 ? "Sotto" : `(${unread}) Sotto`;
    return () => {
      document.title = "Sotto";
    };
  }, [unread]);
}
