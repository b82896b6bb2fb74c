/**
 * The one error table. A code is stable text; `http` is the status of a request refused with it, `close` the WebSocket close code
 * when the whole connection ends with it, `retry` what a client does about it. docs/protocol/errors.md is printed from this table.
 */

/** never: the same request fails again · later: after a pause with back-off · resync: after catching up with the mailbox · login: after signing in. */
export type Retry = "never" | "later" | "resync" | "login";

export interface ErrorEntry {
  readonly meaning: string;
  readonly retry: Retry;
  readonly http: number;
  readonly close?: number;
}

export const ERRORS = {
  badRequest: { meaning: "The request does not have the documented form.", retry: "never", http: 400 },
  badFrame: { meaning: "A frame does not have the documented form.", retry: "never", http: 400, close: 4400 },
  unexpectedFrame: {
    meaning: "The frame is not allowed in this state.",
    retry: "never",
    http: 400,
    close: 4402,
  },
  badUserName: { meaning: "A user name has 3 to 32 of a-z 0-9 . _ -", retry: "never", http: 400 },
  wrongCredentials: { meaning: "User name or password is wrong.", retry: "never", http: 401 },
  unauthorised: {
    meaning: "The session has ended or never existed.",
    retry: "login",
    http: 401,
    close: 4401,
  },
  recentLoginNeeded: { meaning: "This needs a login of the last five minutes.", retry: "login", http: 403 },
  noDevice: {
    meaning: "The session belongs to no device of the account.",
    retry: "never",
    http: 403,
    close: 4403,
  },
  forbidden: { meaning: "The account may not do this.", retry: "never", http: 403 },
  foreignOrigin: { meaning: "The web page's origin is not allowed.", retry: "never", http: 403 },
  registrationClosed: { meaning: "This server takes no new accounts.", retry: "never", http: 403 },
  notFound: { meaning: "There is no such thing here.", retry: "never", http: 404 },
  userUnknown: { meaning: "There is no such user.", retry: "never", http: 404 },
  userNameTaken: { meaning: "The user name is taken.", retry: "never", http: 409 },
  conflict: { meaning: "Somebody else was first; read again and repeat.", retry: "resync", http: 409 },
  staleEpoch: {
    meaning: "The group has moved on; the current handshake index is given.",
    retry: "resync",
    http: 409,
  },
  notMember: { meaning: "The mailbox is not on the group's delivery list.", retry: "never", http: 403 },
  groupExists: { meaning: "The group id is in use.", retry: "never", http: 409 },
  notAccepted: { meaning: "The contact request has not been accepted yet.", retry: "later", http: 403 },
  tooManyRequests: { meaning: "Too many unanswered contact requests.", retry: "later", http: 429 },
  noKeyPackage: { meaning: "The account has no device that can be reached.", retry: "later", http: 404 },
  tooLarge: { meaning: "Larger than the limit.", retry: "never", http: 413, close: 1009 },
  mailboxFull: { meaning: "A recipient's mailbox is full.", retry: "later", http: 507 },
  quotaExceeded: {
    meaning: "The account has as much at this server as it may have.",
    retry: "later",
    http: 507,
  },
  slowDown: { meaning: "Too many requests; wait.", retry: "later", http: 429, close: 4429 },
  earlierRefused: {
    meaning:
      "A post before this one in the group was refused; post again from that one with the resume flag.",
    retry: "resync",
    http: 409,
  },
  replaced: {
    meaning: "Another connection of the same device took over.",
    retry: "never",
    http: 409,
    close: 4409,
  },
  versionUnsupported: {
    meaning: "Client and server have no protocol version in common.",
    retry: "never",
    http: 426,
    close: 4426,
  },
  timeout: { meaning: "The peer was silent for too long.", retry: "later", http: 408, close: 4408 },
  unavailable: { meaning: "The server cannot do this now.", retry: "later", http: 503, close: 1012 },
  internal: { meaning: "The server failed; nothing was stored.", retry: "later", http: 500, close: 1011 },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** True for a code of the table: text from the wire is checked before it is used as one. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

/** An expected refusal that travels as a value between engine, adapter and client. */
export interface Refusal {
  readonly code: ErrorCode;
  /** What is wrong with this request, for people; never a secret. At most 200 characters on the wire. */
  readonly detail?: string;
  /** staleEpoch: the current handshake index. */
  readonly index?: number;
}
