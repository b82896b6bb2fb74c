/** Whoever has copied what a device stores, and has recorded all that ever passed the server: tries everything on everything. */
import type { DeviceIdentity, KeyPackageBundle, MlsEngine, MlsGroup } from "@sotto/crypto";
import { toHex } from "@sotto/protocol";

/** What lay on the device's disk, its secrets unsealed. */
export interface Stolen {
  /** Of the group. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly packages: readonly KeyPackageBundle[];
  readonly device: DeviceIdentity;
}

/** What the server has seen, in its order. */
export interface Recording {
  readonly messages: readonly Uint8Array[];
  /** With the authenticated data that they show. */
  readonly handshakes: readonly { readonly bytes: Uint8Array; readonly authenticatedData: Uint8Array }[];
  readonly welcomes: readonly Uint8Array[];
}

/** The places of the messages that the thief can open: in each epoch that follows from what was stolen, each message by itself. */
export async function openable(
  mls: MlsEngine,
  stolen: Stolen,
  { messages, handshakes, welcomes }: Recording,
): Promise<ReadonlySet<number>> {
  const opened = new Set<number>();
  const known = new Set<string>();
  const queue = [await mls.load(stolen.parts), ...(await joined(mls, stolen, welcomes))];
  for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
    const epoch = toHex(mls.epochAuthenticator(group));
    if (known.has(epoch)) continue;
    known.add(epoch);
    for (const [place, message] of messages.entries()) {
      const { results } = await mls.decrypt(group, [message]);
      if (results[0]?.kind !== "failed") opened.add(place);
    }
    for (const { bytes, authenticatedData } of handshakes) {
      const outcome = await mls.process(group, bytes, { authenticatedData });
      if (outcome.kind === "applied") queue.push(outcome.group);
    }
  }
  return opened;
}

async function joined(
  mls: MlsEngine,
  { packages, device }: Stolen,
  welcomes: readonly Uint8Array[],
): Promise<readonly MlsGroup[]> {
  const groups: MlsGroup[] = [];
  for (const welcome of welcomes)
    for (const bundle of packages) {
      const joining = await mls.join(welcome, [bundle], device).catch(() => undefined);
      if (joining !== undefined) groups.push(joining.group);
    }
  return groups;
}
