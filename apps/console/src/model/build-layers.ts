// SPDX-License-Identifier: Apache-2.0
// From what is known to what is drawn: marks, paths, areas and coverage as plain data, the same for
// the globe and the flat map.

import {
  addSeconds,
  degreesFromRadians,
  enclosingRadiusM,
  type Geodetic,
  geodesicDestination,
  secondsBetween,
} from '@isthmus/earth';
import type {
  ConsoleObject,
  ConsolePicture,
  Outlook,
  RadarSensor,
  Sensor,
  SensorState,
} from '@isthmus/picture';
import { type Case, impactOf, isEnded, isPartOf } from './cases.ts';
import type { Coverage, Layers, Mark, Region, Track, View } from './layers.ts';
import type { PictureState } from './picture-state.ts';
import { clockTime, squareKilometres, titled } from './words.ts';

/** An object not seen for this long is drawn as stale: several looks of any sensor here. */
const STALE_S = 20;
/** Coverage is drawn for a body this high: where a rising missile meets a radar's view. */
const COVERAGE_HEIGHT_M = 500_000;
/** A path that ends lower than this ends on the ground. */
const LANDED_M = 10_000;
const AHEAD_S = 240;
const TALL_M = 1_000_000;
/** Less ground than this shows no coast to tell the place by. */
const SPAN_M_MIN = 2_400_000;
const EARTH_RADIUS_M = 6_371_000;
const RING_POINTS = 48;

/** Everything the maps draw. `selected` is the key of a case, or null. */
export function buildLayers(
  state: PictureState,
  cases: readonly Case[],
  selected: string | null,
): Layers {
  const threats = threatsOf(cases);
  const mains = mainObjects(state, threats);
  const marks: Mark[] = [];
  const tracks: Track[] = [];
  for (const [key, object] of state.objects) {
    const of = threats[object.picture].get(object.event) ?? null;
    if (of !== null && isEnded(of.warning) && of.key !== selected) continue;
    marks.push(markOf(state, { key, object, of, selected, mains }));
    const trail = of === null ? undefined : state.trails.get(key);
    if (trail === undefined || of === null) continue;
    const points = [...trail, object.point];
    if (points.length > 1) {
      tracks.push({
        key,
        picture: object.picture,
        kind: 'trail',
        points,
        selected: of.key === selected,
      });
    }
  }
  for (const one of cases) tracks.push(...pathsAhead(state, one, selected));
  return {
    marks,
    tracks,
    regions: cases.flatMap((one) => regionsOf(state, one, selected)),
    coverages: coveragesOf(state.side.sensors, state.status.sensors),
  };
}

function markOf(
  state: PictureState,
  from: {
    readonly key: string;
    readonly object: ConsoleObject;
    readonly of: Case | null;
    readonly selected: string | null;
    readonly mains: ReadonlySet<string>;
  },
): Mark {
  const { key, object, of, selected, mains } = from;
  const now = state.clock.at;
  return {
    key,
    picture: object.picture,
    weight: of === null ? 'quiet' : 'threat',
    phase: object.phase,
    point: object.point,
    label:
      of === null ? quietLabel(object) : mains.has(key) ? threatLabel(state, object, of) : null,
    stale: now !== null && secondsBetween(object.lastSeen, now) > STALE_S,
    selected: of !== null && of.key === selected,
  };
}

function quietLabel(object: ConsoleObject): string | null {
  if (object.category === 'space-object') {
    const { satellite = null, decays = false } = object.orbiting ?? {};
    const what = satellite === null ? 'space object' : `satellite ${satellite}`;
    return decays ? `${what}, decaying` : what;
  }
  return object.category === 'aircraft' ? 'aircraft' : null;
}

/** Only the main object of each picture is named: stages and debris would hide it. */
function threatLabel(state: PictureState, object: ConsoleObject, of: Case): string | null {
  const height = `${Math.round(object.point.heightM / 1000)} km`;
  if (object.picture === 'partner') {
    // Beside a system mark the partner's own word needs no second height.
    return of.own === null ? `${titled(partnerName(state))} · ${height}` : null;
  }
  if (object.picture === 'system') {
    return `${titled(state.side.side)} + ${titled(partnerName(state))} · ${height}`;
  }
  const isJoined = of.system !== null && of.system.evidence.some((piece) => piece.party === 'own');
  return isJoined ? null : `${titled(state.side.side)} · ${height}`;
}

/** Cases by picture and event. */
type Threats = Readonly<Record<ConsolePicture, ReadonlyMap<string, Case>>>;

function threatsOf(cases: readonly Case[]): Threats {
  const threats = {
    own: new Map<string, Case>(),
    partner: new Map<string, Case>(),
    system: new Map<string, Case>(),
  };
  for (const one of cases) {
    for (const { picture, event } of one.events) {
      // The most urgent comes first, and what was cancelled for it must not hide its objects.
      if (!threats[picture].has(event)) threats[picture].set(event, one);
    }
  }
  return threats;
}

/**
 * Keys of the main object of each event that is warned of: the one its outlook is about; before
 * there is one, the first that the event has.
 */
function mainObjects(state: PictureState, threats: Threats): Set<string> {
  const mains = new Map<string, string>();
  for (const [key, object] of state.objects) {
    const of = threats[object.picture].get(object.event);
    if (of === undefined) continue;
    const event = `${object.picture}/${object.event}`;
    const outlook = object.picture === 'own' ? of.ownOutlook : of.systemOutlook;
    if (!mains.has(event) || outlook?.object === object.id) mains.set(event, key);
  }
  return new Set(mains.values());
}

function partnerName(state: PictureState): string {
  return state.side.partner ?? 'partner';
}

/** The system's path ahead where there is one, else the own one: two nearly equal lines say less. */
function pathsAhead(state: PictureState, one: Case, selected: string | null): Track[] {
  const outlook = one.systemOutlook ?? one.ownOutlook;
  const now = state.clock.at;
  if (outlook === null || now === null || isEnded(one.warning)) return [];
  const ahead = outlook.path.filter(({ at }) => at > now).map(({ point }) => point);
  // An event known from the partner alone has its object in the partner's picture.
  const pictures: readonly ConsolePicture[] =
    one.systemOutlook === null ? ['own'] : ['system', 'partner', 'own'];
  const main = pictures
    .map((name) => state.objects.get(`${name}/${outlook.object}`))
    .find((object) => object !== undefined);
  const picture = main?.picture ?? (one.systemOutlook === null ? 'own' : 'system');
  const points = main === undefined ? ahead : [main.point, ...ahead];
  if (ahead.length === 0 || points.length < 2) return [];
  return [
    { key: `${one.key}/ahead`, picture, kind: 'ahead', points, selected: one.key === selected },
  ];
}

function regionsOf(state: PictureState, one: Case, selected: string | null): Region[] {
  const { warning, report } = one;
  if (isEnded(warning) && one.key !== selected) return [];
  const picture: ConsolePicture = one.system === null ? 'own' : 'system';
  const regions: Region[] = [];
  const isSelected = one.key === selected;
  const { launch } = warning;
  if (launch !== null) {
    const covariance = launch.pointCovarianceM2;
    regions.push({
      key: `${one.key}/launch`,
      kind: 'launch',
      picture: launch.method === 'partner' ? 'partner' : picture,
      centre: launch.point,
      ring: ringFor(launch, () => ellipseRing(launch.point, covariance, 0.9)),
      label: 'launched here, 90 %',
      selected: isSelected,
    });
  }
  const impact = impactOf(warning);
  if (impact !== null) {
    regions.push({
      key: `${one.key}/impact`,
      kind: 'impact',
      picture,
      centre: impact.centre,
      ring: ringFor(impact, () =>
        ellipseRing(impact.centre, impact.covarianceM2, impact.probability),
      ),
      label: `impact, ${Math.round(impact.probability * 100)} % · ${squareKilometres(impact.areaKm2)}`,
      selected: isSelected,
    });
  }
  if (warning.impact.statement === 'reachable') {
    const { centre, outline, condition } = warning.impact;
    const end = condition.motion === 'thrust' ? 'it burns out' : 'the force on it ends';
    regions.push({
      key: `${one.key}/reachable`,
      kind: 'reachable',
      picture,
      centre,
      ring: outline,
      label: `reached only if ${end} by ${clockTime(condition.until)}`,
      selected: isSelected,
    });
  }
  const area = report?.report.impactArea ?? null;
  if (area !== null && impact === null) {
    regions.push({
      key: `${one.key}/reported`,
      kind: 'impact',
      picture: 'partner',
      centre: area.centre,
      ring: ringFor(area, () => circleRing(area.centre, area.radiusM)),
      label: `impact as ${titled(partnerName(state))} reports it, 95 %`,
      selected: isSelected,
    });
  }
  return regions;
}

const rings = new WeakMap<object, readonly Geodetic[]>();

/** The ring of what is stated, made once: the maps draw again only what is another object. */
function ringFor(stated: object, make: () => readonly Geodetic[]): readonly Geodetic[] {
  const known = rings.get(stated) ?? make();
  rings.set(stated, known);
  return known;
}

/** The ellipse that holds the point with `probability`, by the covariance on the tangent plane. */
export function ellipseRing(
  centre: Geodetic,
  covarianceM2: readonly [number, number, number],
  probability: number,
): Geodetic[] {
  const [ee, en, nn] = covarianceM2;
  const scale = Math.sqrt(-2 * Math.log(1 - probability));
  // A square root of the covariance by Cholesky turns the circle into the ellipse.
  const a = Math.sqrt(Math.max(ee, 1));
  const b = en / a;
  const c = Math.sqrt(Math.max(nn - b * b, 1));
  return turn((angle) => {
    const east = scale * a * Math.cos(angle);
    const north = scale * (b * Math.cos(angle) + c * Math.sin(angle));
    return geodesicDestination(centre, Math.atan2(east, north), Math.hypot(east, north));
  });
}

function circleRing(centre: Geodetic, radiusM: number): Geodetic[] {
  return turn((angle) => geodesicDestination(centre, angle, radiusM));
}

function turn(at: (angle: number) => Geodetic): Geodetic[] {
  return Array.from({ length: RING_POINTS }, (_, i) => ({
    ...at((2 * Math.PI * i) / RING_POINTS),
    heightM: 0,
  }));
}

interface Drawn {
  /** Of the sensors that do not work, each with what is said of it. */
  readonly silent: string;
  readonly coverages: readonly Coverage[];
}

const drawn = new WeakMap<readonly Sensor[], Drawn>();

/**
 * Coverage of the declared sensors, computed once a list of them and what they say of themselves. One
 * that is down, or is heard no more, covers nothing.
 */
export function coveragesOf(
  sensors: readonly Sensor[],
  states: readonly SensorState[] = [],
): readonly Coverage[] {
  const idle = new Map(
    states
      .filter(({ state }) => state !== 'working')
      .map(({ sensor, state }) => [sensor, state === 'down' ? 'down' : 'not heard']),
  );
  const silent = JSON.stringify([...idle]);
  const known = drawn.get(sensors);
  if (known?.silent === silent) return known.coverages;
  const coverages = sensors.map((sensor): Coverage => {
    const { id, kind, site } = sensor;
    const word = idle.get(id);
    if (word !== undefined) return { key: id, kind, site, label: `${id} · ${word}`, ring: [] };
    const ring = sensor.kind === 'radar' ? radarRing(sensor) : limbRing(site);
    return { key: id, kind, site, label: id, ring };
  });
  drawn.set(sensors, { silent, coverages });
  return coverages;
}

/** On a sphere: where a body at `COVERAGE_HEIGHT_M` is within range and above the least elevation. */
function radarRing(radar: RadarSensor): Geodetic[] {
  const body = EARTH_RADIUS_M + COVERAGE_HEIGHT_M;
  const sine = (EARTH_RADIUS_M * Math.cos(radar.elevationMinRad)) / body;
  const byElevation = Math.acos(sine) - radar.elevationMinRad;
  const cosine =
    (EARTH_RADIUS_M ** 2 + body ** 2 - radar.rangeMaxM ** 2) / (2 * EARTH_RADIUS_M * body);
  const byRange = cosine > 1 ? 0 : Math.acos(Math.max(-1, cosine));
  const reachM = EARTH_RADIUS_M * Math.min(byElevation, byRange);
  const width =
    (radar.azimuthToRad - radar.azimuthFromRad + 4 * Math.PI) % (2 * Math.PI) || 2 * Math.PI;
  const steps = Math.max(8, Math.round(degreesFromRadians(width) / 4));
  const arc = Array.from({ length: steps + 1 }, (_, i) => ({
    ...geodesicDestination(radar.site, radar.azimuthFromRad + (width * i) / steps, reachM),
    heightM: 0,
  }));
  return width > 6.28 ? arc.slice(1) : [{ ...radar.site, heightM: 0 }, ...arc];
}

/** Where the satellite sees the limb of the Earth. */
function limbRing(site: Geodetic): Geodetic[] {
  const angle = Math.acos(EARTH_RADIUS_M / (EARTH_RADIUS_M + site.heightM));
  return circleRing(site, EARTH_RADIUS_M * angle);
}

/** Where to look to see a case whole: from where it rose to where it comes down, or is now. */
export function viewOfCase(state: PictureState, one: Case): View | null {
  const points: Geodetic[] = [];
  if (one.warning.launch !== null) points.push(one.warning.launch.point);
  const impact = impactOf(one.warning);
  if (impact !== null) points.push(impact.centre);
  const area = one.report?.report.impactArea ?? null;
  if (impact === null && area !== null) points.push(area.centre);
  for (const object of state.objects.values()) {
    if (isPartOf(one, object)) points.push(object.point);
  }
  const outlook = one.systemOutlook ?? one.ownOutlook;
  points.push(...pathInView(outlook));
  return viewOf(points, impact === null ? 0 : enclosingRadiusM(impact.covarianceM2, 0.9));
}

/** A path that comes down is seen whole; of one that does not, what lies just ahead. */
function pathInView(outlook: Outlook | null): Geodetic[] {
  const path = outlook?.path ?? [];
  const last = path.at(-1);
  if (outlook === null || last === undefined) return [];
  const until = last.point.heightM < LANDED_M ? last.at : addSeconds(outlook.computedAt, AHEAD_S);
  return path.filter(({ at }) => at <= until).map(({ point }) => point);
}

/** Near enough that moving the map would only disturb: by centre and by span. */
export function isNear(a: View, b: View): boolean {
  const apart = angleBetween(a.centre, b.centre) * EARTH_RADIUS_M;
  const ratio = a.spanM / b.spanM;
  return apart < 0.15 * Math.min(a.spanM, b.spanM) && ratio > 0.75 && ratio < 1.33;
}

/** Where to look at first: own sensors' ground. */
export function viewOfSensors(sensors: readonly Sensor[]): View {
  const ground = sensors.filter((sensor) => sensor.kind === 'radar').map((sensor) => sensor.site);
  const points = ground.length > 0 ? ground : sensors.map((sensor) => sensor.site);
  // The ground below a satellite, not the satellite.
  const view = viewOf(
    points.map((site) => ({ ...site, heightM: 0 })),
    0,
  );
  return {
    centre: view?.centre ?? { latitudeRad: 0.7, longitudeRad: 0.6, heightM: 0 },
    spanM: Math.max(9e6, view?.spanM ?? 0),
  };
}

/** Angle at the centre of a sphere, radians. */
function angleBetween(a: Geodetic, b: Geodetic): number {
  const cosine =
    Math.sin(a.latitudeRad) * Math.sin(b.latitudeRad) +
    Math.cos(a.latitudeRad) * Math.cos(b.latitudeRad) * Math.cos(a.longitudeRad - b.longitudeRad);
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

/** The mean direction of points, with a span that holds them all and a margin. */
function viewOf(points: readonly Geodetic[], marginM: number): View | null {
  if (points.length === 0) return null;
  let [x, y, z] = [0, 0, 0];
  for (const { latitudeRad, longitudeRad } of points) {
    x += Math.cos(latitudeRad) * Math.cos(longitudeRad);
    y += Math.cos(latitudeRad) * Math.sin(longitudeRad);
    z += Math.sin(latitudeRad);
  }
  const centre = {
    latitudeRad: Math.atan2(z, Math.hypot(x, y)),
    longitudeRad: Math.atan2(y, x),
    heightM: 0,
  };
  let farthestM = 0;
  let highestM = 0;
  for (const point of points) {
    farthestM = Math.max(farthestM, angleBetween(centre, point) * EARTH_RADIUS_M);
    highestM = Math.max(highestM, point.heightM);
  }
  // A lofted arc is taller than it is long: it is looked at half way up, and from the side.
  const isTall = highestM > TALL_M && highestM > farthestM;
  const spanM = 2.6 * (Math.max(farthestM, isTall ? highestM / 2 : 0) + marginM);
  const heightM = isTall ? highestM / 2 : 0;
  return { centre: { ...centre, heightM }, spanM: Math.min(14e6, Math.max(SPAN_M_MIN, spanM)) };
}
