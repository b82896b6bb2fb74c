/** Which store of the server this device's cursor, acknowledgements and sent messages speak of. */
import type { Core } from "./core.ts";

/** Another one than the one it is connected to: until restored.ts has dealt with that, nothing is acknowledged or posted. */
export function isForeignStore({ live, state }: Pick<Core, "live" | "state">): boolean {
  return live.serverStore !== null && live.serverStore !== state.position.store;
}
