/** key-schedule: one epoch after the other from the init secret of the one before (RFC 9420 §8). */
import { encodeGroupContext } from "ts-mls/groupContext.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch, mlsExporter } from "ts-mls/keySchedule.js";
import { expectBytes, fromHex } from "./expect.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";

interface Epoch {
  readonly tree_hash: string;
  readonly commit_secret: string;
  readonly psk_secret: string;
  readonly confirmed_transcript_hash: string;
  readonly group_context: string;
  readonly joiner_secret: string;
  readonly welcome_secret: string;
  readonly init_secret: string;
  readonly sender_data_secret: string;
  readonly encryption_secret: string;
  readonly exporter_secret: string;
  readonly epoch_authenticator: string;
  readonly external_secret: string;
  readonly confirmation_key: string;
  readonly membership_key: string;
  readonly resumption_psk: string;
  readonly external_pub: string;
  readonly exporter: {
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly secret: string;
  };
}

interface Vector {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly initial_init_secret: string;
  readonly epochs: readonly Epoch[];
}

export const keySchedule = kindOf<Vector>("key-schedule", async (vector) => {
  const { impl } = suiteOfVector(vector.cipher_suite);
  let initSecret = fromHex(vector.initial_init_secret);
  for (const [number, epoch] of vector.epochs.entries()) {
    const context: GroupContext = {
      version: "mls10",
      cipherSuite: impl.name,
      groupId: fromHex(vector.group_id),
      epoch: BigInt(number),
      treeHash: fromHex(epoch.tree_hash),
      confirmedTranscriptHash: fromHex(epoch.confirmed_transcript_hash),
      extensions: [],
    };
    expectBytes("group_context", encodeGroupContext(context), epoch.group_context);
    const secrets = await initializeEpoch(
      initSecret,
      fromHex(epoch.commit_secret),
      context,
      fromHex(epoch.psk_secret),
      impl.kdf,
    );
    const schedule = secrets.keySchedule;
    expectBytes("joiner_secret", secrets.joinerSecret, epoch.joiner_secret);
    expectBytes("welcome_secret", secrets.welcomeSecret, epoch.welcome_secret);
    expectBytes("encryption_secret", secrets.encryptionSecret, epoch.encryption_secret);
    expectBytes("init_secret", schedule.initSecret, epoch.init_secret);
    expectBytes("sender_data_secret", schedule.senderDataSecret, epoch.sender_data_secret);
    expectBytes("exporter_secret", schedule.exporterSecret, epoch.exporter_secret);
    expectBytes("epoch_authenticator", schedule.epochAuthenticator, epoch.epoch_authenticator);
    expectBytes("external_secret", schedule.externalSecret, epoch.external_secret);
    expectBytes("confirmation_key", schedule.confirmationKey, epoch.confirmation_key);
    expectBytes("membership_key", schedule.membershipKey, epoch.membership_key);
    expectBytes("resumption_psk", schedule.resumptionPsk, epoch.resumption_psk);

    const { publicKey } = await impl.hpke.deriveKeyPair(schedule.externalSecret);
    expectBytes("external_pub", await impl.hpke.exportPublicKey(publicKey), epoch.external_pub);
    const { label, context: exporterContext, length, secret } = epoch.exporter;
    const exported = await mlsExporter(
      schedule.exporterSecret,
      label,
      fromHex(exporterContext),
      length,
      impl,
    );
    expectBytes("exporter", exported, secret);
    initSecret = schedule.initSecret;
  }
});
