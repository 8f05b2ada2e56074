// SPDX-License-Identifier: Apache-2.0
// Documents: agreements and sides as values, the files of a node, and YAML with its line numbers.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { instant, type Random } from '@isthmus/earth';
import { createMemoryStorage } from '@isthmus/ledger';
import {
  createNodeState,
  NodeError,
  openJournal,
  parseSide,
  readSnapshot,
  sensorsOf,
  stateHash,
} from '@isthmus/node';
import { openPlotFile } from '@isthmus/node/adapters';
import { canonicalAgreement, parseAgreement, ReleaseError } from '@isthmus/release';
import { NotificationError, noticeHistories, parseNotices, readSeen } from '@isthmus/warning';
import { parse } from 'yaml';
import { readArguments, speedOf } from '../../../apps/cli/src/arguments.ts';
import { loadDocument } from '../../../apps/cli/src/documents.ts';
import { ROOT } from '../../../apps/cli/src/repository.ts';
import { loadScenario } from '../../../apps/cli/src/scenario-file.ts';
import { scenarioTemplate } from '../../../apps/cli/src/scenario-template.ts';
import { UserError } from '../../../apps/cli/src/user-error.ts';
import { several, spoilBytes, spoilJson, spoilLines } from './mutate.ts';
import { AGREEMENT_DOCUMENT } from './releases.ts';
import { Finding, pick, type Target, textOf } from './target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const isNodeRefusal = (error: unknown): boolean => error instanceof NodeError;
const isUserRefusal = (error: unknown): boolean => error instanceof UserError;

const AGREEMENTS = ['black-sea', 'falcon', 'quiet-day'].map((name): unknown =>
  parse(readFileSync(join(ROOT, 'agreements', `${name}.yaml`), 'utf8')),
);

const site = { latitudeDeg: 40, longitudeDeg: 30, heightM: 100 };
const errors = { rangeM: 10, azimuthDeg: 0.1, elevationDeg: 0.1 };
const SIDE_DOCUMENT = {
  side: 'west',
  partner: 'east',
  mode: 'exercise',
  agreement: 'agreement.yaml',
  agreementNote: 'agreement.note',
  plots: 'plots.ndjson',
  data: 'data',
  keys: 'keys',
  partnerKeys: 'partner',
  link: { listen: '127.0.0.1:7000' },
  console: { listen: '127.0.0.1:8101' },
  sensors: [
    {
      kind: 'radar',
      id: 'r1',
      site,
      azimuthFromDeg: 0,
      azimuthToDeg: 360,
      elevationMinDeg: 2,
      elevationMaxDeg: 85,
      rangeMaxKm: 3000,
      revisitS: 1,
      noise: errors,
      bias: errors,
    },
    { kind: 'infrared', id: 'i1', site, revisitS: 5, noiseDeg: 0.01, biasDeg: 0.01 },
  ],
};

/** A value in JSON, changed: what a loader of YAML or JSON hands on. */
function valueTarget(
  name: string,
  seeds: readonly unknown[],
  given: Pick<Target, 'isRefusal' | 'oneIn'> & { readonly read: (value: unknown) => boolean },
): Target {
  const texts = seeds.map((seed) => JSON.stringify(seed));
  return {
    name,
    oneIn: given.oneIn,
    isRefusal: given.isRefusal,
    make: (random) => bytes(spoilJson(pick(random, texts), random)),
    read(input) {
      let value: unknown;
      try {
        value = JSON.parse(textOf(input));
      } catch {
        // Only what shrinking has made: the loader stands before this.
        return false;
      }
      return given.read(value);
    },
  };
}

function agreementValue(): Target {
  return valueTarget('agreement', [AGREEMENT_DOCUMENT, ...AGREEMENTS], {
    oneIn: 40,
    isRefusal: (error) => error instanceof ReleaseError,
    read(value) {
      const text = canonicalAgreement(parseAgreement(value));
      const again = canonicalAgreement(parseAgreement(JSON.parse(text)));
      if (again !== text) throw new Finding('another canonical form the second time');
      return true;
    },
  });
}

function sideValue(): Target {
  return valueTarget('side', [SIDE_DOCUMENT], {
    oneIn: 40,
    isRefusal: isNodeRefusal,
    read(value) {
      const sensors = sensorsOf(parseSide(value));
      for (const sensor of sensors) {
        const { latitudeRad } = sensor.site;
        if (!(Math.abs(latitudeRad) <= Math.PI / 2)) throw new Finding(`latitude ${latitudeRad}`);
      }
      return true;
    },
  });
}

const NOTICES: unknown = parse(readFileSync(join(ROOT, 'docs/examples/notices.yaml'), 'utf8'));
const SEEN = readFileSync(join(ROOT, 'docs/examples/seen.ndjson'), 'utf8').trimEnd().split('\n');
const isNoticeRefusal = (error: unknown): boolean => error instanceof NotificationError;

function noticesValue(): Target {
  return valueTarget('notices', [NOTICES], {
    oneIn: 40,
    isRefusal: isNoticeRefusal,
    read(value) {
      const messages = parseNotices(value);
      const notices = messages.filter(({ kind }) => kind === 'notice');
      if (noticeHistories(messages).length !== notices.length)
        throw new Finding('a notice is lost');
      return true;
    },
  });
}

function seenValue(): Target {
  return valueTarget(
    'seen',
    SEEN.map((line): unknown => JSON.parse(line)),
    {
      oneIn: 40,
      isRefusal: isNoticeRefusal,
      read(value) {
        const seen = { launches: new Map(), watched: [] };
        readSeen(seen, value);
        return true;
      },
    },
  );
}

const HEADER = {
  isthmus: 'journal',
  side: 'west',
  build: 'b',
  engine: 'e',
  architecture: 'a',
} as const;

function lineOf(json: string): string {
  const check = crc32(json).toString(16).padStart(8, '0');
  return `${check} ${Buffer.byteLength(json)} ${json}\n`;
}

const TURN = {
  at: 1,
  plots: [{ kind: 'radar', id: 0, sensor: 'r1', time: 1, arrival: 2, rangeM: 1e6 }],
  entries: [{ index: 0, bytes: 'AAAA' }],
  link: { up: true, heard: null, configured: true },
  recording: true,
};

/** Lines with sound check sums around spoilt values, or sound lines with spoilt bytes. */
function journalFile(): Target {
  const header = JSON.stringify({ ...HEADER, first: 0 });
  const turns = JSON.stringify([TURN, TURN]);
  return {
    name: 'journal',
    oneIn: 10,
    isRefusal: isNodeRefusal,
    make(random) {
      const line = (json: string): string => {
        if (!random.chance(1, 3)) return lineOf(json);
        if (random.chance(1, 4)) return lineOf(json.slice(0, random.integer(json.length)));
        return lineOf(spoilJson(json, random));
      };
      const more = Array.from({ length: random.integer(4) }, () => line(turns)).join('');
      const file = bytes(line(header) + more);
      if (random.chance(1, 2)) return file;
      return several(file, random, (one) => spoilBytes(one, random, file));
    },
    async read(input) {
      const storage = createMemoryStorage();
      await storage.replace('journal', input);
      const { journal, turns: found, first } = await openJournal(storage, HEADER);
      if (!Number.isSafeInteger(first) || first < 0) throw new Finding(`first turn ${first}`);
      for (const turn of found) {
        if (typeof turn !== 'object' || turn === null) throw new Finding('a turn that is none');
      }
      journal.append({ ...TURN, at: instant(1), plots: [], entries: [] });
      if (!(await journal.durable())) throw new Finding('does not take another turn');
      const again = await openJournal(storage, HEADER);
      if (again.turns.length !== found.length + 1) throw new Finding('the turns are others now');
      return true;
    },
  };
}

/** A snapshot is sound or passed over; nothing is thrown. */
function snapshotFiles(): Target {
  const sensors = sensorsOf(parseSide(SIDE_DOCUMENT));
  const state = createNodeState({ side: 'west', partner: 'east', sensors });
  const json = JSON.stringify(state);
  const sound = `${stateHash(state)}\n${json}`;
  return {
    name: 'snapshot',
    oneIn: 40,
    // A file of our own, read once a start; brackets by the thousand end at the stack's limit.
    msMax: 50,
    // Of another side, or of a later build: refused by name, whatever else is there.
    isRefusal: (error) => error instanceof NodeError,
    make(random) {
      if (random.chance(1, 2)) {
        return several(bytes(sound), random, (one) => spoilLines(one, random, bytes(sound)));
      }
      const spoilt = spoilJson(json, random);
      // The hash put right, as an earlier or later build would write it.
      return bytes(`${hashOf(spoilt)}\n${spoilt}`);
    },
    async read(input) {
      const storage = createMemoryStorage();
      await storage.replace('snapshot-a', input);
      const alone = await readSnapshot(storage, 'west');
      await storage.replace('snapshot-b', bytes(sound));
      const both = await readSnapshot(storage, 'west');
      if (both === null) throw new Finding('a spoilt snapshot hides a sound one');
      return alone !== null;
    },
  };
}

function hashOf(json: string): string {
  try {
    return stateHash(JSON.parse(json) as Parameters<typeof stateHash>[0]);
  } catch {
    return '0';
  }
}

const PLOTS = [
  {
    kind: 'radar',
    id: 0,
    sensor: 'r1',
    time: 1,
    arrival: 2,
    rangeM: 1e6,
    azimuthRad: 1,
    elevationRad: 0.5,
  },
  { kind: 'infrared', id: 1, sensor: 'i1', time: 2, arrival: 3, eastRad: 0.01, northRad: -0.02 },
].map((plot) => JSON.stringify(plot));

/** A file in a folder of the target's own, written again for each input. */
function fileTarget(
  target: Omit<Target, 'read' | 'close'>,
  fileName: string,
  read: (file: string) => Promise<boolean>,
): Target {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-fuzz-'));
  const file = join(folder, fileName);
  return {
    ...target,
    read(input) {
      writeFileSync(file, input);
      return read(file);
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function plotFile(): Target {
  const make = (random: Random): Uint8Array => {
    const lines = Array.from({ length: 1 + random.integer(4) }, () =>
      random.chance(1, 2) ? pick(random, PLOTS) : spoilJson(pick(random, PLOTS), random),
    );
    const file = bytes(`${lines.join('\n')}\n`);
    return random.chance(1, 2)
      ? file
      : several(file, random, (one) => spoilLines(one, random, file));
  };
  const target = { name: 'plots', oneIn: 200, msMax: 50, isRefusal: isNodeRefusal, make };
  return fileTarget(target, 'plots.ndjson', async (file) => {
    const source = await openPlotFile(file);
    try {
      for (const plot of await source.take(0, instant(Number.MAX_SAFE_INTEGER))) {
        const numbers = Object.values(plot).filter((value) => typeof value === 'number');
        if (!numbers.every(Number.isFinite)) throw new Finding('a plot with a number that is none');
      }
      return true;
    } finally {
      await source.close();
    }
  });
}

const YAML_WORDS = ['&a', '*a', '<<: *a', '!!binary x', '? ', '|', '>', '---', '%YAML 9', '- - -'];

function spoilYaml(input: Uint8Array, random: Random): Uint8Array {
  return several(input, random, (one) => {
    if (random.chance(2, 3)) return spoilLines(one, random, input);
    const lines = Buffer.from(one).toString('latin1').split('\n');
    lines.splice(random.integer(lines.length + 1), 0, pick(random, YAML_WORDS));
    return new Uint8Array(Buffer.from(lines.join('\n'), 'latin1'));
  });
}

/** Errors of these come with file, line and field, as the user's. */
function yamlTarget(name: string, seed: string, read: (file: string) => Promise<boolean>): Target {
  const seeds = bytes(seed);
  const make = (random: Random): Uint8Array => spoilYaml(seeds, random);
  const target = { name, oneIn: 500, msMax: 250, isRefusal: isUserRefusal, make };
  return fileTarget(target, `${name}.yaml`, read);
}

const SIDE_YAML = Object.entries(SIDE_DOCUMENT)
  .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  .join('\n');

function argumentLine(): Target {
  const lines = [
    'black-sea --seed 7 --speed 20 --headless --json',
    'side.yaml --ledger out --out folder --format tiles',
    '--config side.yaml --conducted --speed max',
    '-- --seed -1 --keep=x --seed=0x10',
  ].map((line) => bytes(line.replaceAll(' ', '\n')));
  return {
    name: 'arguments',
    oneIn: 10,
    // The platform's parser, and ten thousand arguments are nobody's but the user's.
    msMax: 50,
    isRefusal: isUserRefusal,
    make: (random) =>
      several(pick(random, lines), random, (one) => spoilLines(one, random, lines[0] ?? one)),
    read(input) {
      const parsed = readArguments(textOf(input).split('\n'), {
        texts: ['seed', 'speed', 'config', 'ledger', 'out', 'format', 'keep'],
        flags: ['json', 'headless', 'conducted'],
      });
      const seed = parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 1e6 });
      const speed = speedOf(parsed.text('speed'), 1);
      if (!Number.isInteger(seed) || Number.isNaN(speed)) throw new Finding(`${seed} ${speed}`);
      return true;
    },
  };
}

export const documentTargets: readonly (() => Target)[] = [
  agreementValue,
  sideValue,
  noticesValue,
  seenValue,
  journalFile,
  snapshotFiles,
  plotFile,
  argumentLine,
  () =>
    yamlTarget('agreement-yaml', JSON.stringify(AGREEMENT_DOCUMENT, null, 1), async (file) => {
      await loadDocument(file, parseAgreement);
      return true;
    }),
  () =>
    yamlTarget('side-yaml', SIDE_YAML, async (file) => {
      await loadDocument(file, parseSide);
      return true;
    }),
  () =>
    yamlTarget('scenario-yaml', scenarioTemplate('fuzz'), async (file) => {
      await loadScenario(file, () => true);
      return true;
    }),
];
