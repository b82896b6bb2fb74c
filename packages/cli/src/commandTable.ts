/** Every command. Help, parsing and documentation are made from this table; the code of one is loaded only when it runs. */
import type { Command } from "./command.ts";

const passwordStdin = { meaning: "read the password from the first line of standard input" };
const json = { meaning: "one JSON object per line" };
const server = {
  value: "URL",
  meaning: "address of the server; else serverAddress and serverPort of the configuration",
};

const fingerprint = {
  value: "HEX",
  meaning:
    "SHA-256 fingerprint of the server's own authority, which it shows when it starts; trusted from then on",
};

export const COMMANDS: readonly Command[] = [
  {
    name: "serve",
    usage: "[--config FILE] [--port N] [--bind ADDR] [--data DIR] [--json] [--qr]",
    summary: "Run a server. Every key of its configuration is a flag too.",
    flags: {},
    minArgs: 0,
    maxArgs: Infinity,
    raw: true,
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "register",
    usage: "NAME [--server URL] [--fingerprint HEX]",
    summary: "Make an account and sign in here.",
    flags: { server, fingerprint, "password-stdin": passwordStdin },
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/signIn.ts")).register,
  },
  {
    name: "login",
    usage: "NAME [--server URL] [--fingerprint HEX] [--move]",
    summary: "Sign in here.",
    flags: {
      server,
      fingerprint,
      "password-stdin": passwordStdin,
      move: { meaning: "take the place of the account's other device, which is signed out" },
    },
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/signIn.ts")).login,
  },
  {
    name: "logout",
    usage: "[--everywhere]",
    summary: "Sign out and remove the account's data from this device.",
    flags: { everywhere: { meaning: "end every session of the account" } },
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/account.ts")).logout,
  },
  {
    name: "chat",
    usage: "[@NAME|#CONVERSATION]",
    summary: "Write and read live. /help inside lists its commands.",
    flags: {},
    minArgs: 0,
    maxArgs: 1,
    load: async () => (await import("./chat/chat.ts")).chat,
  },
  {
    name: "send",
    usage: "@NAME [TEXT|-] [--file PATH]",
    summary: "Send one message; - or no text reads it from standard input. Or files, with a text or without.",
    flags: {
      file: {
        value: "PATH",
        meaning: "send this file, or all files of this folder, with TEXT if there is any",
      },
    },
    minArgs: 1,
    maxArgs: Infinity,
    load: async () => (await import("./commands/send.ts")).send,
  },
  {
    name: "files",
    usage: "@NAME|#CONVERSATION",
    summary: "List the latest files of a conversation and how far they are.",
    flags: {},
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/files.ts")).files,
  },
  {
    name: "save",
    usage: "@NAME|#CONVERSATION [ID] [--to PATH]",
    summary: "Fetch a file, or what was sent last, and write it to the disk.",
    flags: { to: { value: "PATH", meaning: "a folder, or a new name for one file; this folder by default" } },
    minArgs: 1,
    maxArgs: 2,
    load: async () => (await import("./commands/files.ts")).save,
  },
  {
    name: "tail",
    usage: "[--json]",
    summary: "Show everything that happens until Ctrl-C.",
    flags: { json },
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/tail.ts")).tail,
  },
  {
    name: "users",
    usage: "",
    summary: "List contacts, requests, and who is online.",
    flags: {},
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/users.ts")).users,
  },
  {
    name: "presence",
    usage: "[hide|show]",
    summary: "Hide from contacts that you are online, and from you that they are; or show it again.",
    flags: {},
    minArgs: 0,
    maxArgs: 1,
    load: async () => (await import("./commands/presence.ts")).presence,
  },
  {
    name: "path",
    usage: "[@NAME|#CONVERSATION] [auto|direct|turn|relay|default]",
    summary: "Show or choose which way messages go, with somebody or by default.",
    flags: {},
    minArgs: 0,
    maxArgs: 2,
    load: async () => (await import("./commands/path.ts")).path,
  },
  {
    name: "safety-number",
    usage: "@NAME",
    summary: "Print the number to compare with a contact.",
    flags: {},
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/safetyNumber.ts")).safetyNumber,
  },
  {
    name: "export",
    usage: "FILE [--encrypt]",
    summary: "Write the history of this device to an open archive.",
    flags: {
      encrypt: { meaning: "seal it under a passphrase, which is asked for" },
      "passphrase-stdin": { meaning: "seal it; read the passphrase from the first line of standard input" },
    },
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/history.ts")).exportHistory,
  },
  {
    name: "import",
    usage: "FILE",
    summary: "Take the messages of an archive of this account into the history.",
    flags: {
      "passphrase-stdin": { meaning: "read its passphrase from the first line of standard input" },
    },
    minArgs: 1,
    maxArgs: 1,
    load: async () => (await import("./commands/history.ts")).importHistory,
  },
  {
    name: "rpc",
    usage: "",
    summary: "JSON-RPC 2.0 on standard input and output, for scripts and bots.",
    flags: {},
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./rpc/rpc.ts")).rpc,
  },
  {
    name: "password",
    usage: "",
    summary: "Change the account's password.",
    flags: {
      "password-stdin": { meaning: "read the old and the new password from two lines of standard input" },
    },
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/account.ts")).changePassword,
  },
  {
    name: "delete-account",
    usage: "",
    summary: "Delete the account on the server and here.",
    flags: { "password-stdin": passwordStdin, yes: { meaning: "do not ask whether it is meant" } },
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/account.ts")).deleteAccount,
  },
  {
    name: "keygen",
    usage: "",
    summary: "Print a random 256-bit key as 64 hexadecimal digits.",
    flags: {},
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/keygen.ts")).keygen,
  },
  {
    name: "help",
    usage: "[COMMAND]",
    summary: "Explain the commands, or one of them.",
    flags: {},
    minArgs: 0,
    maxArgs: 1,
    load: async () => (await import("./commands/help.ts")).help,
  },
  {
    name: "version",
    usage: "",
    summary: "Print the version.",
    flags: {},
    minArgs: 0,
    maxArgs: 0,
    load: async () => (await import("./commands/version.ts")).version,
  },
];

export function commandNamed(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
