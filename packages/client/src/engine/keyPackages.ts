/** Keeping enough single-use key packages at the server, so that others can write to this device while it is away (KPK-1). */
import { KEY_PACKAGE_LOW_WATER, KEY_PACKAGE_TARGET } from "@sotto/protocol";
import type { Core, Step } from "./core.ts";
import { commit, mlsOrThrow, request } from "./core.ts";
import { Transaction } from "./transaction.ts";

/** Refills when the server has told that fewer than the low-water mark are left. */
export function enqueueRefill(core: Core, left: number): void {
  if (left >= KEY_PACKAGE_LOW_WATER) return;
  core.enqueue({ key: "refill", run: () => refill(core, KEY_PACKAGE_TARGET - left) });
}

/** Private halves are stored before the public ones can be handed out. */
function* refill(core: Core, count: number): Step<void> {
  const bundles = yield* mlsOrThrow({ op: "keyPackages", suite: core.state.identity.suite, count });
  const transaction = new Transaction();
  for (const { ref, publicBytes, privateBytes } of bundles)
    transaction.keyPackage(ref, { publicBytes, privateBytes, lastResort: false });
  yield* commit(core, transaction);
  yield* request({
    kind: "putKeyPackages",
    packages: bundles.map(({ publicBytes }) => publicBytes),
    lastResort: null,
  });
}
