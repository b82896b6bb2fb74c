/** The sealed vault: compare-and-set on its version (ACC-18), so that two devices never overwrite each other. */
import type { AccountId } from "@sotto/protocol";
import type {
  Done,
  GetVaultRequest,
  PutVaultRequest,
  RequestValues,
  VaultParts,
} from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice, authoriseSession } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function getVault(tx: StoreTx, request: GetVaultRequest, context: RuleContext): Result<VaultParts> {
  const authorised = authoriseSession(tx, request.session, context);
  return authorised.ok ? accepted(tx.vault(authorised.value.account)) : authorised;
}

export function putVault(
  tx: StoreTx,
  request: PutVaultRequest,
  context: RuleContext,
): Result<RequestValues["putVault"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const replaced = replaceVault(tx, authorised.value.account, request.vault);
  return replaced.ok ? accepted({ version: request.vault.version }) : replaced;
}

/** Refused: conflict unless the version is the stored one's successor. */
export function replaceVault(tx: StoreTx, account: AccountId, vault: VaultParts): Result<Done> {
  if (vault.version !== tx.vault(account).version + 1)
    return refused("conflict", { detail: "the vault has changed" });
  tx.putVault(account, vault);
  return accepted({});
}
