/** Looks for what nobody but the people may know, in all that the server has and in all that passed. */
import type { KeyMaterial } from "../support/keyMaterial.ts";
import type { Finding, Needle } from "../support/needles.ts";
import { findNeedles, textNeedle } from "../support/needles.ts";
import type { World } from "../support/world.ts";

export type Place = readonly [name: string, bytes: Uint8Array];

export interface Secrecy {
  /** Secrets found where they may not be. */
  readonly findings: readonly Finding[];
  /** What the same search must find, or it could find nothing: public keys at the server, tokens in what clients sent masked. */
  readonly controls: { readonly atServer: number; readonly inMaskedTraffic: number };
  readonly needles: number;
  readonly searchedBytes: number;
}

export interface Search {
  readonly world: World;
  /** Whose passwords are looked for. */
  readonly people: readonly string[];
  /** What was said, with who said it. */
  readonly texts: readonly Needle[];
  readonly keys: readonly KeyMaterial[];
  /** The server's files and logs. */
  readonly kept: readonly Place[];
  readonly traffic: readonly Place[];
}

export function lookForSecrets({ world, people, texts, keys, kept, traffic }: Search): Secrecy {
  const secrets: readonly Needle[] = [
    ...texts,
    ...people.map((person) => textNeedle(`${person}'s password`, world.passwordOf(person))),
    ...keys.flatMap((material) => material.secrets),
  ];
  const find = (places: readonly Place[], needles: readonly Needle[]): readonly Finding[] =>
    places.flatMap(([place, bytes]) => findNeedles(place, bytes, needles));
  const tokens = keys.map(({ token }) => token);
  const publicKeys = keys.map(({ leafPublicKey }) => leafPublicKey);
  const places = [...kept, ...traffic];
  return {
    needles: secrets.length + tokens.length,
    searchedBytes: places.reduce((sum, [, bytes]) => sum + bytes.length, 0),
    // The bearer token is told to the server, which may neither keep nor log it.
    findings: [...find(places, secrets), ...find(kept, tokens)],
    controls: {
      atServer: find(kept, publicKeys).length,
      inMaskedTraffic: find(traffic, tokens).filter(({ place }) => place.endsWith("unmasked")).length,
    },
  };
}
