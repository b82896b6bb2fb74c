/** The list pane: requests that wait for an answer, then conversations, the latest first, and a field to find people. */
import type { ReactNode, RefObject } from "react";
import { useRef, useState } from "react";
import type { Sotto } from "sotto";
import type { Route } from "../app/route.ts";
import { goTo, hrefOf } from "../app/route.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { keyOf, placeOf, routeOf } from "../device/place.ts";
import { NewGroupButton } from "../groups/NewGroupButton.tsx";
import { useText } from "../text/text.ts";
import { isUserName } from "../text/userName.ts";
import { Brand } from "../ui/Brand.tsx";
import { useOwnProfile } from "../device/ownProfile.ts";
import { Face } from "../ui/Face.tsx";
import { IconLink } from "../ui/IconButton.tsx";
import { NARROW, useMedia } from "../ui/useMedia.ts";
import styles from "./ContactList.module.css";
import { Invitation } from "./Invitation.tsx";
import { REQUESTS_KEY, RowList } from "./RowList.tsx";
import { matching, rowsOf } from "./rows.ts";
import { SearchField } from "./SearchField.tsx";

export interface ContactListProps {
  readonly device: Sotto;
  readonly view: DeviceView;
  readonly route: Route;
  readonly searchField: RefObject<HTMLInputElement | null>;
}

export function ContactList({ device, view, route, searchField }: ContactListProps): ReactNode {
  const t = useText();
  const own = useOwnProfile(device);
  const narrow = useMedia(NARROW);
  const pane = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState("");
  const searching = query.trim() !== "";
  const all = rowsOf(view);
  const rows = matching(all, query);
  const incoming = view.contacts.filter(({ state }) => state === "incoming");
  const nobody = all.length === 0 && incoming.length === 0;

  function openFirst(): void {
    const first = rows[0];
    if (!searching || first === undefined) return;
    setQuery("");
    goTo(routeOf(first));
  }

  return (
    <div className={styles["pane"]} ref={pane}>
      <header className={styles["bar"]}>
        <Brand />
        <span className={styles["gap"]} />
        <NewGroupButton device={device} contacts={view.contacts} />
        <IconLink icon="addPerson" label={t("contacts.add")} href={hrefOf({ page: "add" })} />
        <a
          className={styles["own"]}
          href={hrefOf({ page: "settings" })}
          aria-label={t("contacts.own")}
          title={device.userName}
        >
          <Face name={device.userName} account={device.account} picture={own.picture} size="small" />
        </a>
      </header>
      {!nobody && (
        <SearchField
          fieldRef={searchField}
          query={query}
          found={rows.length}
          onChange={setQuery}
          onOpenFirst={openFirst}
          onGoToList={() => pane.current?.querySelector<HTMLElement>("li [tabindex='0']")?.focus()}
        />
      )}
      <RowList
        incoming={searching ? [] : incoming}
        rows={rows}
        people={view.people}
        current={currentOf(route, view)}
        searching={searching}
      />
      {searching && rows.length === 0 && <NobodyFound query={query.trim()} own={device.userName} />}
      {nobody && <p className={styles["empty"]}>{t("contacts.empty")}</p>}
      {nobody && narrow && (
        <div className={styles["invitation"]}>
          <Invitation server={device.server} userName={device.userName} />
        </div>
      )}
    </div>
  );
}

/** The key of the row that is open. */
function currentOf(route: Route, view: DeviceView): string | undefined {
  if (route.page === "requests") return REQUESTS_KEY;
  const place = placeOf(route, view);
  return place && keyOf(place);
}

/** A name that could be somebody's leads to asking them. */
function NobodyFound({ query, own }: { readonly query: string; readonly own: string }): ReactNode {
  const t = useText();
  const name = query.toLowerCase();
  return (
    <div className={styles["empty"]}>
      <p dir="auto">{t("contacts.nobodyCalled", { query })}</p>
      {isUserName(name) && name !== own && (
        <a href={hrefOf({ page: "add", userName: name })}>{t("contacts.askThem", { name })}</a>
      )}
    </div>
  );
}
