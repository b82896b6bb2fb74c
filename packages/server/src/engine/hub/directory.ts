/** Which ready connection belongs to which device, mailbox and account. One connection per device. */
import type { AccountId, DeviceId, MailboxId } from "@sotto/protocol";
import type { ReadyConnection } from "./connection.ts";

export interface Directory {
  ofDevice(device: DeviceId): ReadyConnection | undefined;
  ofMailbox(mailbox: MailboxId): ReadyConnection | undefined;
  ofAccount(account: AccountId): readonly ReadyConnection[];
  all(): readonly ReadyConnection[];
  add(connection: ReadyConnection): void;
  remove(connection: ReadyConnection): void;
}

export function createDirectory(): Directory {
  const byDevice = new Map<DeviceId, ReadyConnection>();
  const byMailbox = new Map<MailboxId, ReadyConnection>();
  const byAccount = new Map<AccountId, Set<ReadyConnection>>();
  return {
    ofDevice: (device) => byDevice.get(device),
    ofMailbox: (mailbox) => byMailbox.get(mailbox),
    ofAccount: (account) => [...(byAccount.get(account) ?? [])],
    all: () => [...byDevice.values()],
    add(connection) {
      byDevice.set(connection.device, connection);
      byMailbox.set(connection.mailbox, connection);
      byAccount.set(connection.account, (byAccount.get(connection.account) ?? new Set()).add(connection));
    },
    remove(connection) {
      byDevice.delete(connection.device);
      byMailbox.delete(connection.mailbox);
      const others = byAccount.get(connection.account);
      others?.delete(connection);
      if (others?.size === 0) byAccount.delete(connection.account);
    },
  };
}
