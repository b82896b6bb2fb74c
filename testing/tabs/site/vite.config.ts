/** The browser's home under a page without a view, with what the kills need to be seen spliced in, and with a planted fault if asked for. */
import type { Plugin } from "vite";
import { defineConfig } from "vite";
import web from "../../../packages/web/vite.config.ts";
import type { Splice } from "../splices.ts";
import { splicesFor } from "../splices.ts";

const splices = splicesFor(process.env["SOTTO_TABS_MUTANT"]);
const plugin = (): Plugin => ({
  name: "splices",
  enforce: "pre",
  transform: (code, id) =>
    spliced(
      code,
      splices.filter(({ file }) => id.endsWith(file)),
    ),
});

export default defineConfig({
  ...web,
  plugins: [plugin()],
  publicDir: false,
  worker: { format: "es", plugins: () => [plugin()] },
});

function spliced(code: string, wanted: readonly Splice[]): string | undefined {
  if (wanted.length === 0) return undefined;
  return wanted.reduce((text, { file, from, to }) => {
    if (!text.includes(from)) throw new Error(`${file} has changed: there is no ${from}`);
    return text.replace(from, to);
  }, code);
}
