/** Where in the app one is, as the fragment of the address: it never leaves the browser. */
import { useSyncExternalStore } from "react";

export type Route =
  | { readonly page: "list" }
  | { readonly page: "requests" }
  | { readonly page: "add" }
  | { readonly page: "account" }
  | { readonly page: "conversation"; readonly userName: string };

const PLAIN_PAGES = ["requests", "add", "account"] as const;
const CONVERSATION = "#/with/";

/** The address of a route, for links. */
export function hrefOf(route: Route): string {
  if (route.page === "list") return "#/";
  return route.page === "conversation"
    ? CONVERSATION + encodeURIComponent(route.userName)
    : `#/${route.page}`;
}

/** The route of a fragment; the list for one that is none. */
export function parseRoute(fragment: string): Route {
  const page = PLAIN_PAGES.find((name) => fragment === `#/${name}`);
  if (page !== undefined) return { page };
  if (!fragment.startsWith(CONVERSATION)) return { page: "list" };
  try {
    return { page: "conversation", userName: decodeURIComponent(fragment.slice(CONVERSATION.length)) };
  } catch {
    return { page: "list" };
  }
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** Goes there as if a link had been pressed. */
export function goTo(route: Route): void {
  location.hash = hrefOf(route);
}

function subscribe(onChange: () => void): () => void {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}
