/** `sotto version`. */
import { readFileSync } from "node:fs";
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { print } from "../shell.ts";

export async function version({ shell }: Invocation): Promise<number> {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  print(shell, `sotto ${(JSON.parse(manifest) as { readonly version: string }).version}`);
  return EXIT.done;
}
