// SPDX-License-Identifier: Apache-2.0
// For tests only: a launch of which nothing is announced, to which each test adds what it is about,
// and published flights. Figures as published (KCNA, Japanese and South Korean ministries, by way of
// the press); sites to 0.1 degree and directions to 10 degrees are read off maps.

import { geodeticFromDegrees } from '@isthmus/earth';
import type { AnnouncedLaunch, BoundedArea, GivenLength } from '@isthmus/picture';
import { NOTHING } from './parse.ts';

export { NOTHING };

export function kilometres(value: number, tolerance: number | null = null): GivenLength {
  return { value, unit: 'km', tolerance };
}

export function circleOf(latitudeDeg: number, longitudeDeg: number, radiusKm: number): BoundedArea {
  return {
    kind: 'circle',
    centre: geodeticFromDegrees(latitudeDeg, longitudeDeg),
    radius: kilometres(radiusKm),
  };
}

interface PublishedFlight {
  readonly name: string;
  readonly site: readonly [number, number];
  readonly directionDeg: number;
  readonly apogeeKm: number;
  readonly rangeKm: number;
  readonly timeS: number;
  /** Where a figure was published as "about": half the width. */
  readonly about: {
    readonly apogeeKm?: number;
    readonly rangeKm?: number;
    readonly timeS?: number;
  };
}

const SUNAN = [39.2, 125.7] as const;
const MINUTE = { timeS: 30 } as const;

export const PUBLISHED: readonly PublishedFlight[] = [
  flight('Hwasong-12, 14 May 2017', [40, 125.2, 75], [2111.5, 787, 1800], MINUTE),
  flight('Hwasong-14, 4 July 2017', [39.9, 125.2, 75], [2802, 933, 2340], MINUTE),
  flight('Hwasong-14, 28 July 2017', [40.6, 126.4, 75], [3724.9, 998, 2832], {}),
  flight('Hwasong-12, 29 August 2017', [...SUNAN, 60], [550, 2700, 840], {
    apogeeKm: 5,
    rangeKm: 50,
    timeS: 30,
  }),
  flight('Hwasong-12, 15 September 2017', [...SUNAN, 65], [770, 3700, 1140], {
    apogeeKm: 5,
    rangeKm: 50,
    timeS: 30,
  }),
  flight('Hwasong-15, 28 November 2017', [39.3, 125.9, 75], [4475, 950, 3180], MINUTE),
  flight('claimed as Hwasong-17, 24 March 2022', [...SUNAN, 65], [6248.5, 1090, 4052], {}),
  flight('over Aomori, 4 October 2022', [40.6, 126.4, 75], [970, 4550, 1320], {
    apogeeKm: 10,
    rangeKm: 50,
    timeS: 30,
  }),
  flight('Hwasong-17, 18 November 2022', [...SUNAN, 65], [6040.9, 999.2, 4135], {}),
  flight('Hwasong-15, 18 February 2023', [...SUNAN, 65], [5768, 989, 4015], {}),
  flight('Hwasong-18, 12 July 2023', [...SUNAN, 65], [6648.4, 1001.2, 4491], {}),
  flight('Hwasong-18, 18 December 2023', [...SUNAN, 65], [6518.2, 1000, 4415], { rangeKm: 5 }),
  flight('Hwasong-19, 31 October 2024', [...SUNAN, 65], [7687.5, 1001.2, 5156], {}),
];

function flight(
  name: string,
  [latitudeDeg, longitudeDeg, directionDeg]: readonly [number, number, number],
  [apogeeKm, rangeKm, timeS]: readonly [number, number, number],
  about: PublishedFlight['about'],
): PublishedFlight {
  const site = [latitudeDeg, longitudeDeg] as const;
  return { name, site, directionDeg, apogeeKm, rangeKm, timeS, about };
}

/** The flight as a notice would have announced it. */
export function announced(published: PublishedFlight): AnnouncedLaunch {
  const { site, directionDeg, apogeeKm, rangeKm, timeS, about } = published;
  return {
    ...NOTHING,
    launchArea: circleOf(site[0], site[1], 20),
    direction: { valueDeg: directionDeg, toleranceDeg: 10 },
    range: kilometres(rangeKm, about.rangeKm ?? null),
    apogee: kilometres(apogeeKm, about.apogeeKm ?? null),
    flightTime: { value: timeS, unit: 's', tolerance: about.timeS ?? null },
  };
}
