/** A part of a catalogue in another language: every id of the English one, and no other. */
export type Translated<English> = Readonly<Record<keyof English, string>>;
