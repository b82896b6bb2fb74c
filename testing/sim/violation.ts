/** Something that must never be, and was. */

export interface Violation {
  /** Name of the rule, as invariants.ts and the watches have it. */
  readonly rule: string;
  readonly detail: string;
}

export type Report = (rule: string, detail: string) => void;
