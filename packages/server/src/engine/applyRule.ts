/** Which rule judges which request. */
import type { AnyResult, StoreRequest } from "../ports/requests.ts";
import { accepted } from "../ports/result.ts";
import type { StoreTx } from "../ports/store.ts";
import { deleteAccount } from "./accounts/deleteAccount.ts";
import { bindDevice } from "./accounts/bindDevice.ts";
import { putDeviceList } from "./accounts/putDeviceList.ts";
import { claimKeyPackages, putKeyPackages } from "./accounts/keyPackages.ts";
import { accountById, accountByName } from "./accounts/lookup.ts";
import { getProfile, putProfile } from "./accounts/profile.ts";
import { changePassword } from "./accounts/changePassword.ts";
import { register } from "./accounts/register.ts";
import { authenticate, loginRecord, logout, openSession } from "./accounts/sessions.ts";
import { getVault, putVault } from "./accounts/vault.ts";
import { blobDone, createBlob, findBlob, unknownBlobPlaces } from "./blobs/blobs.ts";
import type { RuleContext } from "./context.ts";
import { ack } from "./delivery/ack.ts";
import { groupInfo, putGroupInfo } from "./rooms/groupInfo.ts";
import { openRoom, putRoom, roomRecord } from "./rooms/passwords.ts";
import { createGroup } from "./delivery/createGroup.ts";
import { groupMailboxes } from "./delivery/groupMailboxes.ts";
import { handshake } from "./delivery/handshake.ts";
import { hello } from "./delivery/hello.ts";
import { leave } from "./delivery/leave.ts";
import { posts } from "./delivery/posts.ts";
import { body, readMailbox } from "./delivery/readMailbox.ts";
import { sweep } from "./sweep.ts";

export function applyRule(tx: StoreTx, request: StoreRequest, context: RuleContext): AnyResult {
  switch (request.type) {
    case "info":
      return accepted({ store: tx.storeId });
    case "authenticate":
      return authenticate(tx, request, context);
    case "register":
      return register(tx, request, context);
    case "loginRecord":
      return loginRecord(tx, request);
    case "openSession":
      return openSession(tx, request, context);
    case "bindDevice":
      return bindDevice(tx, request, context);
    case "logout":
      return logout(tx, request, context);
    case "changePassword":
      return changePassword(tx, request, context);
    case "deleteAccount":
      return deleteAccount(tx, request, context);
    case "putDeviceList":
      return putDeviceList(tx, request, context);
    case "accountByName":
      return accountByName(tx, request, context);
    case "accountById":
      return accountById(tx, request, context);
    case "putKeyPackages":
      return putKeyPackages(tx, request, context);
    case "claimKeyPackages":
      return claimKeyPackages(tx, request, context);
    case "getVault":
      return getVault(tx, request, context);
    case "putVault":
      return putVault(tx, request, context);
    case "putProfile":
      return putProfile(tx, request, context);
    case "getProfile":
      return getProfile(tx, request, context);
    case "body":
      return body(tx, request, context);
    case "groupMailboxes":
      return groupMailboxes(tx, request, context);
    case "roomRecord":
      return roomRecord(tx, request, context);
    case "openRoom":
      return openRoom(tx, request, context);
    case "putRoom":
      return putRoom(tx, request, context);
    case "groupInfo":
      return groupInfo(tx, request, context);
    case "putGroupInfo":
      return putGroupInfo(tx, request, context);
    case "createBlob":
      return createBlob(tx, request, context);
    case "findBlob":
      return findBlob(tx, request, context);
    case "blobDone":
      return blobDone(tx, request, context);
    case "unknownBlobPlaces":
      return unknownBlobPlaces(tx, request);
    case "sweep":
      return sweep(tx, context);
    case "hello":
      return hello(tx, request, context);
    case "posts":
      return posts(tx, request, context);
    case "handshake":
      return handshake(tx, request, context);
    case "createGroup":
      return createGroup(tx, request, context);
    case "leave":
      return leave(tx, request, context);
    case "ack":
      return ack(tx, request, context);
    case "readMailbox":
      return readMailbox(tx, request, context);
  }
}
