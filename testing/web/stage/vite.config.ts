/** The real app over a scripted device, built like the real app. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  publicDir: "../../../packages/web/public",
  resolve: { alias: { crypto: "data:text/javascript,export {}" } },
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
