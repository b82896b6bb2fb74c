/**
 * The database's schema as a list of migrations: `PRAGMA user_version` counts how many have run. A published migration is never edited;
 * a change is a further one. Every version opens the database of the one before.
 */
const SCHEMA_1 = `
CREATE TABLE store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  store_id TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
  account TEXT PRIMARY KEY,
  user_name TEXT NOT NULL UNIQUE,
  registration_record TEXT NOT NULL,
  device_list BLOB NOT NULL,
  sealed_account_key BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE vaults (
  account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  wrap_export BLOB NOT NULL,
  wrap_recovery BLOB
) STRICT;

CREATE TABLE devices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL REFERENCES accounts,
  mailbox TEXT NOT NULL UNIQUE,
  leaf_key BLOB NOT NULL,
  connection INTEGER NOT NULL,
  store_counter INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  -- What waits in the mailbox, kept beside it because every post asks for it.
  entries INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX devices_account ON devices (account, id);

CREATE TABLE sessions (
  session TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts,
  device TEXT REFERENCES devices (device),
  created_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_device ON sessions (device);
CREATE INDEX sessions_seen ON sessions (seen_at_ms);

CREATE TABLE key_packages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL REFERENCES devices (device) ON DELETE CASCADE,
  key_package BLOB NOT NULL
) STRICT;
CREATE INDEX key_packages_device ON key_packages (device, id);

CREATE TABLE last_resorts (
  device TEXT PRIMARY KEY REFERENCES devices (device) ON DELETE CASCADE,
  key_package BLOB NOT NULL
) STRICT;

CREATE TABLE groups (
  group_id TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  kind INTEGER NOT NULL,
  predecessor TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'open', 'declined')),
  -- No reference: a group outlives the account that opened it.
  creator TEXT NOT NULL,
  peer TEXT,
  first_hash BLOB NOT NULL,
  first_mailbox TEXT NOT NULL,
  handshake_index INTEGER NOT NULL,
  last_hash BLOB NOT NULL,
  last_mailbox TEXT NOT NULL,
  door_hash BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_pending ON groups (creator) WHERE state = 'pending';

CREATE TABLE group_infos (
  group_id TEXT PRIMARY KEY REFERENCES groups ON DELETE CASCADE,
  handshake_index INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  group_id TEXT NOT NULL REFERENCES groups,
  mailbox TEXT NOT NULL REFERENCES devices (mailbox),
  UNIQUE (group_id, mailbox)
) STRICT;
CREATE INDEX members_mailbox ON members (mailbox);

CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  frame BLOB NOT NULL,
  hash BLOB,
  payload BLOB
) STRICT;
CREATE INDEX bodies_hash ON bodies (hash) WHERE hash IS NOT NULL;

-- AUTOINCREMENT: a sequence is never given out twice, even after the highest entries are gone.
CREATE TABLE entries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  mailbox INTEGER NOT NULL REFERENCES devices (id),
  body INTEGER NOT NULL REFERENCES bodies (id),
  bytes INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_mailbox ON entries (mailbox, sequence);
CREATE INDEX entries_body ON entries (body);
`;

/**
 * Entries that were delivered together are one row and one body: a burst of messages costs what one message costs. What waits in a mailbox is counted
 * by the store in memory, no longer in the device's row.
 */
const SCHEMA_2 = `
ALTER TABLE bodies RENAME COLUMN frame TO frames;
-- Mailboxes that have not received all of it; without any the row is deleted.
ALTER TABLE bodies ADD COLUMN mailboxes INTEGER NOT NULL DEFAULT 1;
UPDATE bodies SET
  mailboxes = (SELECT count(*) FROM entries WHERE body = bodies.id),
  -- Each frame behind its size in 4 bytes, big endian.
  frames = CAST(unhex(format('%08x', length(frames))) || frames AS BLOB);

-- Consecutive sequences of one mailbox, from the first that is not acknowledged to the last. AUTOINCREMENT: a sequence is never given out
-- twice, even after the highest entries are gone. The body is counted by hand: a reference would need an index on every delivery.
CREATE TABLE runs (
  last INTEGER PRIMARY KEY AUTOINCREMENT,
  first INTEGER NOT NULL,
  mailbox INTEGER NOT NULL REFERENCES devices (id),
  body INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO runs SELECT sequence, sequence, mailbox, body, bytes, stored_at_ms FROM entries;
DELETE FROM sqlite_sequence WHERE name = 'runs';
INSERT INTO sqlite_sequence (name, seq) SELECT 'runs', seq FROM sqlite_sequence WHERE name = 'entries';
DROP TABLE entries;
CREATE INDEX runs_mailbox ON runs (mailbox, last);
ALTER TABLE devices DROP COLUMN entries;
ALTER TABLE devices DROP COLUMN bytes;
`;

/** Files at the relay. Their bytes lie in files beside the database. */
const SCHEMA_3 = `
CREATE TABLE blobs (
  blob TEXT PRIMARY KEY,
  group_id TEXT NOT NULL REFERENCES groups,
  account TEXT NOT NULL REFERENCES accounts,
  -- A mailbox; no reference: the device may go before the blob.
  maker TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  place TEXT NOT NULL UNIQUE,
  expires_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX blobs_group ON blobs (group_id);
CREATE INDEX blobs_account ON blobs (account, size_bytes);
CREATE INDEX blobs_expiry ON blobs (expires_at_ms);

-- Mailboxes that have not said that they have all of it.
CREATE TABLE blob_readers (
  blob TEXT NOT NULL REFERENCES blobs ON DELETE CASCADE,
  mailbox TEXT NOT NULL REFERENCES devices (mailbox),
  PRIMARY KEY (blob, mailbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_readers_mailbox ON blob_readers (mailbox);
`;

/** Groups: who may be added, how many an account has made, and which mailboxes were told that messages were left out. Kind 1 is a pair. */
const SCHEMA_4 = `
CREATE INDEX groups_pair ON groups (creator, peer) WHERE kind = 1;
CREATE INDEX groups_created ON groups (creator) WHERE kind <> 1;
ALTER TABLE members ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
`;

/** Mailboxes that went off the list of a pair with their revoked devices. */
const SCHEMA_5 = `
CREATE TABLE absentees (
  group_id TEXT NOT NULL REFERENCES groups ON DELETE CASCADE,
  -- No reference: the device may be gone.
  mailbox TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  PRIMARY KEY (group_id, mailbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX absentees_account ON absentees (account);
`;

/** Rooms with a password: since when the door is what it is, whose the group info is, codes and passwords. */
const SCHEMA_6 = `
ALTER TABLE groups ADD COLUMN door_index INTEGER NOT NULL DEFAULT 0;
-- No reference: the account may be gone. Null: put in another's place, or of before.
ALTER TABLE group_infos ADD COLUMN account TEXT;

CREATE TABLE rooms (
  group_id TEXT PRIMARY KEY REFERENCES groups ON DELETE CASCADE,
  code TEXT NOT NULL UNIQUE,
  registration_record TEXT NOT NULL,
  sealed_secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every code that a room has or had: it stays when the room goes.
CREATE TABLE room_codes (
  code TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
`;

/** Profiles, sealed under keys that the server does not have. */
const SCHEMA_7 = `
CREATE TABLE profiles (
  account TEXT PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
`;

export const MIGRATIONS: readonly string[] = [
  SCHEMA_1,
  SCHEMA_2,
  SCHEMA_3,
  SCHEMA_4,
  SCHEMA_5,
  SCHEMA_6,
  SCHEMA_7,
];

/** `PRAGMA application_id`: "Sott". Another program's database is left alone. */
export const APPLICATION_ID = 0x536f7474;
