/** Looking up the MLS group of a conversation. */
import type { MlsGroup } from "@sotto/crypto";
import type { GroupId } from "@sotto/protocol";
import type { Core, Step } from "./core.ts";
import { mlsOrThrow } from "./core.ts";

/** The group, read from its stored parts at first use. */
export function* loadGroup(core: Core, id: GroupId): Step<MlsGroup> {
  const loaded = core.state.groups.get(id);
  if (loaded !== undefined) return loaded;
  const group = yield* mlsOrThrow({
    op: "load",
    parts: core.state.groupParts.get(id) ?? new Map<string, Uint8Array>(),
  });
  core.state.groups.set(id, group);
  return group;
}
