/** The signed-in app: list, conversation and details side by side, or as many of them as there is room for. */
import type { ReactNode } from "react";
import { Suspense, lazy, useCallback, useEffect, useRef, useState } from "react";
import type { Sotto } from "sotto";
import { hrefOf, showsDetails, useRoute, withoutDetails } from "../app/route.ts";
import { ContactList } from "../contacts/ContactList.tsx";
import type { DeviceView } from "../device/deviceView.ts";
import { useDeviceView } from "../device/deviceView.ts";
import { ProfilePictures } from "../device/pictures.tsx";
import { hasDetails, keyOf, placeOf } from "../device/place.ts";
import { useNotifications } from "../notifications/useNotifications.ts";
import { SettingsPane } from "../settings/SettingsPane.tsx";
import { useText } from "../text/text.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { Hidden } from "../ui/Hidden.tsx";
import { NARROW, WIDE, useMedia } from "../ui/useMedia.ts";
import { Announcer } from "./Announcer.tsx";
import { OpenHelp } from "./help.ts";
import { Notices } from "./Notices.tsx";
import { Pane } from "./Pane.tsx";
import { PartFailed } from "./PartFailed.tsx";
import styles from "./Shell.module.css";
import { useAppShortcuts } from "./useAppShortcuts.ts";
import type { PaneName } from "./usePaneFocus.ts";
import { focusPane, paneOf, usePaneFocus } from "./usePaneFocus.ts";

/** Opened rarely, and their dialogs weigh. */
const DetailsPane = lazy(async () => ({ default: (await import("../details/DetailsPane.tsx")).DetailsPane }));
const GroupDetails = lazy(async () => ({
  default: (await import("../groups/GroupDetails.tsx")).GroupDetails,
}));
const HelpSheet = lazy(async () => ({ default: (await import("./HelpSheet.tsx")).HelpSheet }));

export function Shell({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const asked = useRoute();
  const view = useDeviceView(device);
  const place = placeOf(asked, view);
  const route = place === undefined || hasDetails(place) ? asked : withoutDetails(asked);
  const panes = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [helping, setHelping] = useState(false);
  const openHelp = useCallback(() => setHelping(true), []);
  useUnreadTitle(view);
  useNotifications(device);
  usePaneFocus(panes, route);
  useAppShortcuts({ route, view, panes, searchField, openHelp });
  const shown = paneOf(route);
  const moved = useMoved(shown);
  // Alone on the screen, the list is what the page is about, and so are details in place of their conversation.
  const narrow = useMedia(NARROW);
  const wide = useMedia(WIDE);
  return (
    <OpenHelp value={openHelp}>
      <ProfilePictures device={device}>
        <div className={styles["app"]}>
          <button
            type="button"
            className={styles["skip"]}
            onClick={() => focusPane(panes.current, shown === "list" ? "main" : shown)}
          >
            {t("shell.skip")}
          </button>
          <Notices device={device} connection={view.connection} />
          <div className={styles["body"]} ref={panes}>
            {route.page === "settings" ? (
              <Boundary fallback={<PartFailed />}>
                <SettingsPane device={device} section={route.section} />
              </Boundary>
            ) : (
              <div className={styles["panes"]} data-shown={shown} data-moved={moved}>
                <div
                  className={styles["list"]}
                  data-pane="list"
                  role={narrow ? "main" : undefined}
                  tabIndex={-1}
                >
                  {narrow && (
                    <h1>
                      <Hidden>{t("shell.conversations")}</Hidden>
                    </h1>
                  )}
                  <nav className={styles["nav"]} aria-label={t("shell.conversations")}>
                    <ContactList device={device} view={view} route={route} searchField={searchField} />
                  </nav>
                </div>
                <main className={styles["main"]} data-pane="main" tabIndex={-1}>
                  {/* The same while details come and go beside it. */}
                  <Boundary key={hrefOf(withoutDetails(route))} fallback={<PartFailed />}>
                    <Pane route={route} device={device} view={view} place={place} />
                  </Boundary>
                </main>
                {place !== undefined && showsDetails(route) && (
                  <div
                    className={styles["details"]}
                    data-pane="details"
                    role={wide ? "complementary" : "main"}
                    aria-label={t("details.title")}
                    tabIndex={-1}
                  >
                    <Boundary key={keyOf(place)} fallback={<PartFailed />}>
                      <Suspense>
                        {place.contact === undefined ? (
                          <GroupDetails
                            device={device}
                            group={place.conversation}
                            view={view}
                            alone={!wide}
                          />
                        ) : (
                          <DetailsPane
                            device={device}
                            contact={place.contact}
                            view={view}
                            alone={!wide}
                            wanted={
                              route.page === "conversation" && route.details === "path" ? "path" : undefined
                            }
                          />
                        )}
                      </Suspense>
                    </Boundary>
                  </div>
                )}
              </div>
            )}
          </div>
          <Announcer device={device} />
        </div>
        {helping && (
          <Boundary fallback={null}>
            <Suspense>
              <HelpSheet onClose={() => setHelping(false)} />
            </Suspense>
          </Boundary>
        )}
      </ProfilePictures>
    </OpenHelp>
  );
}

/** True once another pane has come up than the one that the page began with. */
function useMoved(shown: PaneName): boolean {
  const [began] = useState(shown);
  const [moved, setMoved] = useState(false);
  if (!moved && shown !== began) setMoved(true);
  return moved;
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
