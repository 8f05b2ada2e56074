// SPDX-License-Identifier: Apache-2.0
// Stands for a sensor's adapter: takes recorded plots, moves them to now, and appends each to a
// side's plots.ndjson when it is due. node docs/examples/feed.mjs RECORDED TARGET ZERO_US
// where ZERO_US is the recorded instant (microseconds UTC) that is to be now.

import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [recorded, target, zeroUs] = process.argv.slice(2);
const plots = readFileSync(recorded, 'utf8').trimEnd().split('\n').map(JSON.parse);
const shiftUs = Date.now() * 1000 - Number(zeroUs);

let id = 0;
for (const plot of plots) {
  const arrival = plot.arrival + shiftUs;
  const waitMs = arrival / 1000 - Date.now();
  // What was seen before the instant that is now belongs to nobody's present.
  if (waitMs < 0) continue;
  await sleep(waitMs);
  // One whole line a write: the node reads the file while it grows.
  appendFileSync(
    target,
    `${JSON.stringify({ ...plot, id, time: plot.time + shiftUs, arrival })}\n`,
  );
  id += 1;
}
