/** Why Node could not reach a server, from the error of fetch, a request or a socket. */
import type { Unreachable } from "../../ports/server.ts";

/** Node and OpenSSL: the peer's certificate does not hold. Whatever Node has no code for is UNSPECIFIED, such as a name outside its authority's scope. */
const CERTIFICATE_CODES =
  /^(UNSPECIFIED$|CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/;
/** The peer speaks, but neither TLS nor HTTP as expected. */
const OTHER_PROTOCOL_CODES = /^(HTTPParserError$|HPE_|ERR_SSL_|EPROTO$|UND_ERR_NOT_SUPPORTED|WS_ERR_)/;
const TIMEOUT_CODES = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;

/** `offline` for whatever is not known to be something else. Looks through the chain of causes. */
export function classifyNetworkError(error: unknown): Unreachable {
  for (const code of marksOf(error)) {
    if (CERTIFICATE_CODES.test(code)) return "untrusted";
    if (OTHER_PROTOCOL_CODES.test(code)) return "wrongAddress";
    if (TIMEOUT_CODES.test(code)) return "timeout";
  }
  return "offline";
}

/** Codes, and names where undici gives no code. */
function marksOf(error: unknown): readonly string[] {
  const marks: string[] = [];
  // fetch wraps the socket's error, and trying several addresses wraps one error for each.
  for (let cause = error; cause instanceof Error && marks.length < 16; cause = cause.cause) {
    marks.push(cause.name);
    if ("code" in cause && typeof cause.code === "string") marks.push(cause.code);
    if (cause instanceof AggregateError) marks.push(...cause.errors.flatMap(marksOf));
  }
  return marks;
}
