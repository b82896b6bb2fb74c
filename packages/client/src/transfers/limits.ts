/** Bounds and pauses of transfers, each with its reason. */

/** Bytes of a file that is sent: 8 GiB, 8,192 leaves. */
export const MAX_SENT_FILE_BYTES: number = 8 * 1024 ** 3;

/**
 * Leaves that a receiver has asked a link for and not written (FIL-12). Four keep a fast network busy while one is written. It grows while nothing comes
 * although leaves are asked for (a long way), and falls while several whole ones wait for the disk: those are sent again when it is killed.
 */
export const FIRST_WINDOW = 4;
export const MIN_WINDOW = 2;
export const MAX_WINDOW = 16;

/** Files that a receiver asks one link for at a time: so many leaves can be in memory half. */
export const MAX_ASKING = 4;
/** Files that take turns on one link; of each the leaf that goes out and the next one are in memory. */
export const MAX_SENDING = 3;
/** Leaves that are read for one link at a time, however often the other side asks anew. */
export const MAX_READING: number = 2 * MAX_SENDING;
/** Parcels' room that is kept for the next ones: 1 MiB each. */
export const MAX_SPARE = 4;

/** Bytes that wait in the channel of a link: enough for some 10 ms of a fast network. */
export const HIGH_WATER_BYTES: number = 1024 * 1024;
/** More waits only where someone sends frames that are answered and reads nothing: the link ends. */
export const FLOOD_BYTES: number = 2 * HIGH_WATER_BYTES;

/** Parcels under way to the relay, and from it, of all transfers together. */
export const MAX_PUTS = 3;
export const MAX_GETS = 3;

/** So long without a link, and what the other side is not known to have goes to the relay (FIL-16). */
export const NO_LINK_MS = 3000;
/** So long without a request on an open link, and it does as well. */
export const UNASKED_MS = 60_000;
/** What was asked for is asked for again when nothing of it has come for so long. */
export const REASK_MS = 30_000;
/** What was said on a link that stays open so long has arrived. */
export const TOLD_MS = 5000;
/** How often a link is called for while something waits for one. */
export const ATTEND_MS = 60_000;

/** Pauses between questions to the relay whether there is more, longer ones after an hour without any; and between tries that failed. */
export const POLL_MS = { first: 1000, last: 30_000, late: { from: 160, last: 600_000 } } as const;
export const RETRY_MS = { first: 1000, last: 60_000 } as const;
/** The same of a sender that has sent all to the relay, and of a receiver whose file is gone from there. */
export const IDLE_POLL_MS = { first: 1000, last: 600_000 } as const;
/** How often a file is brought to the relay again that has lost it before its time; then the user says. */
export const MAX_LOSSES = 3;
/** So long after the relay was found to have it no more, the other side's receipt may still be on its way. */
export const RECEIPT_MS = 30_000;
/** How slow this device's clock may be beside the server's: what is gone from the relay so shortly before its end has not been fetched. */
export const SLOW_CLOCK_MS = 3_600_000;
/** Between tries at a relay that has no room. */
export const FULL_RETRY_MS = { first: 30_000, last: 900_000 } as const;
