/** Prints docs/CONFIGURATION.md from the table of keys: `node packages/server/src/config/print.ts > docs/CONFIGURATION.md`. */
import type { KeyName } from "./keys.ts";
import { KEY_NAMES, flagOf, keyOf, variableOf } from "./keys.ts";
import { DEFAULT_FILE, ENVIRONMENTS } from "./loadConfig.ts";

/** The document, in Markdown. */
export function configurationDocument(): string {
  return `# Configuration of the server

<!-- Printed from packages/server/src/config/keys.ts by packages/server/src/config/print.ts; a test compares the two. -->

The server runs without any configuration. What is set comes from these sources; a later one wins:

1. the defaults below;
2. \`${DEFAULT_FILE}\` in the working directory, or the file that \`--config FILE\` names: JSON with comments, in which
   \`tls.certFile\` is the key \`certFile\` of the object \`tls\`;
3. \`.env\` in the working directory, then \`.env.NAME\`, where NAME is the value of \`SOTTO_ENV\`, or else of \`NODE_ENV\`:
   ${ENVIRONMENTS.map((name) => `\`${name}\``).join(", ")};
4. environment variables;
5. flags.

A key that is not in this table or a value that is not allowed stops the start, wherever it stands: the message names
the key, the value, the place and what is allowed. Relative paths count from the working directory.

**Secrets are not configured**, but for the one that TURN servers share. The server makes its own at the first start, in files of \`dataDir\` that its owner alone can read (mode 600). It does not
start with one that others can read, of another size than it makes, or of bytes that no generator makes: samples, typed text, equal or counting bytes.
Nor does it start when something that looks like a secret stands in the configuration, and it does not show its value.
The key of \`tls.keyFile\`, too, is refused when others can read it.
The secret of TURN is chosen by the operator, because both sides must have it: \`openssl rand -hex 32\` prints one. It stands in the file that \`ice.turnSecretFile\` names, or in the
configuration file as \`ice.turnSecret\`, never in a variable or flag. A file that others can read, a secret of fewer than 32 characters, samples and typed text are refused. How to run
a TURN server: [OPERATIONS.md](OPERATIONS.md).

**https without certificates of one's own.** A server that others can reach, without \`tls.certFile\` and without \`trustedProxies\`, makes a certificate
authority in \`dataDir\` at its first start and, below it, a certificate for every address and name of the machine; it makes a new one when these change and before it ends
after 397 days. The authority lasts ten years and may vouch for nothing but private networks and what the machine was called when it was made: elsewhere delete
\`tls-authority.json\`, and everybody trusts the new one. Plain http from other machines gets a page that tells how to trust it, and the authority's certificate at \`/authority.crt\`.

**A backup** holds \`sotto.db\`, \`opaque-server-setup\` (without it nobody can sign in again) and \`tls-authority.json\` (without it everybody has to trust a
new authority). The last two of these are secrets: who has them can guess passwords, or pass for this server before those who trust its authority.
The folder \`blobs\` need not be in it: it holds files on their way, sealed, and who sends one brings again what the server has lost.

| key | variable | flag | default | allowed |
|---|---|---|---|---|
${KEY_NAMES.map(row).join("\n")}

${KEY_NAMES.map((name) => `- \`${name}\`: ${keyOf(name).meaning}`).join("\n")}

A limit per hour, or per day, is a bucket of that many tokens which fills evenly: the whole hour's worth may be used at once.

## Example

\`\`\`jsonc
// ${DEFAULT_FILE}
{
  "bindAddress": "127.0.0.1", // behind a reverse proxy on the same machine
  "publicUrl": "https://chat.example.org",
  "trustedProxies": ["127.0.0.1"],
  "registration": "closed",
  "quotas": { "mailboxEntries": 5000 },
  "ice": {
    "stunUrls": ["stun:turn.example.org:3478"],
    "turnUrls": ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349?transport=tcp"],
    "turnSecretFile": "/etc/sotto/turn-secret", // openssl rand -hex 32, for its owner alone
  },
}
\`\`\`
`;
}

function row(name: KeyName): string {
  const { kind, fallback } = keyOf(name);
  const text = [fallback].flat().join(", ");
  const shown = text === "" ? "(nothing)" : `\`${text}\``;
  const [variable, flag] = kind.isSecret
    ? ["none", "none"]
    : [`\`${variableOf(name)}\``, `\`--${flagOf(name)}\``];
  return `| \`${name}\` | ${variable} | ${flag} | ${shown} | ${kind.allowed} |`;
}

if (import.meta.main) process.stdout.write(configurationDocument());
