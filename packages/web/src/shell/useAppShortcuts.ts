/** What the app's shortcuts do. */
import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import type { Route } from "../app/route.ts";
import { goTo, routeNow, showsDetails } from "../app/route.ts";
import { neighbour, rowsOf } from "../contacts/rows.ts";
import type { DeviceView } from "../device/deviceView.ts";
import { keyOf, placeOf, routeOf } from "../device/place.ts";
import { NARROW } from "../ui/useMedia.ts";
import { outOf } from "./outOf.ts";
import { focusPane } from "./usePaneFocus.ts";
import { isField, useShortcuts } from "./useShortcuts.ts";

export interface AppShortcuts {
  readonly route: Route;
  readonly view: DeviceView;
  readonly panes: RefObject<HTMLElement | null>;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly openHelp: () => void;
}

export function useAppShortcuts({ route, view, panes, searchField, openHelp }: AppShortcuts): void {
  const finding = useRef(false);

  useShortcuts((shortcut) => {
    switch (shortcut) {
      case "find":
        return find();
      case "previous":
        return step(-1);
      case "next":
        return step(1);
      case "settings":
        return goTo({ page: "settings" });
      case "help":
        return openHelp();
      case "leave":
        return leave();
    }
  });

  // The field is on the screen only once the list is.
  useEffect(() => {
    if (!finding.current || route.page !== "list") return;
    finding.current = false;
    searchField.current?.focus();
  }, [route, searchField]);

  // Keys may come faster than what they do is drawn.
  function find(): void {
    const now = routeNow();
    if (!isNarrow() || now.page === "list") return searchField.current?.select();
    finding.current = true;
    goTo({ page: "list" });
  }

  function step(steps: 1 | -1): void {
    const now = placeOf(routeNow(), view);
    const next = neighbour(rowsOf(view), now && keyOf(now), steps);
    if (next !== undefined) goTo(routeOf(next));
  }

  function leave(): void {
    const now = routeNow();
    const hasDetails = showsDetails(now);
    const narrow = isNarrow();
    if (isField(document.activeElement) && !hasDetails && !narrow) return focusPane(panes.current, "list");
    const out = outOf(now, { narrow });
    if (out !== undefined) goTo(out);
  }
}

function isNarrow(): boolean {
  return matchMedia(NARROW).matches;
}
