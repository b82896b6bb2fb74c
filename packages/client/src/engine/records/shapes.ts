import { bytesOf, bytesUpTo, textUpTo } from "@sotto/protocol";

/** Begins every record, a CBOR tuple, so that a later version can tell its predecessor's. */
export const FORMAT = 1;
/** Messages that offer files. A text is written as it always was. */
export const FORMAT_WITH_FILES = 2;
/** Lines of a history that tell of a group. */
export const FORMAT_OF_EVENTS = 3;
/** Of conversations: with what is known of a group. */
export const FORMAT_WITH_GROUPS = 2;
export const id = bytesOf(16);
export const hash = bytesOf(32);
export const blob = bytesUpTo(Number.MAX_SAFE_INTEGER);
export const text = textUpTo(Number.MAX_SAFE_INTEGER);
