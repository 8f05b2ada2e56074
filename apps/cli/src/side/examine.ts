// SPDX-License-Identifier: Apache-2.0
// What is wrong with a side, or soon will be: each part by itself, so that one that is broken hides
// no other. Reads only: a node may run meanwhile.

import { X509Certificate } from 'node:crypto';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { instant, instantFromIso, isoFromInstant } from '@isthmus/earth';
import { LedgerError, openLedgerReader } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { certificateFingerprint } from '@isthmus/link/adapters';
import { NodeError, parseSide, readJournal } from '@isthmus/node';
import { encodeHex, SealError } from '@isthmus/seal';
import { loadAgreement } from '../agreement-file.ts';
import { loadDocument } from '../documents.ts';
import { UserError } from '../user-error.ts';
import { outOfAge, readCatalogue } from './catalogue-file.ts';
import { isLocked } from './folder-lock.ts';
import { readOwnRegister, readSideKeys, readText } from './key-files.ts';
import { linkLife, type PublicSide, partnerOrigin, readPublicSide, readSide } from './open-side.ts';

/** What is said of one part of a side. */
export interface Ailment {
  readonly part:
    | 'side.yaml'
    | 'keys'
    | 'partner'
    | 'certificate'
    | 'agreement'
    | 'disk'
    | 'record'
    | 'journal'
    | 'clock'
    | 'plots'
    | 'catalogue'
    | 'link';
  readonly verdict: 'well' | 'soon' | 'wrong';
  readonly says: string;
  /** What to do; absent where nothing has to be done. */
  readonly remedy?: string;
}

/** Days before an end at which it is told, the last most urgently. */
const DAYS_BEFORE = [2, 7, 14, 30] as const;
const DAY_MS = 86_400_000;
/** A link of ten items a second writes some 100 MB a day. */
const DISK_SOON_BYTES = 2 * 2 ** 30;
const DISK_WRONG_BYTES = 100 * 2 ** 20;
const CONNECT_MS = 3_000;

type Finding = Omit<Ailment, 'part'>;

/** Examines the side of `config` as of `now`; what cannot be examined for what is before it is left out. */
export async function examine(config: string, now: Date): Promise<readonly Ailment[]> {
  const found: Ailment[] = [];
  /** What the part is found to be, and null where it is so wrong that what needs it is not looked at. */
  const look = async <T>(
    part: Ailment['part'],
    of: () => Promise<{ readonly finding: Finding; readonly value: T }>,
  ): Promise<T | null> => {
    try {
      const { finding, value } = await of();
      found.push({ part, ...finding });
      return value;
    } catch (error) {
      found.push({ part, ...failure(error, REMEDIES[part]) });
      return null;
    }
  };
  const check = (part: Ailment['part'], of: () => Promise<Finding>): Promise<null> =>
    look(part, async () => ({ finding: await of(), value: null }));

  const document = await look('side.yaml', () => readDocument(config));
  const side = document === null ? null : await look('partner', () => readPartner(config));
  if (side === null) return found;
  await check('keys', () => keys(side));
  await check('certificate', () => certificate(side, now));
  await check('agreement', () => agreement(config, side, now));
  await check('disk', () => disk(side));
  const newestMs = await look('journal', () => journal(side));
  await check('record', () => record(side));
  await check('clock', () => Promise.resolve(clock(side, now, newestMs)));
  await check('plots', () => plots(side));
  const { catalogue } = side.document;
  if (catalogue !== undefined) await check('catalogue', () => satellites(side, catalogue, now));
  await check('link', () => link(side));
  return found;
}

async function readDocument(config: string) {
  const value = await loadDocument(config, parseSide);
  const { side, partner, mode } = value;
  return { finding: well(`${side}, linked with ${partner}, ${mode}`), value };
}

async function readPartner(config: string) {
  const value = await readPublicSide(config);
  const { serial, party } = value.register;
  return { finding: well(`register ${serial} of ${party}, each key proven`), value };
}

function well(says: string): Finding {
  return { verdict: 'well', says };
}

/** What to do where the complaint itself does not say. */
const REMEDIES: Partial<Record<Ailment['part'], string>> = {
  partner: 'isthmus pair side.yaml FOLDER takes over what the partner handed over',
  agreement: 'isthmus agreement sign, on both sides; both keep the note that has both signatures',
  journal: 'keep the file as it is; the node says at its start what it can go on from',
  record:
    'keep the folder as it is; isthmus restore takes missing entries from the partner’s mirror',
};

function failure(error: unknown, remedy: string | undefined): Finding {
  const isKnown =
    error instanceof UserError ||
    error instanceof LedgerError ||
    error instanceof NodeError ||
    error instanceof SealError;
  if (!isKnown) throw error;
  const wrong = { verdict: 'wrong', says: error.message } as const;
  return remedy === undefined ? wrong : { ...wrong, remedy };
}

/** How near an end is, by the days at which it is told. */
function ending(what: string, endMs: number, now: Date, remedy: string): Finding {
  const daysLeft = (endMs - now.getTime()) / DAY_MS;
  const end = new Date(endMs).toISOString().slice(0, 16);
  if (daysLeft <= 0) return { verdict: 'wrong', says: `${what} ended at ${end}Z`, remedy };
  const told = DAYS_BEFORE.find((days) => daysLeft <= days);
  if (told === undefined) return well(`${what} until ${end}Z`);
  const says = `${what} ends in ${told === 2 ? 'less than 2 days' : `${Math.ceil(daysLeft)} days`}, at ${end}Z`;
  return { verdict: 'soon', says, remedy };
}

async function keys({ document, path, ownRegister }: PublicSide): Promise<Finding> {
  const folder = path(document.keys);
  const of = linkLife(document);
  await readOwnRegister(folder, of, await readSideKeys(folder, of));
  const { mode } = await stat(folder);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return {
      verdict: 'wrong',
      says: `${folder}: others on this machine can look into it`,
      remedy: `chmod 700 ${folder}`,
    };
  }
  const identity = join(folder, 'identity.key');
  const isHere = await access(identity).then(
    () => true,
    () => false,
  );
  if (isHere && document.mode === 'live') {
    return {
      verdict: 'soon',
      says: `register ${ownRegister.serial}; the identity's secret key lies beside the keys it vouches for`,
      remedy: `move ${identity} to another machine; a node does not read it`,
    };
  }
  return well(`register ${ownRegister.serial}, every key active, read by their owner alone`);
}

async function certificate(side: PublicSide, now: Date): Promise<Finding> {
  const file = join(side.path(side.document.keys), 'link-certificate.pem');
  const pem = await readText(file);
  const own = new X509Certificate(pem);
  const fingerprint = certificateFingerprint(pem);
  const active = side.ownRegister.certificates.filter(({ status }) => status === 'active');
  const remedy = 'isthmus keys rotate side.yaml certificate, then hand the register to the partner';
  if (!active.some(({ sha256 }) => encodeHex(sha256) === fingerprint)) {
    const says = `${file}: is not an active certificate of the own register`;
    return { verdict: 'wrong', says, remedy };
  }
  if (Date.parse(own.validFrom) > now.getTime()) {
    return {
      verdict: 'wrong',
      says: `the certificate begins at ${own.validFrom}, which is later than the clock of this machine`,
      remedy: 'set the clock; it is most likely behind',
    };
  }
  return ending('the certificate is good', Date.parse(own.validTo), now, remedy);
}

async function agreement(config: string, side: PublicSide, now: Date): Promise<Finding> {
  const { document, path } = side;
  const terms = await loadAgreement(path(document.agreement));
  await readSide(config);
  const { name, version, validity } = terms;
  const says = `${name}, version ${version}, signed by both`;
  // An exercise is flown at the time of its scenario.
  if (document.mode === 'exercise') return well(says);
  if (instantFromIso(validity.from) / 1000 > now.getTime()) {
    return {
      verdict: 'soon',
      says: `${says}; in force from ${validity.from}: nothing goes before`,
    };
  }
  const endMs = instantFromIso(validity.until) / 1000;
  const remedy = 'agree on a new version, sign it on both sides, and start both nodes with it';
  return ending(`${says}, in force`, endMs, now, remedy);
}

async function disk({ data, path, document }: PublicSide): Promise<Finding> {
  const there = await access(data, constants.W_OK).then(
    () => data,
    (error: unknown) => ((error as NodeJS.ErrnoException).code === 'ENOENT' ? path('.') : null),
  );
  if (there === null) {
    const remedy = 'give it to the user the node runs as: chown, chmod 700';
    return { verdict: 'wrong', says: `${data}: cannot be written`, remedy };
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const says = `${(free / 2 ** 30).toFixed(1)} GiB free for ${document.data}`;
  const remedy = 'make room; a node that cannot write releases nothing and says so';
  if (free < DISK_WRONG_BYTES) return { verdict: 'wrong', says, remedy };
  return free < DISK_SOON_BYTES ? { verdict: 'soon', says, remedy } : well(says);
}

/** Its finding, and when its last turn was, ms since 1970; null without one. */
async function journal({ data, document }: PublicSide) {
  const storage = createFileStorage(data);
  const read = async () => {
    try {
      return await readJournal(storage, document.side);
    } finally {
      await storage.close();
    }
  };
  const found = await read();
  const last = found?.turns.at(-1);
  if (found === null || last === undefined) return { finding: well('no turn yet'), value: null };
  const { turns, header } = found;
  const until = isoFromInstant(last.at);
  const by = header.build.slice(0, 12);
  return {
    finding: well(`${turns.length} turns until ${until}, written by build ${by}`),
    value: last.at / 1000,
  };
}

async function record(side: PublicSide): Promise<Finding> {
  const storage = createFileStorage(side.data);
  try {
    const out = await openLedgerReader({
      storage,
      folder: 'ledger/out',
      origin: side.ownLedgerKeys[0]?.name ?? '',
      verifier: side.ownLedgerKeys,
    });
    const mirror = await openLedgerReader({
      storage,
      folder: 'ledger/in',
      origin: partnerOrigin(side.document),
      verifier: side.partnerKeys.ledger,
    });
    return well(`${out.size} entries sent and ${mirror.size} received, every one proven`);
  } finally {
    await storage.close();
  }
}

/** Nothing outside is asked: a clock behind its own record is wrong whatever the right time is. */
function clock({ document }: PublicSide, now: Date, newestMs: number | null): Finding {
  const says = `${now.toISOString().slice(0, 19)}Z`;
  if (document.mode === 'exercise' || newestMs === null || newestMs <= now.getTime() + 1000) {
    return well(says);
  }
  return {
    verdict: 'wrong',
    says: `${says}, but the last turn was taken at ${new Date(newestMs).toISOString()}`,
    remedy: 'set the clock (chrony or ntpd); a node waits for no time that has been',
  };
}

async function plots({ document, path }: PublicSide): Promise<Finding> {
  const file = path(document.plots);
  const found = await stat(file).catch(() => null);
  if (found === null) {
    const says = `${file}: is not there`;
    return { verdict: 'wrong', says, remedy: `make it, empty: the feed appends to it` };
  }
  return well(`${document.plots}, ${found.size} bytes`);
}

async function satellites(
  { document, path }: PublicSide,
  name: string,
  now: Date,
): Promise<Finding> {
  const sets = await readCatalogue(path(name));
  const old = outOfAge(sets, instant(now.getTime() * 1000));
  if (old === null) return well(`${name}, ${sets.length} satellites`);
  // An exercise may be flown at the time of its scenario.
  const verdict = document.mode === 'exercise' ? 'soon' : 'wrong';
  const remedy = 'put newer ones in its place, and start the node again';
  return { verdict, says: `${name}: ${old}`, remedy };
}

async function link({ document, data }: PublicSide): Promise<Finding> {
  if (await isLocked(data)) return well('the node of this side runs');
  if ('listen' in document.link) return well(`listens at ${document.link.listen} once it runs`);
  const { dial } = document.link;
  const cut = dial.lastIndexOf(':');
  const [host, port] = [dial.slice(0, cut), Number(dial.slice(cut + 1))];
  if (await isReached(host, port)) return well(`${dial} answers`);
  return {
    verdict: 'soon',
    says: `${dial} does not answer within ${CONNECT_MS / 1000} s`,
    remedy: 'the partner’s node may be down, or a firewall is between; the node dials on by itself',
  };
}

function isReached(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}
