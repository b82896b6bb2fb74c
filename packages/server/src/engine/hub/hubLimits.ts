/** Bounds of a connection, with their reasons. Printed in docs/LIMITS.md. */
import { HEARTBEAT_MS } from "@sotto/protocol";

/** A socket that says nothing costs memory: it has this long for its hello. */
export const HELLO_TIMEOUT_MS = 5000;
/** Two and a half heartbeats, so that one lost ping ends nothing. */
export const SILENCE_MS: number = 2.5 * HEARTBEAT_MS;
/** How late a deadline may be noticed. */
export const TICK_MS = 1000;
/** Entries pushed and not acknowledged: at a round trip of 250 ms this allows 1,000 entries per second. */
export const MAX_IN_FLIGHT_ENTRIES = 256;
/** … and their bytes: what one slow reader may hold in the server's memory. */
export const MAX_IN_FLIGHT_BYTES: number = 1024 * 1024;
/** Frames taken and not answered: more is a client that does not wait, and is closed with `slowDown`. */
export const MAX_UNANSWERED_FRAMES = 1024;
export const MAX_UNANSWERED_BYTES: number = 4 * 1024 * 1024;
/** Changes of mind about being seen within {@link PRESENCE_CHANGES_MS}: each may be told to every contact, so more is closed with `slowDown`. */
export const MAX_PRESENCE_CHANGES = 20;
export const PRESENCE_CHANGES_MS = 60_000;
/** Posts of one group that go to the store as one request. */
export const MAX_RUN = 64;
