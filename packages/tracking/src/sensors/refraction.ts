// SPDX-License-Identifier: Apache-2.0
// How air bends and delays a radar's ray. Refractivity falls exponentially with height,
//   n(h) - 1 = ν(h) = ν_0 e^(-h/H),
// the reference atmosphere of Recommendation ITU-R P.453 (ν_0 = 315e-6 at sea level, H = 7.35 km);
// to first order in ν along the straight line to the target of range R and elevation E, with h(s)
// the height and ε(s) the elevation of the line s metres out,
//   elevation error  δ = ∫ (1 - s/R) ν(s)/H cos ε(s) ds      (what is seen is too high)
//   range error      Δ = ∫ ν(s) ds                            (what is seen is too far)
// Both have closed derivatives, and one formula serves targets in the air and far above it, which
// the rule of an Earth 4/3 as large does not.

/** A function of range and elevation at one point: value, first and second derivatives. */
export interface Jet {
  readonly value: number;
  readonly byRange: number;
  readonly byElevation: number;
  readonly byRange2: number;
  readonly byBoth: number;
  readonly byElevation2: number;
}

/** What refraction adds to a geometric look: radians of elevation, metres of range. */
export interface Refracted {
  readonly elevation: Jet;
  readonly range: Jet;
}

/** The errors of a look at a geometric range and elevation. */
export type Refraction = (rangeM: number, elevationRad: number) => Refracted;

const ZERO: Jet = {
  value: 0,
  byRange: 0,
  byElevation: 0,
  byRange2: 0,
  byBoth: 0,
  byElevation2: 0,
};

/** No air, no errors. */
export const CLEAR: Refracted = { elevation: ZERO, range: ZERO };

/** Refractivity of Recommendation ITU-R P.453: at sea level, and its scale height. */
const SEA_LEVEL_REFRACTIVITY = 315e-6;
const SCALE_HEIGHT_M = 7_350;

/** Nodes lie the closer the nearer the radar: s/R = (e^(k u) - 1)/(e^k - 1), u in [0, 1]. */
const CROWDING = 6;

/**
 * Refraction for a radar at a height above sea level whose distance from the Earth's centre is
 * `radiusM`.
 *
 * The integrals are taken twice: along the line to the target, then along the line half way between
 * it and the one on which the ray leaves by the first result: while there is air the ray runs there.
 * What it gains in delay there it half loses in length (the optical path is least, Fermat), so that
 * the range error is the mean of both. Against ray tracing through the same air both errors are
 * right to 1.1 % down to the horizon (`refraction.test.ts`).
 *
 * @param site.surfaceRefractivity n - 1 at the radar where it is measured; else the reference's.
 */
export function exponentialRefraction(site: {
  readonly radiusM: number;
  readonly heightM: number;
  readonly surfaceRefractivity?: number;
}): Refraction {
  const surface =
    site.surfaceRefractivity ?? SEA_LEVEL_REFRACTIVITY * Math.exp(-site.heightM / SCALE_HEIGHT_M);
  const air = { surface, radiusM: site.radiusM };
  return (rangeM, elevationRad) => {
    const first = alongLine(air, rangeM, elevationRad);
    const half = blend(first.elevation, first.elevation, 0.25);
    const second = alongLine(air, rangeM, elevationRad + half.value);
    return {
      elevation: shifted(second.elevation, half),
      range: blend(first.range, shifted(second.range, half), 0.5),
    };
  };
}

/** share · (a + b). */
function blend(a: Jet, b: Jet, share: number): Jet {
  return {
    value: share * (a.value + b.value),
    byRange: share * (a.byRange + b.byRange),
    byElevation: share * (a.byElevation + b.byElevation),
    byRange2: share * (a.byRange2 + b.byRange2),
    byBoth: share * (a.byBoth + b.byBoth),
    byElevation2: share * (a.byElevation2 + b.byElevation2),
  };
}

/** f(R, E + h(R, E)) by the chain rule, from f there and h here. */
function shifted(f: Jet, h: Jet): Jet {
  const along = 1 + h.byElevation;
  return {
    value: f.value,
    byRange: f.byRange + f.byElevation * h.byRange,
    byElevation: f.byElevation * along,
    byRange2:
      f.byRange2 +
      2 * f.byBoth * h.byRange +
      f.byElevation2 * h.byRange ** 2 +
      f.byElevation * h.byRange2,
    byBoth: (f.byBoth + f.byElevation2 * h.byRange) * along + f.byElevation * h.byBoth,
    byElevation2: f.byElevation2 * along ** 2 + f.byElevation * h.byElevation2,
  };
}

/** Both integrals along the straight line of a range and elevation. */
function alongLine(
  air: { readonly surface: number; readonly radiusM: number },
  rangeM: number,
  elevationRad: number,
): Refracted {
  const sin = Math.sin(elevationRad);
  const cos = Math.cos(elevationRad);
  const elevation = { ...ZERO };
  const range = { ...ZERO };
  const perMetre = -1 / SCALE_HEIGHT_M;
  for (const { place, weight } of NODES) {
    const s = rangeM * place;
    const radius = Math.sqrt(air.radiusM ** 2 + 2 * air.radiusM * s * sin + s * s);
    const byRange = (place * (air.radiusM * sin + s)) / radius;
    const byElevation = (air.radiusM * s * cos) / radius;
    const at = {
      rangeM,
      byRange,
      byElevation,
      byRange2: (place * place - byRange * byRange) / radius,
      byBoth: (place * air.radiusM * cos - byRange * byElevation) / radius,
      byElevation2: -(air.radiusM * s * sin + byElevation * byElevation) / radius,
    };
    // Not r - r_0, which would lose half the digits.
    const height = (s * (2 * air.radiusM * sin + s)) / (radius + air.radiusM);
    const delay = weight * air.surface * Math.exp(height * perMetre);
    addTerm(range, at, {
      value: delay,
      byRadius: delay * perMetre,
      byRadius2: delay * perMetre ** 2,
      byElevation: 0,
      byBoth: 0,
      byElevation2: 0,
    });
    // cos ε = r_0 cos E / r along a straight line.
    const perCosine = (-delay * perMetre * (1 - place) * air.radiusM) / radius;
    const logSlope = perMetre - 1 / radius;
    addTerm(elevation, at, {
      value: perCosine * cos,
      byRadius: perCosine * cos * logSlope,
      byRadius2: perCosine * cos * (logSlope ** 2 + 1 / radius ** 2),
      byElevation: -perCosine * sin,
      byBoth: -perCosine * sin * logSlope,
      byElevation2: -perCosine * cos,
    });
  }
  return { elevation, range };
}

/** Adds R v(r(R, E), E), from the derivatives of the radius r and of v by r and E. */
function addTerm(
  sum: { -readonly [K in keyof Jet]: number },
  r: Omit<Jet, 'value'> & { readonly rangeM: number },
  v: {
    readonly value: number;
    readonly byRadius: number;
    readonly byRadius2: number;
    readonly byElevation: number;
    readonly byBoth: number;
    readonly byElevation2: number;
  },
): void {
  const { rangeM } = r;
  sum.value += rangeM * v.value;
  sum.byRange += v.value + rangeM * v.byRadius * r.byRange;
  sum.byElevation += rangeM * (v.byRadius * r.byElevation + v.byElevation);
  sum.byRange2 +=
    2 * v.byRadius * r.byRange + rangeM * (v.byRadius2 * r.byRange ** 2 + v.byRadius * r.byRange2);
  sum.byBoth +=
    v.byRadius * r.byElevation +
    v.byElevation +
    rangeM *
      (v.byRadius2 * r.byRange * r.byElevation + v.byBoth * r.byRange + v.byRadius * r.byBoth);
  sum.byElevation2 +=
    rangeM *
    (v.byRadius2 * r.byElevation ** 2 +
      2 * v.byBoth * r.byElevation +
      v.byRadius * r.byElevation2 +
      v.byElevation2);
}

/** Gauss-Legendre points of ten on [0, 1] in three panels of u, mapped to the line of sight. */
const NODES = nodes();

function nodes(): readonly { readonly place: number; readonly weight: number }[] {
  const half = [
    [0.14887433898163122, 0.29552422471475287],
    [0.4333953941292472, 0.26926671930999635],
    [0.6794095682990244, 0.21908636251598204],
    [0.8650633666889845, 0.1494513491505806],
    [0.9739065285171717, 0.06667134430868814],
  ] as const;
  const panels = 3;
  return Array.from({ length: panels }, (_, panel) => panel).flatMap((panel) =>
    half.flatMap(([x, w]) =>
      [-x, x].map((at) => {
        const u = (panel + (1 + at) / 2) / panels;
        const stretch = Math.exp(CROWDING) - 1;
        return {
          place: (Math.exp(CROWDING * u) - 1) / stretch,
          weight: ((w / 2 / panels) * CROWDING * Math.exp(CROWDING * u)) / stretch,
        };
      }),
    ),
  );
}
