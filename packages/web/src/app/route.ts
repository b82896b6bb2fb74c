/** Where in the app one is, as the fragment of the address: it never leaves the browser. */
import { useSyncExternalStore } from "react";

export const SETTINGS_SECTIONS = [
  "profile",
  "security",
  "paths",
  "notifications",
  "appearance",
  "language",
  "history",
] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

export type Route =
  | { readonly page: "list" }
  | { readonly page: "requests" }
  /** With a name from an invitation link, or without. */
  | { readonly page: "add"; readonly userName?: string }
  /** Without a section: their list. */
  | { readonly page: "settings"; readonly section?: SettingsSection }
  /** "path": with the details open at that part of them. */
  | { readonly page: "conversation"; readonly userName: string; readonly details: boolean | "path" }
  | { readonly page: "group"; readonly id: string; readonly details: boolean }
  /** With what an invitation link to a room holds, or without. */
  | { readonly page: "room"; readonly code?: string; readonly secret?: string };

/** The address of a route, for links. */
export function hrefOf(route: Route): string {
  return `#/${partsOf(route).map(encodeURIComponent).join("/")}`;
}

function partsOf(route: Route): readonly string[] {
  switch (route.page) {
    case "list":
      return [];
    case "requests":
      return ["requests"];
    case "add":
      return route.userName === undefined ? ["add"] : ["add", route.userName];
    case "settings":
      return route.section === undefined ? ["settings"] : ["settings", route.section];
    case "conversation":
      return [
        "with",
        route.userName,
        ...(route.details === false ? [] : ["details"]),
        ...(route.details === "path" ? ["path"] : []),
      ];
    case "group":
      return ["group", route.id, ...(route.details ? ["details"] : [])];
    case "room":
      return ["room", route.code, route.secret].filter((part) => part !== undefined);
  }
}

/** The route of a fragment; the list for one that is none. */
export function parseRoute(fragment: string): Route {
  const [page, first, second, third, ...others] = decoded(fragment);
  const isPath = page === "with" && second === "details" && third === "path";
  if (others.length > 0 || (third !== undefined && !isPath)) return { page: "list" };
  switch (page) {
    case "requests":
      return { page };
    case "add":
      return first === undefined ? { page } : { page, userName: first };
    case "settings": {
      const section = SETTINGS_SECTIONS.find((name) => name === first);
      return section === undefined ? { page } : { page, section };
    }
    case "with":
      return first === undefined
        ? { page: "list" }
        : { page: "conversation", userName: first, details: isPath ? "path" : second === "details" };
    case "group":
      return first === undefined ? { page: "list" } : { page, id: first, details: second === "details" };
    case "room":
      return {
        page,
        ...(first !== undefined && { code: first }),
        ...(second !== undefined && { secret: second }),
      };
    default:
      return { page: "list" };
  }
}

/** Whether the details of a conversation are open. */
export function showsDetails(route: Route): boolean {
  return (route.page === "conversation" || route.page === "group") && route.details !== false;
}

export function withoutDetails(route: Route): Route {
  return route.page === "conversation" || route.page === "group" ? { ...route, details: false } : route;
}

/** The parts of `#/a/b`, none for anything else. */
function decoded(fragment: string): readonly string[] {
  if (!fragment.startsWith("#/")) return [];
  try {
    return fragment
      .slice(2)
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** Where one is at this moment: the address changes before what is drawn. */
export function routeNow(): Route {
  return parseRoute(location.hash);
}

/** Goes there as if a link had been pressed; with `replace`, the way back does not lead here again. */
export function goTo(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) location.replace(hrefOf(route));
  else location.hash = hrefOf(route);
}

function subscribe(onChange: () => void): () => void {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}
