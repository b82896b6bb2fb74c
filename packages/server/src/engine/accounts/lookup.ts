/** Finding an account by its exact name or id; for signed-in devices only. */
import type {
  AccountByIdRequest,
  AccountByNameRequest,
  AccountView,
  SessionKey,
} from "../../ports/requests.ts";
import type { AccountRecord } from "../../ports/records.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function accountByName(
  tx: StoreTx,
  request: AccountByNameRequest,
  context: RuleContext,
): Result<AccountView> {
  return view(tx, request.session, context, () => tx.accountByName(request.userName));
}

export function accountById(
  tx: StoreTx,
  request: AccountByIdRequest,
  context: RuleContext,
): Result<AccountView> {
  return view(tx, request.session, context, () => tx.accountById(request.account));
}

function view(
  tx: StoreTx,
  session: SessionKey,
  context: RuleContext,
  find: () => AccountRecord | undefined,
): Result<AccountView> {
  const authorised = authoriseDevice(tx, session, context);
  if (!authorised.ok) return authorised;
  const found = find();
  return found === undefined
    ? refused("userUnknown")
    : accepted({ account: found.account, deviceList: found.deviceList });
}
