/** What the address says is open, beside the list. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import type { Route } from "../app/route.ts";
import { hrefOf } from "../app/route.ts";
import { AddContact } from "../contacts/AddContact.tsx";
import { Requests } from "../contacts/Requests.tsx";
import { ConversationPane } from "../conversation/ConversationPane.tsx";
import type { DeviceView } from "../device/deviceView.ts";
import type { Place } from "../device/place.ts";
import { keyOf } from "../device/place.ts";
import { JoinRoom } from "../rooms/JoinRoom.tsx";
import { useText } from "../text/text.ts";
import { Page } from "../ui/Page.tsx";
import { Welcome } from "./Welcome.tsx";

interface PaneProps {
  readonly route: Exclude<Route, { page: "settings" }>;
  readonly device: Sotto;
  readonly view: DeviceView;
  /** What the address names. */
  readonly place: Place | undefined;
}

export function Pane({ route, device, view, place }: PaneProps): ReactNode {
  switch (route.page) {
    case "list":
      return <Welcome device={device} view={view} />;
    case "requests":
      return <Requests device={device} view={view} />;
    case "add":
      return <AddContact key={route.userName} device={device} view={view} inviter={route.userName} />;
    case "room":
      return <JoinRoom key={route.code} device={device} code={route.code} secret={route.secret} />;
    case "conversation":
    case "group": {
      if (place === undefined)
        return route.page === "group" ? <NoGroup /> : <NoContact userName={route.userName} />;
      return (
        <ConversationPane
          key={keyOf(place)}
          device={device}
          place={place}
          view={view}
          details={route.details !== false}
        />
      );
    }
  }
}

/** An old address, or somebody else's. */
function NoContact({ userName }: { readonly userName: string }): ReactNode {
  const t = useText();
  return (
    <Page title={t("shell.noContact", { name: userName })}>
      <p>
        <a href={hrefOf({ page: "add", userName })}>{t("contacts.askThem", { name: userName })}</a>
      </p>
    </Page>
  );
}

function NoGroup(): ReactNode {
  const t = useText();
  return <Page title={t("groups.none")}>{null}</Page>;
}
