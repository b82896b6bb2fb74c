/**
 * The numbered defects of ts-mls 1.6.4 (docs/decisions/ts-mls.md) that this package guards against, so that a test can switch one guard
 * off and see what it prevents. Nothing outside this folder can.
 */

/**
 * 3: commits without path, GroupContextExtensions · 4: pre-shared keys of private commits dropped · 6: lifetimes, succession ·
 * 8: untyped errors · 9: external commits · 11: sender of a blank leaf · 13: handshake generation reused · 14: live init secret wiped.
 */
export type GuardId = 3 | 4 | 6 | 8 | 9 | 11 | 13 | 14;

/** True while the guard is in force. */
export type Guards = (id: GuardId) => boolean;

export const ALL_GUARDS: Guards = () => true;

/** For tests of this folder only. */
export function withoutGuards(...off: readonly GuardId[]): Guards {
  return (id) => !off.includes(id);
}
