/** The page's entrance. */
import { openBrowserHome } from "sotto/browser";
import { mount } from "./app/mount.tsx";
import { NO_UPDATES, pagePlatform, watchUpdates } from "./app/updates.ts";

const home = openBrowserHome();
// The device's worker answers: it is the largest file, and nothing is shown without it.
const platform = pagePlatform(home.exists());
// The development server's files change under way and have no hashes.
const updates = import.meta.env.PROD && platform !== undefined ? watchUpdates(platform) : NO_UPDATES;

await mount(home, updates);
