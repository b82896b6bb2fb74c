/**
 * A long answer that outlives its exchange: what came before it broke off is kept, and the next exchange asks for the rest (RFC 9110 §14). Transports fill it as bytes come.
 */
export interface Arriving {
  readonly maxBytes: number;
  /** What has come lies at its beginning. */
  room: Uint8Array;
  sizeBytes: number;
}

/** What a transport needs of an answer's head to place its body. */
export interface AnswerHead {
  readonly status: number;
  readonly range: string | null | undefined;
  readonly lengthBytes: number;
}

export function createArriving(maxBytes: number): Arriving {
  return { maxBytes, room: new Uint8Array(0), sizeBytes: 0 };
}

/** The header that asks for what is missing; none while nothing is here. */
export function rangeOf(arriving: Arriving | undefined): Readonly<Record<string, string>> {
  return arriving === undefined || arriving.sizeBytes === 0 ? {} : { range: `bytes=${arriving.sizeBytes}-` };
}

/**
 * Whether the body goes into it: behind what is here (206), or from the beginning (200: this server does not begin in the middle). Any other answer's is none
 * of it.
 */
export function goesOn(arriving: Arriving, { status, range, lengthBytes }: AnswerHead): boolean {
  if (status === 200) arriving.sizeBytes = 0;
  else if (status !== 206 || range?.startsWith(`bytes ${arriving.sizeBytes}-`) !== true) return false;
  if (lengthBytes > 0) makeRoom(arriving, arriving.sizeBytes + lengthBytes);
  return true;
}

/** False, with nothing changed, if it is longer than it may be. */
export function append(arriving: Arriving, chunk: Uint8Array): boolean {
  const end = arriving.sizeBytes + chunk.length;
  if (end > arriving.maxBytes) return false;
  if (end > arriving.room.length) makeRoom(arriving, Math.max(end, 2 * arriving.room.length));
  arriving.room.set(chunk, arriving.sizeBytes);
  arriving.sizeBytes = end;
  return true;
}

export function arrived({ room, sizeBytes }: Arriving): Uint8Array {
  return room.subarray(0, sizeBytes);
}

function makeRoom(arriving: Arriving, sizeBytes: number): void {
  const room = new Uint8Array(Math.min(sizeBytes, arriving.maxBytes));
  if (room.length <= arriving.room.length) return;
  room.set(arrived(arriving));
  arriving.room = room;
}
