// SPDX-License-Identifier: Apache-2.0
// The pieces of which the schema of an agreement is made: names, dates, words, regions.

import { type Static, type TEnum, type TString, Type } from 'typebox';

export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/** No field that is not named. */
export const strict = { additionalProperties: false } as const;
/** A name of the document. */
export const name = (description: string): TString =>
  Type.String({
    pattern: '^[a-z0-9-]{1,32}$',
    description: `${description}; 1 to 32 of [a-z0-9-]`,
  });
/** An instant of the document. */
export const date = (description: string): TString =>
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
    description: `${description}, as 2012-01-31T00:00:00Z`,
  });
/** One of a closed set of words. */
export const words = <T extends string>(values: readonly T[], description: string): TEnum<T[]> =>
  Type.Enum([...values], { description });

const box = Type.Object(
  {
    kind: Type.Literal('box'),
    southDeg: Type.Number({ minimum: -90, maximum: 90 }),
    northDeg: Type.Number({ minimum: -90, maximum: 90 }),
    westDeg: Type.Number({ minimum: -180, maximum: 180 }),
    eastDeg: Type.Number({
      minimum: -180,
      maximum: 180,
      description: 'Smaller than westDeg when the box crosses the antimeridian',
    }),
  },
  { ...strict, description: 'Between two parallels and two meridians' },
);

const circle = Type.Object(
  {
    kind: Type.Literal('circle'),
    latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
    longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
    radiusKm: Type.Number({ exclusiveMinimum: 0, maximum: 20_100 }),
  },
  { ...strict, description: 'Within a geodesic distance of a point' },
);

/** Where a clause applies. */
export const regionSchema = Type.Union([box, circle]);

export type Region = DeepReadonly<Static<typeof regionSchema>>;

/** The other of two parties: `parseAgreement` made sure that there are two, and that they differ. */
export function otherParty(parties: readonly string[], one: string): string {
  return parties.find((party) => party !== one) as string;
}
