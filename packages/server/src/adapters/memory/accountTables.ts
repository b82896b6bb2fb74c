/** Accounts, sessions, devices and key packages in memory. */
import type { AccountTable, DeviceTable, KeyPackageTable, SessionTable } from "../../ports/store.ts";
import type { Tables } from "./tables.ts";
import { existing, nextNumber } from "./tables.ts";

export function memoryAccounts({ accounts, vaults, profiles, absentees }: Tables): AccountTable {
  const accountByName: AccountTable["accountByName"] = (userName) =>
    accounts.values().find((record) => record.userName === userName);
  return {
    accountById: (account) => accounts.get(account),
    accountByName,
    insertAccount(record, vault) {
      if (accounts.get(record.account) !== undefined || accountByName(record.userName) !== undefined)
        throw new Error("account exists");
      accounts.set(record.account, record);
      vaults.set(record.account, vault);
    },
    updateAccount(record) {
      existing(accounts.get(record.account), "account");
      accounts.set(record.account, record);
    },
    deleteAccount(account) {
      accounts.delete(account);
      vaults.delete(account);
      profiles.delete(account);
      for (const [group, absent] of absentees.entries())
        absentees.set(
          group,
          absent.filter((absentee) => absentee.account !== account),
        );
    },
    vault: (account) => existing(vaults.get(account), "vault"),
    putVault(account, vault) {
      existing(vaults.get(account), "vault");
      vaults.set(account, vault);
    },
    profile: (account) => profiles.get(account),
    putProfile(account, profile) {
      existing(accounts.get(account), "account");
      profiles.set(account, profile);
    },
  };
}

export function memorySessions({ sessions }: Tables): SessionTable {
  return {
    session: (session) => sessions.get(session),
    sessionsOf: (account) => sessions.values().filter((record) => record.account === account),
    insertSession(record) {
      if (sessions.get(record.session) !== undefined) throw new Error("session exists");
      sessions.set(record.session, record);
    },
    updateSession(record) {
      existing(sessions.get(record.session), "session");
      sessions.set(record.session, record);
    },
    deleteSession: (session) => sessions.delete(session),
    deleteSessionsSeenBefore(timeMs, limit) {
      const idle = sessions
        .values()
        .filter(({ seenAtMs }) => seenAtMs < timeMs)
        .slice(0, limit);
      for (const { session } of idle) sessions.delete(session);
      return idle.length;
    },
  };
}

export function memoryDevices(tables: Tables): DeviceTable {
  const { devices, entries, keyPackages, lastResorts } = tables;
  const deviceByMailbox: DeviceTable["deviceByMailbox"] = (mailbox) =>
    devices.values().find((record) => record.mailbox === mailbox);
  return {
    device: (device) => devices.get(device),
    deviceByMailbox,
    devicesOf: (account) =>
      devices
        .values()
        .filter((record) => record.account === account)
        .toSorted((a, b) => a.order - b.order),
    insertDevice(record) {
      if (devices.get(record.device) !== undefined || deviceByMailbox(record.mailbox) !== undefined)
        throw new Error("device exists");
      devices.set(record.device, { ...record, order: nextNumber(tables, "device") });
    },
    updateDevice(record) {
      const { order } = existing(devices.get(record.device), "device");
      devices.set(record.device, { ...record, order });
    },
    deleteDevice(device) {
      const { mailbox } = existing(devices.get(device), "device");
      devices.delete(device);
      keyPackages.delete(device);
      lastResorts.delete(device);
      entries.delete(mailbox);
    },
  };
}

export function memoryKeyPackages({ keyPackages, lastResorts }: Tables): KeyPackageTable {
  return {
    insertKeyPackages: (device, packages) =>
      keyPackages.set(device, [...(keyPackages.get(device) ?? []), ...packages]),
    takeKeyPackage(device) {
      const [first, ...others] = keyPackages.get(device) ?? [];
      if (first !== undefined) keyPackages.set(device, others);
      return first;
    },
    countKeyPackages: (device) => keyPackages.get(device)?.length ?? 0,
    lastResort: (device) => lastResorts.get(device),
    putLastResort: (device, keyPackage) => lastResorts.set(device, keyPackage),
  };
}
