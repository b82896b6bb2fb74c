/** The page's entrance. */
import { openBrowserHome } from "sotto/browser";
import { mount } from "./app/mount.tsx";
import { NO_UPDATES, pagePlatform, watchUpdates } from "./app/updates.ts";

const platform = pagePlatform();
// The development server's files change under way and have no hashes.
const updates = import.meta.env.PROD && platform !== undefined ? watchUpdates(platform) : NO_UPDATES;

await mount(openBrowserHome(), updates);
