/**
 * Known defects of ts-mls 1.6.4, and where each is met. Those with a {@link GuardId} can be switched off by a test of this folder, to see
 * what the guard prevents; nothing outside can.
 *
 * | no. | defect | met by |
 * |---|---|---|
 * | 1 | undeclared @noble/hashes, exactly pinned peers | package.json, checked by a test |
 * | 2 | joining rejects some valid trees, and is slow | own join and tree validation (join, treeValidation) |
 * | 3 | no path for Adds alone or GroupContextExtensions | own commit (tsMlsCommit), list check (tsMlsChecks) |
 * | 4 | processMessage drops pre-shared keys of private commits | own processing (tsMlsProcess) |
 * | 5 | external_pub is encoded wrongly | own group info (tsMlsGroupInfo) |
 * | 6 | lifetimes and credential succession unchecked | tsMlsKeyPackage, tsMlsChecks |
 * | 7 | joinGroupExternal takes no pre-shared key | own external commit (tsMlsExternal) |
 * | 8 | errors of any class for foreign bytes, several encodings of one value | tsMlsCodec |
 * | 9 | external commits hardly checked, ExternalInit by members | tsMlsChecks, tsMlsHouseRules |
 * | 10 | skipped generations keep the ratchet secret | own ratchets (ratchet) |
 * | 11 | validateSenderData's verdict is dropped | own opening (tsMlsMessage) |
 * | 12 | path secrets are not compared with the path's public keys | tsMlsProcessOwn, join |
 * | 13 | createCommit loses the advanced handshake ratchet | own commit (tsMlsCommit) |
 * | 14 | the live init secret is listed as consumed | own commit: nothing that a group value holds is wiped |
 * | 15 | authenticated data of messages is not returned | own opening (tsMlsMessage) |
 * | 16 | the commit secret of a path that ends below a blank root is derived once too often | own paths (updatePath) |
 */

/** Numbers of the table. */
export type GuardId = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;

/** True while the guard is in force. */
export type Guards = (id: GuardId) => boolean;

export const ALL_GUARDS: Guards = () => true;

/** For tests of this folder only. */
export function withoutGuards(...off: readonly GuardId[]): Guards {
  return (id) => !off.includes(id);
}
