/** One step out of where one is: what Escape does when nothing lies on top and no field has the focus. */
import type { Route } from "../app/route.ts";

/** `undefined` at the outermost. With one pane only, the sections of the settings have a list of their own to go back to. */
export function outOf(route: Route, { narrow }: { readonly narrow: boolean }): Route | undefined {
  switch (route.page) {
    case "list":
      return undefined;
    case "conversation":
      return route.details !== false ? { ...route, details: false } : { page: "list" };
    case "group":
      return route.details ? { ...route, details: false } : { page: "list" };
    case "settings":
      return narrow && route.section !== undefined ? { page: "settings" } : { page: "list" };
    case "add":
    case "requests":
    case "room":
      return { page: "list" };
  }
}
