/** What a group has been, epoch by epoch, as its devices have entered them: the truth that everything else is compared with. */
import type { MlsGroup } from "@sotto/crypto";
import type { AccountId, Charter, MessageId } from "@sotto/protocol";
import { decodeCharter, toHex } from "@sotto/protocol";
import type { Report } from "../sim/violation.ts";

export interface Epoch {
  readonly number: number;
  /** Hexadecimal. */
  readonly authenticator: string;
  readonly members: ReadonlySet<AccountId>;
  readonly charter: Charter;
}

export interface EpochBook {
  /** A device is in the epoch now. Another epoch of that number than others have entered is a violation. */
  enters(device: string, group: MlsGroup, authenticator: Uint8Array): void;
  /** A message has been encrypted in the epoch. */
  seals(message: MessageId, epoch: number): void;
  epoch(number: number): Epoch | undefined;
  /** The highest that somebody has entered. */
  last(): Epoch | undefined;
  /** From that epoch on, those that were entered. */
  since(number: number): readonly Epoch[];
  /** Epochs whose members are others than those before; those with nothing but new keys or another charter are none. */
  changes(): number;
  sealedIn(message: MessageId): ReadonlySet<number>;
}

export function createEpochBook(report: Report): EpochBook {
  const epochs = new Map<number, Epoch>();
  const sealed = new Map<MessageId, Set<number>>();
  let last = -1;
  return {
    enters(device, { epoch: number, members, appData }, authenticatorBytes) {
      const authenticator = toHex(authenticatorBytes);
      const known = epochs.get(number);
      if (known !== undefined) {
        if (known.authenticator !== authenticator)
          report("epochs-differ", `${device} has entered another epoch ${number} than those before it`);
        return;
      }
      const charter = appData === null ? undefined : decodeCharter(appData);
      if (charter === undefined) return report("no-charter", `${device} in epoch ${number}`);
      const accounts = new Set(members.map(({ credential }) => credential.account));
      epochs.set(number, { number, authenticator, members: accounts, charter });
      last = Math.max(last, number);
    },
    seals(message, epoch) {
      const known = sealed.get(message) ?? new Set();
      sealed.set(message, known.add(epoch));
    },
    epoch: (number) => epochs.get(number),
    last: () => epochs.get(last),
    since: (number) => [...epochs.values()].filter((epoch) => epoch.number >= number),
    changes: () =>
      [...epochs.values()].filter((epoch) => isChange(epochs.get(epoch.number - 1), epoch)).length,
    sealedIn: (message) => sealed.get(message) ?? new Set(),
  };
}

function isChange(before: Epoch | undefined, { members }: Epoch): boolean {
  return (
    before?.members.size !== members.size || [...members].some((account) => !before.members.has(account))
  );
}
