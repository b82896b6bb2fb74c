/** The page's entrance. */
import { openBrowserHome } from "sotto/browser";
import { mount } from "./app/mount.tsx";

await mount(openBrowserHome());
