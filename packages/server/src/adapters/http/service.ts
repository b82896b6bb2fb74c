/** What the endpoints of the HTTP interface work with, put together by the composed server. */
import type { StoreId } from "@sotto/protocol";
import type { BlobFiles } from "../../ports/blobFiles.ts";
import type { PrepareFrame } from "../../ports/frameGateway.ts";
import type { RateLimiter } from "../../ports/rateLimiter.ts";
import type { BlobPlace } from "../../ports/records.ts";
import type { RequestExecutor } from "../../ports/requestExecutor.ts";
import type { Result } from "../../ports/result.ts";
import type { OpaqueServer } from "../opaque/opaqueServer.ts";
import type { PendingLogin, PendingLogins, PendingRoomLogin } from "../opaque/pendingLogins.ts";
import type { IceServers } from "../turn/iceServers.ts";
import type { CallerOf } from "./access.ts";
import type { ParcelGate } from "./parcelGate.ts";
import type { InputOf, JsonRoute, OutputOf } from "./routeSchemas.ts";

/** Limits on what strangers can ask; keyed by user name or by address. */
export interface StrangerLimits {
  readonly loginsByAccount: RateLimiter;
  readonly loginsByAddress: RateLimiter;
  readonly registrationsByAddress: RateLimiter;
  /** By devices, of which a stranger may have many. */
  readonly roomGuessesByAddress: RateLimiter;
}

/** Rooms with a password (ROOM-10). */
export interface RoomService {
  readonly pendingLogins: PendingLogins<PendingRoomLogin>;
  /** Guesses at a code's password in an hour, in a day, by one account in a day … */
  readonly guessesInHour: RateLimiter;
  readonly guessesInDay: RateLimiter;
  readonly guessesByAccountInDay: RateLimiter;
  /** … and by an account at any code's. */
  readonly guessesByAccount: RateLimiter;
}

/** Files at the relay. */
export interface BlobService {
  readonly files: BlobFiles;
  /** A name that nothing has yet. */
  readonly newPlace: () => BlobPlace;
  readonly gate: ParcelGate;
  /** Files begun … */
  readonly createdByDevice: RateLimiter;
  /** … and all other requests. */
  readonly requestsByDevice: RateLimiter;
  /** Bytes of the disk that files leave free. */
  readonly reserveBytes: number;
}

export interface Service {
  readonly executor: RequestExecutor;
  readonly store: StoreId;
  readonly registration: "open" | "closed";
  readonly opaque: OpaqueServer;
  readonly pendingLogins: PendingLogins<PendingLogin>;
  readonly limits: StrangerLimits;
  readonly iceServers: IceServers;
  /** Fetches of their credentials. */
  readonly iceByDevice: RateLimiter;
  readonly rooms: RoomService;
  readonly blobs: BlobService;
  readonly prepareFrame: PrepareFrame;
  /** Milliseconds that never go back; not the wall clock. */
  readonly nowMs: () => number;
}

/** One authorised request whose body has the documented form. */
export interface Call<R extends JsonRoute> {
  readonly input: InputOf<R>;
  /** Values of the `:names` in the path, unchecked. */
  readonly params: Readonly<Record<string, string>>;
  readonly caller: CallerOf<R>;
}

export type Endpoint<R extends JsonRoute> = (service: Service, call: Call<R>) => Promise<Result<OutputOf<R>>>;
/** Endpoints of some routes. */
export type EndpointsOf<R extends JsonRoute> = { readonly [Name in R]: Endpoint<Name> };
