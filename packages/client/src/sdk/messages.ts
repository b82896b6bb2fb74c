/** The words of every {@link SottoError}: what is wrong, and what to do. One table, so that both clients say the same. */
import type { SottoErrorCode } from "../api.ts";
import { SottoError } from "../api.ts";

/** Complete English sentences. The cases that need a name or a number get it appended in brackets. */
export const MESSAGES = {
  // Commands
  badUserName:
    "A user name has 3 to 32 characters: a-z, 0-9, dot, underscore and hyphen. Choose one like that.",
  userUnknown: "There is no user of this name on the server. Check the spelling.",
  self: "That is your own name. Name somebody else.",
  alreadyContact: "This user is among your contacts already. Write to them.",
  notContact: "This user is not among your contacts. Send a contact request first.",
  noRequest: "There is no contact request from this user. Ask them to send one.",
  blocked: "You have blocked this user. Remove the block before you write to them.",
  unknownConversation:
    "There is no such conversation on this device. List the conversations to see which there are.",
  conversationEnded: "This conversation has ended. Send a contact request to begin again.",
  emptyText: "The message is empty. Write something first.",
  textTooLong: "The message is too long. Shorten it or send it in parts.",
  noKeyPackage: "None of this user's devices can be reached now. Try again when they have been online.",
  tooManyRequests: "Too many of your contact requests are unanswered. Wait until some are, or withdraw one.",
  keysChanged: "This user's keys have changed. Compare safety numbers with them before you go on.",
  keysRefused:
    "What the server says about this user is not signed by them, so it was refused. Try again, and ask who runs the server if it goes on.",
  rolledBack:
    "This device's data is older than what the server has seen of it, so going on would lose messages. Sign in again.",
  storeFailed: "This device could not store the change. Make room on the disk and try again.",
  offline: "The server cannot be reached. Check your network and the address, and try again.",
  badName:
    "A group's name is 1 to 128 bytes long, on one line and without spaces around it. Choose one like that.",
  badKey:
    "This is no key: one has 64 digits of 0-9 and a-f, at random, and is no example. `sotto keygen` prints one, and the web app makes one.",
  wrongKey: "This is not the key of this conversation. Ask whoever gave it to you for the right one.",
  keyNotNeeded: "This conversation needs no key. Write in it as it is.",
  badProfile:
    "A display name has at most 64 characters and the words about you at most 500. Shorten what is too long.",
  badPicture:
    "A profile's picture is a JPEG or WebP file of at most 256 KB and 1024 pixels a side that does not move. Choose one like that.",
  filesInGroup: "Files cannot be sent in groups. Send them to one person.",
  notGroup: "This conversation is no group. Name a group.",
  notAllowed: "Your role in this group does not allow that. Ask its owner or an admin.",
  groupFull: "The group has no room for more devices: 256 is the most. Remove somebody first.",
  alreadyMember: "This user is in the group already. Name somebody else.",
  notMember: "This user is not in the group. List its members to see who is.",
  ownerLeaves: "The group is yours. Hand it over to another member before you leave.",
  notRoom: "This conversation is no room. Name a room.",
  wrongRoomPassword:
    "No room opens with this. Check code and password; the room may need its link too, or have a new invitation: ask somebody who is in it.",
  roomBusy: "Others came into the room at the same moment, again and again. Try again.",
  roomFull: "The room has no place for more devices: 256 is the most. Ask somebody in it to make room.",
  badRoomLink: "This is no link to a room on your server. Check that you have copied all of it.",
  refused: "The server refused the request. Try again later, and ask who runs it if it goes on.",
  // Connection
  wrongAddress: "Something answers at this address, but it is not a Sotto server. Check the address.",
  untrusted:
    "The server's certificate is not trusted. Check the address, and ask who runs the server for its certificate.",
  versionTooOld:
    "This program and the server have no protocol version in common. Update the older of the two.",
  timeout: "The server did not answer in time. Try again.",
  signedOut: "This device is signed out. Sign in again with your password.",
  replaced: "The same account was opened a second time and took over the connection. Close one of the two.",
  serverRestored: "The server has been restored from a backup. Wait while the missing part is sent again.",
  badFrame: "The server sent something that this program does not understand. Update the older of the two.",
  noDevice: "This device no longer belongs to the account. Sign in again to use the account here.",
  slowDown: "The server asks to slow down. Wait a minute and try again.",
  // Accounts
  wrongCredentials: "User name or password is wrong. Check both and try again.",
  userNameTaken: "This user name is taken. Choose another, or sign in if it is yours.",
  registrationClosed: "This server takes no new accounts. Ask who runs it for one.",
  weakPassword: "The password is too short. Use at least 8 characters; several words are best.",
  otherDevice:
    "The account is in use on another device. Sign in with the choice to move it here; the other device is then signed out.",
  accountExists: "Another account is signed in here. Log it out first, or use another place for this one.",
  // Archives
  archiveForeign: "This archive is of another account. Sign in with that account to import it.",
  archiveDamaged:
    "This file is no whole archive of this account, so nothing was taken from it. Use another copy, or export again.",
  archiveNewer: "This archive was made by a later version. Update this program.",
  archiveLocked:
    "This archive is sealed and does not open without its passphrase, or with this one. Give the passphrase it was exported with.",
  // Files
  fileTooLarge: "This file is larger than files may be here. Send it in parts.",
  fileChanged: "This file was changed while it was read, so it was not sent. Send it again.",
  fileUnreadable: "This file cannot be read. Check that it is still there and that you may read it.",
  fileMissing: "This file is not on this device. Get it first.",
  pictureUnreadable:
    "This picture's file is damaged, so what it tells about place and camera could not be removed. Send it as a file to send it as it is.",
  diskFull: "There is no room on the disk. Make room and try again.",
  cancelled: "This was cancelled, and nothing was sent. Send it again if it should go.",
  // Local store
  storeLocked: "Another program or window has this account open. Close it first.",
  storeDamaged:
    "The data on this device is damaged. Nothing was changed; restore it from a copy, or sign in again elsewhere.",
  storeNewer: "The data on this device was made by a later version. Update this program.",
  storeWrongKey:
    "The data on this device does not open with this passphrase or key file. Give the right one.",
  storeMissing: "No account is signed in here. Register or sign in first.",
  // Own
  sendFailed: "The message could not be sent. Send it again.",
  closed: "This client is closed. Open it again.",
  internal: "Something went wrong inside the program. Open it again, and report it if it happens again.",
} as const satisfies Readonly<Record<SottoErrorCode, string>>;

/** The error of a code. `detail` names the case (a number, a path, the server's words) and never holds a secret. */
export function sottoError(code: SottoErrorCode, detail?: string, cause?: unknown): SottoError {
  const message = detail === undefined ? MESSAGES[code] : `${MESSAGES[code]} (${detail})`;
  return new SottoError(code, message, cause === undefined ? undefined : { cause });
}
