/** ACC-11: a session becomes a device's only with a signature of that device's leaf key over this very session. */
import { fromHex, LABELS, labelled } from "@sotto/protocol";
import type { BindDeviceRequest, Done } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseSession } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function bindDevice(tx: StoreTx, request: BindDeviceRequest, context: RuleContext): Result<Done> {
  const authorised = authoriseSession(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const session = authorised.value;
  const device = tx.device(request.device);
  if (device === undefined || device.account !== session.account) return refused("noDevice");
  if (session.device !== null && session.device !== device.device)
    return refused("conflict", { detail: "the session belongs to another device" });
  const tokenHash = fromHex(session.session);
  if (tokenHash === undefined) throw new Error("a session key is no hexadecimal text");
  const claim = labelled(LABELS.sessionDevice, tokenHash);
  if (!context.crypto.verifyEd25519(device.leafKey, claim, request.proof))
    return refused("forbidden", { detail: "the proof is wrong" });
  tx.updateSession({ ...session, device: device.device });
  return accepted({});
}
