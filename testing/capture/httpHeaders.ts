/** The headers that may travel, each with the values that it may have: a header is no place for anything else. */

/** Of requests. Names in lower case. */
export const REQUEST_HEADERS: Readonly<Record<string, RegExp>> = {
  accept: /^\*\/\*$/,
  "accept-encoding": /^gzip, deflate(, br)?$/,
  "accept-language": /^\*$/,
  authorization: /^Bearer [A-Za-z0-9_-]{43}$/,
  "cache-control": /^no-cache$/,
  connection: /^(keep-alive|close|Upgrade)$/,
  "content-length": /^\d{1,8}$/,
  "content-type": /^application\/(json|octet-stream)$/,
  host: /^(localhost|127\.0\.0\.1):\d{1,5}$/,
  pragma: /^no-cache$/,
  "sec-fetch-mode": /^cors$/,
  "sec-websocket-key": /^[A-Za-z0-9+/]{22}==$/,
  "sec-websocket-version": /^13$/,
  upgrade: /^websocket$/,
  "user-agent": /^node$/,
};

/** The same on every answer: docs/protocol says of each what it forbids. */
const SAME_ORIGIN = /^same-origin$/;

/** Of answers. */
export const RESPONSE_HEADERS: Readonly<Record<string, RegExp>> = {
  "cache-control": /^no-store$/,
  connection: /^(keep-alive|close|Upgrade)$/,
  "content-length": /^\d{1,8}$/,
  "content-security-policy": /^default-src 'none'; [-a-z' :;]+$/,
  "content-type": /^application\/(json|octet-stream)$/,
  "cross-origin-embedder-policy": /^require-corp$/,
  "cross-origin-opener-policy": SAME_ORIGIN,
  "cross-origin-resource-policy": SAME_ORIGIN,
  date: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  "keep-alive": /^timeout=\d{1,3}$/,
  "permissions-policy": /^([a-z-]+=\(\)(, |$))+$/,
  "referrer-policy": /^no-referrer$/,
  "retry-after": /^60$/,
  "sec-websocket-accept": /^[A-Za-z0-9+/]{27}=$/,
  "transfer-encoding": /^chunked$/,
  upgrade: /^websocket$/,
  "www-authenticate": /^Bearer$/,
  "x-content-type-options": /^nosniff$/,
};
