/** Bundles the page and its worker into `dist`, which the server serves as it is. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { sealApp } from "./build/sealApp.ts";

export default defineConfig({
  plugins: [react(), sealApp()],
  // Dependencies ask Node for its crypto where the platform has none; browsers have one, and the branch is never taken.
  resolve: { alias: { crypto: "data:text/javascript,export {}" } },
  build: {
    // Every file on its own: the content security policy takes no `data:` addresses and no scripts or styles in the page.
    assetsInlineLimit: 0,
    // What the app needs anyway; for older ones each light-dark() would become two variables that no longer follow their element's scheme.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
