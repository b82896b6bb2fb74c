/** messages: every structure is read, and written again as the same bytes. MLS messages go through the engine's decoder, which refuses others. */
import { ALL_GUARDS, decodeMessage, encodeMessage } from "@sotto/crypto/internals";
import { concatBytes } from "@sotto/protocol";
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import { decodeCommit, encodeCommit } from "ts-mls/commit.js";
import { decodeGroupSecrets, encodeGroupSecrets } from "ts-mls/groupSecrets.js";
import { decodeProposal, encodeProposal } from "ts-mls/proposal.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import { expectEqual, expectSame, fromHex, present } from "./expect.ts";
import { kindOf } from "./kind.ts";

const MLS_MESSAGES = {
  mls_welcome: "mls_welcome",
  mls_group_info: "mls_group_info",
  mls_key_package: "mls_key_package",
  public_message_application: "mls_public_message",
  public_message_proposal: "mls_public_message",
  public_message_commit: "mls_public_message",
  private_message: "mls_private_message",
} as const;

/** RFC 9420 §17.4. The vectors have the proposals without their type. */
const PROPOSALS = {
  add_proposal: 1,
  update_proposal: 2,
  remove_proposal: 3,
  pre_shared_key_proposal: 4,
  re_init_proposal: 5,
  external_init_proposal: 6,
  group_context_extensions_proposal: 7,
} as const;

type Field = keyof typeof MLS_MESSAGES | keyof typeof PROPOSALS | "ratchet_tree" | "group_secrets" | "commit";

export const messages = kindOf<Readonly<Record<Field, string>>>("messages", (vector) => {
  for (const [field, wireformat] of entriesOf(MLS_MESSAGES)) {
    const bytes = fromHex(vector[field]);
    const message = decodeMessage(bytes, ALL_GUARDS);
    expectSame(field, message.wireformat, wireformat);
    expectEqual(field, encodeMessage(message), bytes);
  }
  for (const [field, type] of entriesOf(PROPOSALS))
    roundTrip(
      field,
      concatBytes(Uint8Array.of(0, type), fromHex(vector[field])),
      decodeProposal,
      encodeProposal,
    );
  roundTrip("ratchet_tree", fromHex(vector.ratchet_tree), decodeRatchetTree, encodeRatchetTree);
  roundTrip("group_secrets", fromHex(vector.group_secrets), decodeGroupSecrets, encodeGroupSecrets);
  roundTrip("commit", fromHex(vector.commit), decodeCommit, encodeCommit);
});

function roundTrip<T>(
  field: string,
  bytes: Uint8Array,
  decode: Decoder<T>,
  encode: (value: T) => Uint8Array,
): void {
  const [value, size] = present(field, decode(bytes, 0));
  expectSame(`${field}: bytes read`, size, bytes.length);
  expectEqual(field, encode(value), bytes);
}

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  return Object.entries(record) as [K, V][];
}
