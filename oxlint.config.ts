/**
 * The linter's rules: which package and folder may import which (the arrows), what pure folders may not touch,
 * and a set of checks for mistakes. `scripts/arrows.test.ts` plants a violation of each arrow and sees it refused.
 *
 * The last override that matches a file replaces the rule's options, so every entry states all of its patterns.
 */

import { defineConfig } from "oxlint";

type Pattern = { readonly regex: string; readonly message: string };

const NODE_BUILTINS = [
  "assert|async_hooks|buffer|child_process|cluster|constants|crypto|dgram|diagnostics_channel|dns|domain|events",
  "fs|http|http2|https|inspector|module|net|os|path|perf_hooks|process|punycode|querystring|readline|repl",
  "stream|string_decoder|sys|timers|tls|trace_events|tty|url|util|v8|vm|wasi|worker_threads|zlib",
].join("|");

/** For every file: packages meet by name only, and one dependency has a safe entry and an unsafe one. */
const ALWAYS: readonly Pattern[] = [
  {
    regex: "/(protocol|crypto|pictures|client|server|web|cli)/src(/|$)",
    message: "Import another package by its name, never by its path.",
  },
  {
    regex: "^cbor-x$",
    message:
      "Import cbor-x/index-no-eval: the default entry makes code from strings, which Trusted Types block.",
  },
];

const builtins: Pattern = {
  regex: `^(node:.*|(${NODE_BUILTINS})(/.*)?)$`,
  message: "This folder runs everywhere: Node's modules belong in an adapter.",
};
const adapters: Pattern = { regex: "(^|/)adapters(/|$)", message: "Arrow: adapters -> ports <- engine." };
const engine: Pattern = { regex: "(^|/)engine(/|$)", message: "Arrow: adapters -> ports <- engine." };
const otherPlatform = (regex: string): Pattern => ({
  regex,
  message: "One platform's adapter never imports another's.",
});

/** What each package may not import. The direction is fixed; see docs/decisions and CONTRIBUTING.md. */
const ARROWS = {
  protocol: [{ regex: "^(@sotto/|sotto(/|$))", message: "Arrow: protocol depends on no other package." }],
  crypto: [
    {
      regex: "^(@sotto/(pictures|client|server|web|cli|testing)|sotto)(/|$)",
      message: "Arrow: crypto -> protocol.",
    },
  ],
  pictures: [
    {
      regex: "^(@sotto/(crypto|client|server|web|cli|testing)|sotto)(/|$)",
      message: "Arrow: pictures -> protocol.",
    },
  ],
  client: [
    {
      regex: "^(@sotto/(server|web|cli|testing)|sotto)(/|$)",
      message: "Arrow: client -> crypto, pictures, protocol.",
    },
  ],
  server: [
    {
      regex: "^(@sotto/(crypto|pictures|client|web|cli|testing)|sotto)(/|$)",
      message: "Arrow: server -> protocol. The server cannot even import code that decrypts.",
    },
    { regex: "^(ts-mls|@hpke|@noble)(/|$)", message: "The server imports no code that decrypts." },
  ],
  web: [
    {
      regex: "^(@sotto/(crypto|server|cli|testing)|sotto/(node|testing)|ts-mls|@hpke|@noble)(/|$)",
      message: "Arrow: web -> client.",
    },
  ],
  cli: [
    {
      regex: "^(@sotto/(crypto|web|testing)|sotto/browser|ts-mls|@hpke|@noble)(/|$)",
      message: "Arrow: cli -> client.",
    },
  ],
} as const satisfies Record<string, readonly Pattern[]>;

const cliToServer: Pattern = {
  regex: "^@sotto/server(/|$)",
  message: "Only serve.ts and admin.ts import the server, and only dynamically.",
};

const TIME = "Time comes in as an argument.";
const RANDOM = "Randomness comes in through a port.";
const PLATFORM = "An effect of the platform: it belongs in an adapter.";

const PURE_GLOBALS: Readonly<Record<string, string>> = {
  [TIME]:
    "Date performance Intl Temporal setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate " +
    "queueMicrotask requestAnimationFrame",
  [RANDOM]: "crypto",
  [PLATFORM]:
    "console globalThis global window self process Buffer require document navigator fetch WebSocket indexedDB " +
    "localStorage sessionStorage",
};

const SUITES = ["**/*.test.ts", "**/*.contract.ts"];
/** Reads pictures from the disk, for tests. */
const PICTURE_FILES = "packages/pictures/src/testing/**";

/** An override that lets `files` import everything but `patterns`. */
function importsOf(files: string[], patterns: readonly Pattern[], excludeFiles: string[] = []) {
  return { files, excludeFiles, rules: { "no-restricted-imports": restrict(patterns) } };
}

function restrict(patterns: readonly Pattern[]): ["error", object] {
  return ["error", { patterns: [...patterns, ...ALWAYS] }];
}

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "promise"],
  categories: { correctness: "error", suspicious: "error" },
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  env: { builtin: true, es2024: true },
  ignorePatterns: ["**/dist/**", "coverage/**"],
  rules: {
    eqeqeq: ["error", "always", { null: "ignore" }],
    "no-eval": "error",
    "no-new-func": "error",
    "no-var": "error",
    "prefer-const": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "unicorn/prefer-node-protocol": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    "no-restricted-imports": restrict([]),
    // Style sheets, and what has to run before other modules.
    "import/no-unassigned-import": [
      "error",
      { allow: ["**/*.css", "**/strictParsing.ts", "reflect-metadata"] },
    ],
    // Taste, not mistakes: a short helper inside its function and a parameter named like a module's constant read well.
    "no-shadow": "off",
    "unicorn/consistent-function-scoping": "off",
    "import/no-named-as-default": "off",
    // For windows; ports and workers take no origin.
    "unicorn/require-post-message-target-origin": "off",
    // The compiler sees missing returns; branded ids are made by assertion, in one place each.
    "typescript/consistent-return": "off",
    "typescript/no-unsafe-type-assertion": "off",
    "typescript/no-unnecessary-type-parameters": "off",
  },
  overrides: [
    { files: ["**/*.config.ts"], rules: { "import/no-default-export": "off" } },
    ...Object.entries(ARROWS).map(([name, patterns]) => importsOf([`packages/${name}/**`], patterns)),
    importsOf(["packages/cli/**"], [...ARROWS.cli, cliToServer]),
    importsOf(["packages/cli/src/serve.ts", "packages/cli/src/admin.ts"], ARROWS.cli),
    {
      files: [
        "packages/{protocol,crypto,pictures}/src/**",
        "packages/{client,server}/src/{engine,ports}/**",
        "packages/client/src/transfers/**",
        "packages/client/src/adapters/memory/**",
      ],
      excludeFiles: [...SUITES, PICTURE_FILES],
      rules: {
        "no-console": "error",
        "no-restricted-globals": [
          "error",
          ...Object.entries(PURE_GLOBALS).flatMap(([message, names]) =>
            names.split(" ").map((name) => ({ name, message })),
          ),
        ],
        "no-restricted-properties": ["error", { object: "Math", property: "random", message: RANDOM }],
      },
    },
    importsOf(["packages/protocol/src/**"], [...ARROWS.protocol, builtins], SUITES),
    importsOf(["packages/crypto/src/**"], [...ARROWS.crypto, builtins], SUITES),
    importsOf(["packages/pictures/src/**"], [...ARROWS.pictures, builtins], [...SUITES, PICTURE_FILES]),
    ...(["client", "server"] as const).flatMap((name) => [
      importsOf([`packages/${name}/src/engine/**`], [...ARROWS[name], builtins, adapters], SUITES),
      importsOf([`packages/${name}/src/ports/**`], [...ARROWS[name], builtins, adapters, engine], SUITES),
      importsOf([`packages/${name}/src/adapters/**`], [...ARROWS[name], engine], SUITES),
    ]),
    importsOf(["packages/client/src/adapters/memory/**"], [...ARROWS.client, engine, builtins], SUITES),
    importsOf(
      ["packages/client/src/adapters/node/**"],
      [...ARROWS.client, engine, otherPlatform("/browser(/|$)")],
      SUITES,
    ),
    importsOf(
      ["packages/client/src/adapters/browser/**"],
      [...ARROWS.client, engine, builtins, otherPlatform("/node(/|$)|^ws$")],
      SUITES,
    ),
    importsOf(["packages/web/src/**"], [...ARROWS.web, builtins], SUITES),
  ],
});
