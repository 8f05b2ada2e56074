// SPDX-License-Identifier: Apache-2.0
// `isthmus track PLOTS --sensors FILE --out TRACKS`: the own tracker over a file of plots, and with
// `--truth` how well it did.

import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isoFromInstant } from '@isthmus/earth';
import { parseSensors, sensorsOf } from '@isthmus/node';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { Progress } from '../progress.ts';
import { checkPlots, plotsOf } from '../track/plots.ts';
import { describeScore } from '../track/print-score.ts';
import { runTracker, type TrackedSecond } from '../track/run-tracker.ts';
import { TrackScorer } from '../track/score-tracks.ts';
import { readTruth } from '../track/truth-file.ts';
import { UserError } from '../user-error.ts';

const USAGE = 'usage: isthmus track PLOTS --sensors FILE --out TRACKS [--truth FILE] [--json]';

export async function track(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['sensors', 'out', 'truth'], flags: ['json'] });
  const [plotFile, ...rest] = parsed.positionals;
  const [sensorsFile, out] = [parsed.text('sensors'), parsed.text('out')];
  if (plotFile === undefined || rest.length > 0) throw new UserError(USAGE);
  if (sensorsFile === undefined || out === undefined) throw new UserError(USAGE);
  if (existsSync(out)) throw new UserError(`${out}: is there already; name a file that is not`);
  const sensors = sensorsOf(await loadDocument(sensorsFile, parseSensors));
  const count = await checkPlots(plotFile, sensors, sensorsFile);
  const truthFile = parsed.text('truth');
  const scorer =
    truthFile === undefined ? null : new TrackScorer(await readTruth(truthFile), sensors);

  const events = new Set<string>();
  const objects = new Set<string>();
  const progress = new Progress(process.stderr, count.plots);
  const seconds = runTracker(sensors, plotsOf(plotFile));
  const lines = await writeWhole(out, seconds, (second) => {
    for (const line of second.lines) {
      events.add(line.event);
      objects.add(line.object);
    }
    scorer?.add(second);
    progress.tell(second.plots, `${second.plots} of ${count.plots} plots`);
  }).finally(() => progress.end());

  const report = { out, plots: count.plots, lines, events: events.size, objects: objects.size };
  const score = scorer?.score();
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ ...report, ...(score === undefined ? {} : { score }) })}\n`
      : `${out}: ${lines} lines of ${report.objects} objects in ${report.events} events, from ${count.plots} plots of ${isoFromInstant(count.first)} to ${isoFromInstant(count.last)}\n${score === undefined ? '' : describeScore(score)}`,
  );
  return 0;
}

/** Into a file beside it first: what is there under its name is whole. Gives the number of lines. */
async function writeWhole(
  out: string,
  seconds: AsyncIterable<TrackedSecond>,
  onSecond: (second: TrackedSecond) => void,
): Promise<number> {
  const partial = `${out}.partial`;
  await mkdir(dirname(out), { recursive: true });
  const file = await open(partial, 'w');
  let lines = 0;
  try {
    for await (const second of seconds) {
      lines += second.lines.length;
      await file.write(second.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      onSecond(second);
    }
    await file.close();
    await rename(partial, out);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  return lines;
}
