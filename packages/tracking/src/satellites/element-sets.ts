// SPDX-License-Identifier: Apache-2.0
// Reads catalogues of satellites: two-line elements, or the JSON form of CCSDS orbit mean-elements
// messages (502.0-B-3) as public catalogues give it. Strict: a catalogue that is half read would leave
// half the sky to be warned of. What becomes of the elements is in `catalogue.ts`.

import { type Instant, instant, instantFromIso } from '@isthmus/earth';
import { TrackingError } from '../errors.ts';

/** Mean elements of SGP4, in the units their publishers use. Plain data. */
export interface ElementSet {
  /** Catalogue number as published, leading zeros gone. */
  readonly number: string;
  /** Empty where the source names none. */
  readonly name: string;
  readonly epoch: Instant;
  readonly meanMotionRevPerDay: number;
  readonly eccentricity: number;
  readonly inclinationDeg: number;
  readonly nodeDeg: number;
  readonly argumentOfPerigeeDeg: number;
  readonly meanAnomalyDeg: number;
  /** Drag term, 1/Earth radii. */
  readonly bstar: number;
}

/**
 * Element sets of a text of two-line elements, with or without lines of names between them.
 *
 * @throws TrackingError `bad-elements`, with the number of the line and what is wrong there.
 */
export function parseTwoLineElements(text: string): ElementSet[] {
  const lines = text.split(/\r?\n/);
  const sets: ElementSet[] = [];
  let name = '';
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    if (line.trim() === '') continue;
    if (!line.startsWith('1 ')) {
      if (line.startsWith('2 ')) throw wrong(i, 'a second line without its first');
      name = line.replace(/^0 /, '').trim();
      continue;
    }
    const second = lines[i + 1] ?? '';
    checkLine(line, i);
    if (!second.startsWith('2 ')) throw wrong(i + 1, 'expected the second line of the pair');
    checkLine(second, i + 1);
    if (line.slice(2, 7) !== second.slice(2, 7)) {
      throw wrong(i + 1, 'the two lines are of different satellites');
    }
    sets.push(pairOf({ first: line, second, at: i, name }));
    name = '';
    i += 1;
  }
  return sets;
}

/**
 * Element sets of parsed JSON: an array of orbit mean-elements messages, keywords as in CCSDS 502.0-B-3.
 *
 * @throws TrackingError `bad-elements`, with the index of the message and its field.
 */
export function elementSetsOfMessages(value: unknown): ElementSet[] {
  if (!Array.isArray(value)) throw new TrackingError('bad-elements', 'expected a list of messages');
  return value.map((message: unknown, i) => {
    const fields = (typeof message === 'object' ? message : null) as Record<string, unknown> | null;
    const read = (field: string): number => {
      const given = fields?.[field];
      // Some publishers write numbers, others strings of them.
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      if (typeof number === 'number' && Number.isFinite(number)) return number;
      throw new TrackingError('bad-elements', `message ${i}: ${field} is not a number`);
    };
    const epoch = fields?.['EPOCH'];
    if (typeof epoch !== 'string') {
      throw new TrackingError('bad-elements', `message ${i}: EPOCH is not a time`);
    }
    return checked(
      {
        number: String(read('NORAD_CAT_ID')),
        name: typeof fields?.['OBJECT_NAME'] === 'string' ? fields['OBJECT_NAME'] : '',
        epoch: instantOf(epoch, i),
        meanMotionRevPerDay: read('MEAN_MOTION'),
        eccentricity: read('ECCENTRICITY'),
        inclinationDeg: read('INCLINATION'),
        nodeDeg: read('RA_OF_ASC_NODE'),
        argumentOfPerigeeDeg: read('ARG_OF_PERICENTER'),
        meanAnomalyDeg: read('MEAN_ANOMALY'),
        bstar: read('BSTAR'),
      },
      `message ${i}`,
    );
  });
}

function instantOf(epoch: string, i: number): Instant {
  try {
    return instantFromIso(epoch.endsWith('Z') ? epoch : `${epoch}Z`);
  } catch (cause) {
    throw new TrackingError('bad-elements', `message ${i}: EPOCH is not a time`, { cause });
  }
}

function wrong(line: number, what: string): TrackingError {
  return new TrackingError('bad-elements', `line ${line + 1}: ${what}`);
}

/** Length and checksum: the sum of the digits, a minus for one, modulo ten. */
function checkLine(line: string, at: number): void {
  if (line.trimEnd().length !== 69) throw wrong(at, 'expected 69 characters');
  let sum = 0;
  for (const c of line.slice(0, 68)) sum += c === '-' ? 1 : c >= '0' && c <= '9' ? Number(c) : 0;
  if (sum % 10 !== Number(line[68])) throw wrong(at, 'the checksum does not match');
}

function pairOf(given: {
  readonly first: string;
  readonly second: string;
  readonly at: number;
  readonly name: string;
}): ElementSet {
  const { first, second, at, name } = given;
  const number = (line: string, from: number, to: number): number => {
    const text = line.slice(from, to).trim();
    const value = Number(text);
    if (text === '' || !Number.isFinite(value)) {
      throw wrong(line === first ? at : at + 1, `"${text}" in columns ${from + 1} to ${to}`);
    }
    return value;
  };
  // A power of ten in the last two columns, the point before the first digit.
  const mantissa = Number(`${first.slice(53, 54).trim()}0.${first.slice(54, 59).trim()}`);
  const bstar = mantissa * 10 ** Number(first.slice(59, 61));
  return checked(
    {
      number: first
        .slice(2, 7)
        .trim()
        .replace(/^0+(?=.)/, ''),
      name,
      epoch: epochOf(number(first, 18, 20), number(first, 20, 32)),
      meanMotionRevPerDay: number(second, 52, 63),
      eccentricity: Number(`0.${second.slice(26, 33).replace(/ /g, '0')}`),
      inclinationDeg: number(second, 8, 16),
      nodeDeg: number(second, 17, 25),
      argumentOfPerigeeDeg: number(second, 34, 42),
      meanAnomalyDeg: number(second, 43, 51),
      bstar,
    },
    `line ${at + 1}`,
  );
}

/** Years of two digits begin with 1957; days count from 1. */
function epochOf(year: number, day: number): Instant {
  const start = instantFromIso(`${year < 57 ? 2000 + year : 1900 + year}-01-01T00:00:00Z`);
  return instant(start + Math.round((day - 1) * 86_400e6));
}

function checked(set: ElementSet, where: string): ElementSet {
  const { number, name, ...numbers } = set;
  const bad = Object.entries(numbers).find(([, value]) => !Number.isFinite(value));
  if (bad !== undefined) throw new TrackingError('bad-elements', `${where}: no ${bad[0]}`);
  const { meanMotionRevPerDay: motion, eccentricity } = set;
  // Faster than a revolution in 84 minutes is under the ground.
  if (!(motion > 0 && motion < 18 && eccentricity >= 0 && eccentricity < 1)) {
    throw new TrackingError('bad-elements', `${where}: satellite ${number} ${name} has no orbit`);
  }
  return set;
}
