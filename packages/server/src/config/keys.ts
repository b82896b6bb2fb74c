/** The table of configuration keys. The type of the configuration, its reading and docs/CONFIGURATION.md are all made from it. */
import { DEFAULT_RULE_SETTINGS } from "../engine/defaultSettings.ts";
import type { Kind } from "./kinds.ts";
import {
  integer,
  ipAddress,
  networks,
  oneOf,
  optionalOrigin,
  optionalPath,
  origins,
  path,
  stunUrls,
  turnUrls,
  yesNo,
} from "./kinds.ts";
import { optionalSecret } from "./sharedSecret.ts";

/** One key: what it allows, its value when nothing is said, what it does. */
export interface Key<T> {
  readonly kind: Kind<T>;
  readonly fallback: T;
  readonly meaning: string;
  /** Name of the flag where it is not the key's own in kebab case. */
  readonly flag?: string;
}

const key = <T>(kind: Kind<T>, fallback: T, meaning: string, flag?: string): Key<T> => ({
  kind,
  fallback,
  meaning,
  ...(flag !== undefined && { flag }),
});

const MAX_COUNT = 1_000_000_000;
const count = integer(1, MAX_COUNT);
const bytes = integer(0, 2 ** 50);

export const KEYS = {
  bindAddress: key(ipAddress, "0.0.0.0", "Address on which the server listens.", "bind"),
  port: key(integer(0, 65_535), 5555, "Port; 0 takes a free one."),
  dataDir: key(
    path,
    "sotto-data",
    "Directory of the database and of the server's secrets; made when missing.",
    "data",
  ),
  "tls.certFile": key(
    optionalPath,
    null,
    "Certificate chain in PEM form. With tls.keyFile it switches https on.",
  ),
  "tls.keyFile": key(
    optionalPath,
    null,
    "Private key of the certificate in PEM form, in a file that its owner alone can read.",
  ),
  "tls.selfMade": key(
    yesNo,
    true,
    "Whether the server makes its own certificate authority for https when neither tls.certFile nor trustedProxies is set and bindAddress is not loopback.",
  ),
  publicUrl: key(
    optionalOrigin,
    null,
    "Where browsers reach this server when a proxy stands before it; counts as its own origin.",
  ),
  trustedProxies: key(
    networks,
    [],
    "Proxies whose X-Forwarded-For and X-Forwarded-Proto headers are believed. Limits per address need it behind a proxy.",
  ),
  allowedOrigins: key(origins, [], "Origins of web apps that are hosted elsewhere and may use this server."),
  "ice.stunUrls": key(
    stunUrls,
    [],
    "STUN servers, which tell devices their addresses as the internet sees them. None unless they are named here.",
  ),
  "ice.turnUrls": key(
    turnUrls,
    [],
    "TURN servers, which pass the direct path's packets on where devices cannot reach each other. They need the secret.",
  ),
  "ice.turnSecretFile": key(
    optionalPath,
    null,
    "File with the secret that the TURN servers share with this server (static-auth-secret of coturn), which its owner alone can read.",
  ),
  "ice.turnSecret": key(
    optionalSecret,
    null,
    "The same secret itself, in a configuration file that its owner alone can read.",
  ),
  registration: key(oneOf("open", "closed"), "open", "Whether strangers may make accounts."),
  retentionDays: key(
    integer(1, 3650),
    DEFAULT_RULE_SETTINGS.retentionDays,
    "Days after which a message that was not fetched is deleted.",
  ),
  sessionIdleDays: key(
    integer(1, 3650),
    DEFAULT_RULE_SETTINGS.sessionIdleDays,
    "Days without use after which a session has ended.",
  ),
  "quotas.mailboxEntries": key(
    count,
    DEFAULT_RULE_SETTINGS.mailboxMaxEntries,
    "Entries that may wait for one device.",
  ),
  "quotas.mailboxBytes": key(
    count,
    DEFAULT_RULE_SETTINGS.mailboxMaxBytes,
    "Bytes that may wait for one device.",
  ),
  "quotas.groupsPerAccount": key(
    count,
    DEFAULT_RULE_SETTINGS.groupsPerAccount,
    "Groups and rooms that one account may have made, as long as anybody is in them.",
  ),
  "files.maxRelayBytes": key(
    bytes,
    DEFAULT_RULE_SETTINGS.fileMaxBytes,
    "Bytes of one file that the server keeps for devices which the sender does not reach directly.",
  ),
  "files.accountQuotaBytes": key(
    bytes,
    DEFAULT_RULE_SETTINGS.fileBytesPerAccount,
    "Bytes of all files that the server keeps for one account that sends them.",
  ),
  "files.totalBytes": key(
    bytes,
    DEFAULT_RULE_SETTINGS.fileBytesTotal,
    "Bytes of all files that the server keeps.",
  ),
  "files.reserveBytes": key(
    bytes,
    1024 ** 3,
    "Bytes of the disk that files leave free: when there are fewer, none is taken.",
  ),
  "files.retentionDays": key(
    integer(1, 3650),
    DEFAULT_RULE_SETTINGS.fileRetentionDays,
    "Days after which a file that was not fetched is deleted.",
  ),
  "limits.loginsPerAccountPerHour": key(count, 30, "Login attempts for one user name in an hour."),
  "limits.loginsPerAddressPerHour": key(count, 120, "Login attempts from one address in an hour."),
  "limits.registrationsPerAddressPerHour": key(count, 30, "New accounts from one address in an hour."),
  "limits.claimsPerAccountPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.claimsPerRequester.perHour,
    "Times that one account may fetch others' key packages in an hour.",
  ),
  "limits.claimsPerTargetPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.claimsPerTarget.perHour,
    "Times that one account's key packages may be fetched in an hour.",
  ),
  "limits.groupsPerAccountPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.newGroups.perHour,
    "Groups and rooms that one account may make in an hour.",
  ),
  "limits.groupListsPerDevicePerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.listQuestions.perHour,
    "Times that one device may ask in an hour to whom the server delivers what is sent to its groups.",
  ),
  "limits.guessesPerRoomPerHour": key(
    count,
    30,
    "Tries at the password of one room in an hour, by all together. One that succeeds does not count.",
  ),
  "limits.guessesPerRoomPerDay": key(
    count,
    100,
    "Tries at the password of one room in a day, by all together, of those that the limit per hour lets through.",
  ),
  "limits.guessesPerRoomPerAccountPerDay": key(
    count,
    20,
    "Those of one account in a day: fewer than the room lets through, so that one account alone does not keep others out.",
  ),
  "limits.roomGuessesPerAccountPerHour": key(
    count,
    60,
    "Tries at passwords of all rooms by one account in an hour.",
  ),
  "limits.roomGuessesPerAddressPerHour": key(
    count,
    120,
    "Tries at passwords of rooms from one address in an hour, those that succeed too.",
  ),
  "limits.roomPasswordsPerAccountPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.roomPasswords.perHour,
    "New codes and passwords that one account may give to rooms in an hour.",
  ),
  "limits.roomJoinsPerAccountPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.roomJoins.perHour,
    "Times that one account may enter rooms in an hour.",
  ),
  "limits.groupInfosPerDevicePerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.groupInfos.perHour,
    "Times that one device may ask in an hour for what it needs to enter a room, or put it right.",
  ),
  "limits.deviceListsPerAccountPerHour": key(
    count,
    DEFAULT_RULE_SETTINGS.deviceLists.perHour,
    "Times that one account may change its list of devices in an hour.",
  ),
  "limits.iceFetchesPerDevicePerHour": key(
    count,
    120,
    "Times that one device may fetch credentials of the TURN servers in an hour.",
  ),
  "limits.filesPerDevicePerHour": key(
    count,
    5000,
    "Files that one device may begin to store at the server in an hour.",
  ),
  "limits.fileRequestsPerDevicePerHour": key(
    count,
    100_000,
    "Times that one device may ask for a file's state or for one of its pieces of a megabyte, or bring one, in an hour.",
  ),
  "limits.connectionsPerAddress": key(count, 256, "Open connections from one address."),
  logLevel: key(
    oneOf("silent", "error", "warn", "info", "debug"),
    "info",
    "How much is logged. At debug, addresses of clients appear; no level shows names or tokens.",
  ),
} as const satisfies Record<string, Key<unknown>>;

export type KeyName = keyof typeof KEYS;
/** The value of one key. */
export type ValueOf<K extends KeyName> = (typeof KEYS)[K] extends Key<infer T> ? T : never;

type GroupName<K> = K extends `${infer Group}.${string}` ? Group : never;

/** The configuration: `config.port`, `config.tls.certFile`. */
export type ServerConfig = {
  readonly [K in KeyName as K extends `${string}.${string}` ? never : K]: ValueOf<K>;
} & {
  readonly [G in GroupName<KeyName>]: {
    readonly [K in KeyName as K extends `${G}.${infer Leaf}` ? Leaf : never]: ValueOf<K>;
  };
};

export const KEY_NAMES = Object.keys(KEYS) as KeyName[];

/** The key's entry without its value's type, for code that treats all keys alike. */
export function keyOf(name: KeyName): Key<unknown> {
  return KEYS[name];
}

/** `tls.certFile` -> `SOTTO_TLS_CERT_FILE`. */
export function variableOf(name: KeyName): string {
  return `SOTTO_${words(name).join("_").toUpperCase()}`;
}

/** `tls.certFile` -> `tls-cert-file`, without the leading dashes. */
export function flagOf(name: KeyName): string {
  return keyOf(name).flag ?? words(name).join("-");
}

function words(name: KeyName): string[] {
  return name.split(/\.|(?=[A-Z])/).map((word) => word.toLowerCase());
}
