/** The browser's home under a page without a view, and the peers beside it. */
import { defineConfig } from "vite";
import web from "../../../packages/web/vite.config.ts";

export default defineConfig({ ...web, plugins: [], publicDir: false });
