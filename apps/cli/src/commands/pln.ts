// SPDX-License-Identifier: Apache-2.0
// `isthmus pln check FILE…`: do the figures of announced launches fit each other, and is all there
// that their regime asks for. `isthmus pln match FILE --seen SEEN`: what was announced against what
// was seen.

import { type Geodetic, geodeticFromDegrees, type Instant } from '@isthmus/earth';
import type { EventId } from '@isthmus/picture';
import {
  checkFlight,
  checkRegime,
  type FlightCheck,
  type Heading,
  headingFrom,
  matchNotices,
  type NoticeHistory,
  type NoticeVersion,
  noticeHistories,
  parseNotices,
  readSeen,
  type Seen,
} from '@isthmus/warning';
import { instantOf, readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { readLines } from '../lines.ts';
import { describeCheck, describeMatch, type NoticeCheck } from '../pln-text.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus pln check FILE… [--json], or isthmus pln match FILE --seen SEEN.ndjson [--at INSTANT] [--place LAT,LON] [--json]';

/**
 * Exit code of `check`: 1 where figures cannot be true or something asked for is missing. Of `match`:
 * 1 where a launch was seen that no notice announced.
 */
export async function pln(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'], texts: ['seen', 'at', 'place'] });
  const [verb, ...files] = parsed.positionals;
  const [file, ...more] = files;
  const seen = parsed.text('seen');
  const at = parsed.text('at');
  const place = parsed.text('place');
  const isPlain = seen === undefined && at === undefined && place === undefined;
  if (verb === 'check' && file !== undefined && isPlain) {
    return check(files, parsed.flag('json'));
  }
  if (verb === 'match' && file !== undefined && more.length === 0 && seen !== undefined) {
    return match({
      file,
      seen,
      at: instantOf(at),
      place: placeOf(place),
      json: parsed.flag('json'),
    });
  }
  throw new UserError(USAGE);
}

async function check(files: readonly string[], json: boolean): Promise<number> {
  let isWell = true;
  for (const file of files) {
    const histories = noticeHistories(await loadDocument(file, parseNotices));
    for (const found of histories.map(checkOf)) {
      if (found.flight.verdict === 'impossible' || found.regime.length > 0) isWell = false;
      const { notice, status, flight, regime } = found;
      process.stdout.write(
        json
          ? `${JSON.stringify({ file, notice: notice.id, status, ...finite(flight), regime })}\n`
          : describeCheck(found),
      );
    }
  }
  return isWell ? 0 : 1;
}

function checkOf(history: NoticeHistory): NoticeCheck {
  const { status, launch } = history.versions.at(-1) as NoticeVersion;
  const notice = { ...history.notice, launch };
  return {
    notice,
    status,
    flight: checkFlight(launch),
    regime: checkRegime(notice, history.postLaunch),
  };
}

/** JSON has no infinity, and would print null: a reach without end is told in words. */
function finite(flight: FlightCheck): object {
  const { classes } = flight;
  return classes?.energyRangeM !== Number.POSITIVE_INFINITY
    ? flight
    : { ...flight, classes: { ...classes, energyRangeM: 'every place' } };
}

async function match(ask: {
  readonly file: string;
  readonly seen: string;
  readonly at: Instant;
  readonly place: Geodetic | null;
  readonly json: boolean;
}): Promise<number> {
  const histories = noticeHistories(await loadDocument(ask.file, parseNotices));
  const seen: Seen = { launches: new Map(), watched: [] };
  await readLines(ask.seen, (value) => readSeen(seen, value));
  const { watched } = seen;
  const report = matchNotices({
    histories,
    seen: [...seen.launches.values()],
    watched,
    at: ask.at,
  });
  const headings = new Map<EventId, Heading>();
  for (const { event } of report.launches) {
    const launch = seen.launches.get(event)?.launch;
    if (ask.place !== null && launch !== undefined) {
      headings.set(event, headingFrom(launch, ask.place));
    }
  }
  process.stdout.write(
    ask.json
      ? `${JSON.stringify({ ...report, headings: Object.fromEntries(headings) })}\n`
      : describeMatch(report, histories, headings),
  );
  return report.launches.some(({ answer }) => answer === 'seen and not announced') ? 1 : 0;
}

/** Latitude and longitude in degrees, as 55.75,37.62 or --place=-33.9,18.4. */
function placeOf(text: string | undefined): Geodetic | null {
  if (text === undefined) return null;
  const found = /^(-?[0-9]+(?:[.][0-9]+)?),(-?[0-9]+(?:[.][0-9]+)?)$/.exec(text);
  const [latitude, longitude] = [Number(found?.[1]), Number(found?.[2])];
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new UserError(
      `--place takes latitude and longitude in degrees, such as 55.75,37.62, not "${text}"`,
    );
  }
  return geodeticFromDegrees(latitude, longitude);
}
