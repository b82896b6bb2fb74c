/** Headers of every answer: the server sets them, and the web app's service worker sets the same on what it serves from its cache. */

/**
 * Only the server's own files run, and they fetch from nothing but the server. OPAQUE is WebAssembly, hence 'wasm-unsafe-eval'; the one
 * Trusted Types policy makes worker addresses. Peer connections have a directive of their own, `webrtc`: without it they are allowed, as
 * the direct path needs. The last line is what `default-src` does not stand in for: no other page may show this one in a frame, no
 * markup may move its addresses, and its forms are sent by scripts alone.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' blob:",
  "media-src blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types sotto",
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
].join("; ");

/** Everything that a page could ask for and this app does not use. */
const PERMISSIONS_POLICY = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": PERMISSIONS_POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
