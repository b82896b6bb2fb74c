/**
 * The one Trusted Types policy of the page, `sotto`: addresses of scripts, and only of this origin's. Browsers that do not know policies
 * take the address as it is.
 */

interface ScriptPolicy {
  createScriptURL(address: string): string;
}

/** What this file uses of Trusted Types; a trusted address stands for its text. */
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
const rules: ScriptPolicy = { createScriptURL: sameOrigin };
const policy = trustedTypes?.createPolicy("sotto", rules) ?? rules;

/** The address for `new Worker` and for the registration of a service worker. Throws `TypeError` for one of another origin. */
export function scriptUrl(address: string): string {
  return policy.createScriptURL(address);
}

function sameOrigin(address: string): string {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new TypeError("a script of another origin");
  return url.href;
}
