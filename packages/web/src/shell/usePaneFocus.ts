/**
 * Where the focus goes when the address changes: to the heading of the pane that comes up, so that it is read out and Tab goes on from there;
 * in the list to the row that was open. It stays where it is if the pane has taken it itself, as a composer does.
 */
import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import type { Route } from "../app/route.ts";
import { hrefOf, showsDetails } from "../app/route.ts";

/** The panes by the `data-pane` of their elements. */
export type PaneName = "list" | "main" | "details";

/** The pane that an address is about, and the one that shows where there is room for one. */
export function paneOf(route: Route): PaneName {
  if (route.page === "list") return "list";
  return showsDetails(route) ? "details" : "main";
}

export function usePaneFocus(panes: RefObject<HTMLElement | null>, route: Route): void {
  const address = hrefOf(route);
  const before = useRef(address);
  const pane = paneOf(route);
  useEffect(() => {
    if (before.current === address) return;
    const onlyDetails = before.current.replace(DETAILS, "") === address.replace(DETAILS, "");
    before.current = address;
    // Details come and go beside a conversation that one may be writing in.
    if (onlyDetails && isOnScreen(document.activeElement)) return;
    if (paneNamed(panes.current, pane)?.contains(document.activeElement) !== true)
      focusPane(panes.current, pane);
  }, [panes, address, pane]);
}

/** The focus goes to the pane's heading, or in the list to its row. */
export function focusPane(panes: HTMLElement | null, name: PaneName): void {
  const pane = paneNamed(panes, name);
  const row = pane?.querySelector<HTMLElement>("li [tabindex='0'], li [aria-current]") ?? null;
  if (name === "list" && row !== null) row.focus();
  else ((pane && headingOf(pane)) ?? pane)?.focus({ preventScroll: true });
}

/** Where it is not on the screen, the one that is takes its part. */
function paneNamed(panes: HTMLElement | null, name: PaneName): HTMLElement | undefined {
  const all = [...(panes?.querySelectorAll<HTMLElement>("[data-pane]") ?? [])].filter(isOnScreen);
  return all.find(({ dataset }) => dataset["pane"] === name) ?? all[0];
}

const DETAILS = /\/details(?:\/path)?$/;

function headingOf(pane: HTMLElement): HTMLElement | null {
  const heading = pane.querySelector<HTMLElement>("h1, h2");
  if (heading !== null) heading.tabIndex = -1;
  return heading;
}

function isOnScreen(element: Element | null): boolean {
  return element !== null && element !== document.body && element.getClientRects().length > 0;
}
