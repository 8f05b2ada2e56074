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

/** What refraction adds to a geometric look, and its derivatives. */
export interface Refracted {
  readonly elevationRad: number;
  readonly rangeM: number;
  /** d(elevation error)/d(range), d(elevation error)/d(elevation). */
  readonly elevationBy: readonly [number, number];
  /** d(range error)/d(range), d(range error)/d(elevation). */
  readonly rangeBy: readonly [number, number];
}

/** The errors of a look at a geometric range and elevation. */
export type Refraction = (rangeM: number, elevationRad: number) => Refracted;

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
 * right to 1 % down to the horizon (`refraction.test.ts`).
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
    const second = alongLine(air, rangeM, elevationRad + first.elevationRad / 2);
    const half = first.elevationBy.map((by) => by / 2) as [number, number];
    const chained = (by: readonly [number, number]): readonly [number, number] => [
      by[0] + by[1] * half[0],
      by[1] * (1 + half[1]),
    ];
    const delayBy = chained(second.rangeBy);
    return {
      elevationRad: second.elevationRad,
      rangeM: (first.rangeM + second.rangeM) / 2,
      elevationBy: chained(second.elevationBy),
      rangeBy: [(first.rangeBy[0] + delayBy[0]) / 2, (first.rangeBy[1] + delayBy[1]) / 2],
    };
  };
}

/** Both integrals and their derivatives along the straight line of a range and elevation. */
function alongLine(
  air: { readonly surface: number; readonly radiusM: number },
  rangeM: number,
  elevationRad: number,
): Refracted {
  const sin = Math.sin(elevationRad);
  const cos = Math.cos(elevationRad);
  let [elevation, elevationByRange, elevationByElevation] = [0, 0, 0];
  let [range, rangeByRange, rangeByElevation] = [0, 0, 0];
  for (const { place, weight } of NODES) {
    const s = rangeM * place;
    const radius = Math.sqrt(air.radiusM ** 2 + 2 * air.radiusM * s * sin + s * s);
    const radiusByRange = (place * (air.radiusM * sin + s)) / radius;
    const radiusByElevation = (air.radiusM * s * cos) / radius;
    const delay = weight * air.surface * Math.exp(-(radius - air.radiusM) / SCALE_HEIGHT_M);
    const delayLog = -1 / SCALE_HEIGHT_M;
    // cos ε = r_0 cos E / r along a straight line.
    const perCosine = (delay * (1 - place) * air.radiusM) / (radius * SCALE_HEIGHT_M);
    const bend = perCosine * cos;
    const bendLog = delayLog - 1 / radius;
    elevation += rangeM * bend;
    elevationByRange += bend * (1 + rangeM * bendLog * radiusByRange);
    elevationByElevation += rangeM * (bend * bendLog * radiusByElevation - perCosine * sin);
    range += rangeM * delay;
    rangeByRange += delay * (1 + rangeM * delayLog * radiusByRange);
    rangeByElevation += rangeM * delay * delayLog * radiusByElevation;
  }
  return {
    elevationRad: elevation,
    rangeM: range,
    elevationBy: [elevationByRange, elevationByElevation],
    rangeBy: [rangeByRange, rangeByElevation],
  };
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
