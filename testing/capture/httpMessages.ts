/** HTTP/1.1 (RFC 9112) by field, as far as Sotto uses it: both directions of one connection, up to the upgrade to a WebSocket. */
import type { RouteName } from "@sotto/protocol";
import { concatBytes } from "@sotto/protocol";
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";
import { REQUEST_HEADERS, RESPONSE_HEADERS } from "./httpHeaders.ts";
import { bodiesOf, refusalBody, routeOf } from "./routes.ts";

type Parser = (reader: FieldReader) => void;
type Headers = ReadonlyMap<string, string>;

/** What the connection's other direction needs to know of its requests. */
export interface Requests {
  /** In the order in which they were made. */
  readonly routes: RouteName[];
}

const CR_LF = Buffer.from("\r\n");
const END_OF_HEAD = Buffer.from("\r\n\r\n");
const FRAMING = "http: chunk framing";

/**
 * Reads requests until the bytes end or the connection becomes a socket; the rest is then `socket`'s. What was cut off by a kill is counted
 * as such.
 */
export function readRequests(reader: FieldReader, requests: Requests, socket: Parser): void {
  while (reader.left > 0) {
    const head = headOf(reader);
    if (head === undefined) return;
    const [, method = "", path = ""] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(head.start) ?? [];
    const route = routeOf(method, path);
    if (route === undefined) throw new Undocumented(`no documented request: ${method} ${path}`);
    requests.routes.push(route);
    reader.take(`http: request line of ${route}`, head.start.length + CR_LF.length);
    const headers = readHeaders(reader, "request", REQUEST_HEADERS, head.lines);
    if (route === "socket") return socket(reader);
    if (!readBody(reader, headers, `request ${route}`, bodiesOf(route).request)) return;
  }
}

/** Reads the answers to the requests. */
export function readResponses(reader: FieldReader, { routes }: Requests, socket: Parser): void {
  for (const route of routes) {
    if (reader.left === 0) return;
    const head = headOf(reader);
    if (head === undefined) return;
    const status = Number(/^HTTP\/1\.1 (\d{3}) [A-Za-z ]+$/.exec(head.start)?.[1]);
    if (!(status >= 100)) throw new Undocumented("no status line");
    reader.take("http: status line", head.start.length + CR_LF.length);
    const headers = readHeaders(reader, "response", RESPONSE_HEADERS, head.lines);
    if (status === 101) return socket(reader);
    const body = status === 200 ? bodiesOf(route).response : refusalBody;
    if (!readBody(reader, headers, `response ${route}`, body)) return;
  }
  if (reader.left > 0) throw new Undocumented("an answer without a request");
}

/** Counts all that is left as the beginning of a message that a kill has cut off. */
export function countCutOff(reader: FieldReader): void {
  reader.take("beginning of a message that a kill cut off", reader.left);
}

interface Head {
  readonly start: string;
  readonly lines: readonly string[];
}

function headOf(reader: FieldReader): Head | undefined {
  const view = reader.view();
  const end = Buffer.from(view.buffer, view.byteOffset, view.length).indexOf(END_OF_HEAD);
  if (end < 0) {
    countCutOff(reader);
    return undefined;
  }
  const [start = "", ...lines] = Buffer.from(view.subarray(0, end)).toString("latin1").split("\r\n");
  return { start, lines };
}

function readHeaders(
  reader: FieldReader,
  of: "request" | "response",
  documented: Readonly<Record<string, RegExp>>,
  lines: readonly string[],
): Headers {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 2);
    const form = Object.hasOwn(documented, name) ? documented[name] : undefined;
    if (form?.test(value) !== true || headers.has(name))
      throw new Undocumented(`${of} header not documented: ${line}`);
    headers.set(name, value);
    reader.take(`http: ${of} header ${name}`, line.length + CR_LF.length);
  }
  reader.take("http: end of headers", CR_LF.length);
  return headers;
}

/** False when the body is cut off: nothing follows then. */
function readBody(reader: FieldReader, headers: Headers, place: string, parser: Parser | undefined): boolean {
  const parse: Parser = parser ?? (() => {});
  if (headers.get("transfer-encoding") === "chunked") {
    const chunks = chunksOf(reader.view());
    if (chunks !== undefined) reader.recoded(place, chunks.sizeBytes, FRAMING, () => chunks.body, parse);
    else countCutOff(reader);
    return chunks !== undefined;
  }
  const length = Number(headers.get("content-length") ?? 0);
  const complete = length <= reader.left;
  if (complete) reader.within(place, length, parse);
  else countCutOff(reader);
  return complete;
}

/** RFC 9112 §7.1 without extensions and trailers; `undefined` if it does not come to its end. */
function chunksOf(bytes: Uint8Array): { readonly body: Uint8Array; readonly sizeBytes: number } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Uint8Array[] = [];
  for (let offset = 0; ;) {
    const end = buffer.indexOf(CR_LF, offset);
    const size = end < 0 ? Number.NaN : Number.parseInt(buffer.toString("latin1", offset, end), 16);
    const start = end + CR_LF.length;
    offset = start + size + CR_LF.length;
    if (!(offset <= bytes.length)) return undefined;
    if (size === 0) return { body: concatBytes(...chunks), sizeBytes: offset };
    chunks.push(bytes.subarray(start, start + size));
  }
}
