// SPDX-License-Identifier: Apache-2.0
// The document of notices (pln.yaml): notices and what changes them, in the order received or any
// other. Degrees, and lengths in the unit given; times in UTC. `schemas/pln.schema.json` is generated
// from this.

import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 200 });
const id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$',
  description: 'Letters, digits, full stops, strokes and hyphens; at most 64.',
});
const utc = (description: string) =>
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
    description: `${description} In UTC, as 1995-01-25T06:24:00Z.`,
  });
const tolerance = (of: string) =>
  Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1e5,
      description: `Half the width of what it may be, in ${of}; without it the digits say.`,
    }),
  );

const length = (minimum: number) =>
  Type.Object(
    {
      value: Type.Number({ minimum, maximum: 30_000 }),
      unit: Type.Enum(['km', 'nautical miles']),
      tolerance: tolerance('the same unit'),
    },
    closed,
  );

const point = {
  latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
  longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
};

export const circleSchema = Type.Object(
  { kind: Type.Literal('circle'), ...point, radius: length(0.01) },
  closed,
);

export const polygonSchema = Type.Object(
  {
    kind: Type.Literal('polygon'),
    points: Type.Array(Type.Object(point, closed), {
      minItems: 3,
      maxItems: 100,
      description: 'In order round the area; the last is joined to the first by a great circle.',
    }),
  },
  closed,
);

export const bounded = Type.Union([circleSchema, polygonSchema]);
const outline = Type.Optional(bounded);

export const namedSchema = Type.Object(
  { kind: Type.Literal('named'), name: text, outline },
  { ...closed, description: 'A site or a body of water; its outline is the reader’s own.' },
);

export const quadrantSchema = Type.Object(
  {
    kind: Type.Literal('quadrant'),
    ocean: text,
    quadrant: Type.Enum(['north-east', 'south-east', 'south-west', 'north-west']),
    outline,
  },
  {
    ...closed,
    description: 'A ninety-degree sector of an ocean; its outline is the reader’s own.',
  },
);

/** What is announced, each field where it is known. */
const announced = {
  class: Type.Optional(
    Type.Enum(['ICBM', 'SLBM', 'IRBM', 'MRBM', 'SRBM', 'space launch vehicle', 'sounding rocket']),
  ),
  date: Type.Optional(
    Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
      description: 'Planned date; under the agreement of 1988 it holds for four days.',
    }),
  ),
  window: Type.Optional(
    Type.Object({ from: utc('First instant.'), until: utc('First instant after it.') }, closed),
  ),
  launchArea: Type.Optional(Type.Union([circleSchema, polygonSchema, namedSchema, quadrantSchema])),
  direction: Type.Optional(
    Type.Object(
      {
        valueDeg: Type.Number({ minimum: 0, maximum: 360 }),
        toleranceDeg: tolerance('degrees'),
      },
      { ...closed, description: 'Clockwise from north.' },
    ),
  ),
  impactAreas: Type.Optional(Type.Array(bounded, { minItems: 1, maxItems: 20 })),
  range: Type.Optional(length(1)),
  apogee: Type.Optional(length(1)),
  flightTime: Type.Optional(
    Type.Object(
      {
        value: Type.Number({ exclusiveMinimum: 0, maximum: 50_000 }),
        unit: Type.Enum(['s', 'min']),
        tolerance: tolerance('the same unit'),
      },
      closed,
    ),
  ),
};

const given = utc('When it was given.');

export const noticeSchema = Type.Object(
  {
    kind: Type.Literal('notice'),
    id,
    regime: Type.Enum(['launches-1988', 'memorandum-2000', 'hague-code-2002', 'other'], {
      description: 'Under which agreement it is given; `other` owes nothing.',
    }),
    from: text,
    given,
    ...announced,
  },
  closed,
);

export const amendmentSchema = Type.Object(
  {
    kind: Type.Literal('amendment'),
    of: id,
    given,
    changes: Type.Object(announced, { ...closed, minProperties: 1 }),
  },
  { ...closed, description: 'Replaces the fields it names. A new time ends a hold.' },
);

const bare = (kind: 'hold' | 'cancellation') =>
  Type.Object({ kind: Type.Literal(kind), of: id, given }, closed);
export const holdSchema = bare('hold');
export const cancellationSchema = bare('cancellation');

export const postLaunchSchema = Type.Object(
  {
    kind: Type.Literal('post-launch report'),
    of: id,
    given,
    launched: utc('When it was launched.'),
  },
  closed,
);

/** The shape of the document. */
export const noticesSchema = Type.Object(
  {
    notices: Type.Array(
      Type.Union([noticeSchema, amendmentSchema, holdSchema, cancellationSchema, postLaunchSchema]),
      { maxItems: 10_000 },
    ),
  },
  {
    ...closed,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Isthmus pre-launch notifications',
    description: 'What was announced of launches, and what changed it.',
  },
);

export type NoticesDocument = Type.Static<typeof noticesSchema>;
export type MessageDocument = NoticesDocument['notices'][number];
export type AnnouncedDocument = Type.Static<typeof amendmentSchema>['changes'];
export type AreaDocument = NonNullable<AnnouncedDocument['launchArea']>;
