/** Commits with a fault, made by the stand-in engine of a malicious device. */
import type { MlsEngine } from "@sotto/crypto";
import type { CommitFault, StandInEngine } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";

/** A fault that a device's next commit in a group shall have. */
export interface PlantedCommit {
  readonly group: GroupId;
  readonly fault: CommitFault;
}

/** The engine of a device that may be made to commit wrongly; `take` gives the planted fault once. */
export function withPlantedCommits(
  mls: MlsEngine,
  take: (group: GroupId) => CommitFault | undefined,
): MlsEngine {
  if (!isStandIn(mls)) return mls;
  return {
    ...mls,
    async commit(group, intent, nowMs) {
      const fault = take(group.id);
      return fault === undefined
        ? mls.commit(group, intent, nowMs)
        : mls.commitWithFault(group, intent, nowMs, fault);
    },
  };
}

export function isStandIn(mls: MlsEngine | undefined): mls is StandInEngine {
  return mls !== undefined && "commitWithFault" in mls;
}
