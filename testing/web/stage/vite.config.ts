/** The real app over a scripted device, built like the real app but without its service worker. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import web from "../../../packages/web/vite.config.ts";

export default defineConfig({ ...web, plugins: [react()], publicDir: "../../../packages/web/public" });
