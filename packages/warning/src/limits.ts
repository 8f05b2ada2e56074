// SPDX-License-Identifier: Apache-2.0
// Every number a warning is decided by, each with its reason. Nothing here is learnt or tuned.

/**
 * One-sigma bounds (root sum square of the three axes) under which an object counts as tracked:
 * 50 km and 500 m/s place it in one region of the map and give its heading to a few degrees at
 * missile speed. Looser than that is a cue, whatever the tracker calls it.
 */
export const TRACKED_POSITION_SIGMA_M = 50_000;
export const TRACKED_VELOCITY_SIGMA_MPS = 500;

/** A second officer confirms within this time of the first: both judged the same picture. */
export const CONFIRM_WITHIN_S = 120;
/** Characters of an officer's remark. */
export const REMARK_CHARACTERS_MAX = 280;
/** Steps of one history from which on officers' remarks are refused; a withdrawal never is. */
export const HISTORY_MAX = 256;
/** Looks an own sensor needs before it counts: one can be noise, two a coincidence. */
export const OWN_LOOKS_MIN = 3;
/** Radar must have followed unpowered flight this long before an impact region is stated. */
export const COAST_SEEN_MIN_S = 10;
/**
 * What flies like an upper stage on its way to orbit must be seen to coast this long instead: over
 * 30 s a quarter of a g moves it by a kilometre, which no radar here takes for noise.
 */
export const ASCENT_COAST_SEEN_MIN_S = 30;
/** Like that: squared speed over the circular one's, sine of the climb, height. */
export const ASCENT_SPEED_SHARE_MIN = 0.4;
export const ASCENT_CLIMB_MAX = 0.17;
export const ASCENT_HEIGHT_MAX_M = 400_000;
/**
 * A body slower than the fastest of its launch by this much, at one height, is on a lower arc: a
 * spent lower stage, or a place where the launch was while it burnt. Separation parts by tens.
 */
export const LOWER_ARC_MPS = 300;
/** After this long without a look, a boosting object is no longer known to be under power. */
export const POWERED_STALE_S = 20;
/** A rival must have been followed through this much more coast to become the primary object. */
export const PRIMARY_LEAD_S = 5;
/** The primary's region is computed again when it was seen again, at most this often. */
export const PRIMARY_RECOMPUTE_S = 2;
/** That of a body not seen again, or not the primary, is computed again after this long. */
export const IMPACT_RECOMPUTE_S = 8;
/**
 * Below this height an estimate that was not renewed by a look is not propagated again: it was
 * predicted without drag, and the region stated before is the better one.
 */
export const UNSEEN_RECOMPUTE_ABOVE_M = 120_000;

/** The probability every stated region covers with. */
export const REGION_PROBABILITY = 0.9;
/**
 * Largest share of the region's standard deviation that may come from curvature (second
 * differences). Beyond it the region is not an ellipse and none is stated.
 */
export const CURVATURE_SHARE_MAX = 0.5;
/** Above this area an ellipse on the tangent plane says nothing a map could show. */
export const REGION_AREA_MAX_KM2 = 3_000_000;

/**
 * Ballistic coefficient m/(Cd A) of a re-entering object: median in kg/m^2 and one sigma of its
 * logarithm, so that 90 % lie between 2,000 (a large blunt body) and 8,000 (a slender one).
 */
export const BALLISTIC_COEFFICIENT_MEDIAN_KGPM2 = 4000;
export const BALLISTIC_COEFFICIENT_LOG_SIGMA = 0.4214;
/**
 * One sigma of the logarithm of the air's density along a fall over the standard's: a day's differs by 10 %.
 * To a fall it is the same as another ballistic coefficient.
 */
export const DENSITY_LOG_SIGMA = 0.1;
/**
 * One sigma of each component of the wind in the jet at 10 km, m/s: it blows over the middle latitudes at
 * 25 to 30 in the root mean square from the west, and 10 to 15 across.
 */
export const WIND_SIGMA_MPS = 20;
/**
 * One sigma on each horizontal axis for what no model here holds: ground some hundred metres off the
 * ellipsoid under a path that comes down at 45 degrees, and some lift.
 */
export const UNMODELLED_SIGMA_M = 400;

/**
 * One sigma on each axis of the speed at which bodies of one launch may part, m/s: springs give 1 to 5
 * in all; a break-up's 10 and more show in the bodies tracked. Radar does not tell which body it follows, so
 * the region allows for the one that matters being another.
 */
export const SEPARATION_SIGMA_MPS = 3;
/**
 * Of that, squared, what a body that nobody follows is apart by. As often as not the body that matters
 * is the one followed, and did not part from it; where it did, springs give 3.4 of those 9 m²/s² on
 * each axis. That is a fifth, and a quarter leaves room.
 */
export const SEPARATION_SHARE = 0.25;
/**
 * Every other missile of short range comes down whole (Scud B and C, Iskander, Prithvi; not Scud D, DF-15,
 * Shaheen-I): of a launch of that class, by its energy, nothing has parted as often as something has.
 */
export const SHORT_WHOLE_PROBABILITY = 0.5;
/** Height at which the bodies are taken to have parted, and how far back that is looked for. */
export const SEPARATION_HEIGHT_M = 120_000;
export const SEPARATION_BACK_S_MAX = 1500;
/** Bodies whose impact points are combined with the primary's, and how many are computed a tick. */
export const FRAGMENTS_MAX = 12;
export const FRAGMENTS_PER_TICK = 2;
/** A body coming down further than this from the primary (a lower stage) is no candidate for it. */
export const FRAGMENT_DISTANCE_MAX_M = 150_000;

/**
 * While radar has followed a body among several others nearer than this, it has taken plots of one for
 * those of another, and the covariance does not hold all of that: the default scenario's stated 90 %
 * held 77 of 100 at 37 s of coast, which is a variance short by 1.6. It is gone after two minutes. Of
 * two or three bodies the assignment takes the right one: alone, over nine kinds of flight, regions
 * of two held 87 of 100 and of three 94 without it, those of four and more 81 to 84.
 */
export const CROWD_DISTANCE_M = 10_000;
export const CROWD_OTHERS_MIN = 3;
export const CROWD_VARIANCE_FACTOR = 1.6;
export const CROWD_WHOLE_UNTIL_S = 60;
export const CROWD_GONE_AFTER_S = 120;

/**
 * What a body under power can reach is told on the condition that the force on it ends within so
 * long: the longest for which every draw comes down and the region is no larger than a country.
 * Longer than half a minute under a missile's thrust is another continent.
 */
export const REACH_WITHIN_S = [30, 15, 5] as const;
export const REACH_AREA_MAX_KM2 = 300_000;
/**
 * Acceleration by thrust or lift while it lasts: median, and one sigma of its logarithm, so that 90 %
 * lie between 8 (an upper stage begins at half a g and more) and 80 m/s² (a first stage about to burn
 * out, a glider's pull-up).
 */
export const FORCE_MEDIAN_MPS2 = 25;
export const FORCE_LOG_SIGMA = 0.7;
/** One sigma of the angle between thrust and velocity, in the plane of flight and across it. */
export const THRUST_ANGLE_SIGMA_RAD = 0.1;
/** Draws: their outline has about 12 corners, and misses 12 in 129, which leaves nine in ten. */
export const REACH_DRAWS = 128;
/** A reachable region is computed again after this long, and as many a tick: 20 ms each. */
export const REACH_RECOMPUTE_S = 5;
export const REACHES_PER_TICK = 2;

/** P(perigee above `PERIGEE_MIN_M`) from which, after cut-off, a launch is a space launch. */
export const SPACE_PROBABILITY_MIN = 0.99;
/** Perigee over the ellipsoid's equator under which nothing stays in orbit for a revolution. */
export const PERIGEE_MIN_M = 100_000;
/** And this from which a launch that was in orbit may have left it: more probably down than not. */
export const LEFT_ORBIT_PROBABILITY = 0.5;
/**
 * What coasts below orbit may still burn and reach it: so fly upper stages, on the arc of a long
 * missile, up to the top of it, where the last burn costs least. Nothing in the arc tells the two
 * apart before. What does: no stage waits so long, seen to coast, with so much speed still to give.
 * Of the launchers whose timelines are published Epsilon waits about 50 s with 5 km/s and more to
 * give, Antares 110 s with 3.3, and those of solid stages (Pegasus, Minotaur, PSLV) 100 to 500 s with
 * 1.5 to 2.9. Two do not hold to it and would be called missiles while they wait: Vanguard (1958)
 * and SS-520-5 (2018), which is a sounding rocket to look at until its second stage lights.
 */
export const LONGEST_WAITS: readonly { readonly moreThanMps: number; readonly forS: number }[] = [
  { moreThanMps: 5000, forS: 90 },
  { moreThanMps: 3000, forS: 180 },
];
/**
 * Past the top of the arc each second adds to what an orbit costs. A launcher that lets this much go,
 * m/s, has thrown away a fiftieth of its payload for nothing: none does, so none is any more.
 */
export const WASTED_MPS = 50;
/** How sure of either, as for an orbit: sigmas of a Gaussian beyond which 1 % lie. */
export const SURE_SIGMAS = 2.326;
/**
 * One sigma of the throw speed, as a share, for what another arc would have cost the same missile: 1 to
 * 1.5 km/s go into climbing and air on the way up, and a steeper or flatter ascent makes a tenth more
 * or less of that; the pad lies short of where the arc carried backwards leaves the ground.
 */
export const THROW_SPEED_SPREAD = 0.02;
/**
 * What is thrown higher than far, and not above the apogee of any sounding rocket in service (Black
 * Brant XII about 1,500 km), may be one.
 */
export const SOUNDING_APOGEE_MAX_M = 1_800_000;
/** Below this height the air bends a path; above it only thrust does. */
export const AIR_BENDS_BELOW_M = 100_000;
/** In the air, no steeper than this (radians) is gliding and not falling. */
export const GLIDE_ANGLE_MAX_RAD = 0.1;

/** Added to impact time plus three sigma before a warning ends: sensor and link delays. */
export const CONCLUDE_MARGIN_S = 30;
/** An object seen this recently is still above the ground, whatever was predicted. */
export const STILL_SEEN_S = 30;
/** An event that leaves the picture within this time of its last look was taken back, not lost. */
export const WITHDRAWN_WITHIN_S = 30;
/**
 * A lost track that never had a region ends after this: beyond the longest minimum-energy flight
 * (15,000 km, 2,379 s) whatever was launched is down or in orbit.
 */
export const LOST_CONCLUDES_S = 2700;

/** An ended warning stays on the screen this long after its end. */
export const ENDED_KEPT_S = 3600;
/** Ended warnings beyond these go early, those of a partner alone first: a flood fills no memory. */
export const ENDED_MAX = 300;
/** Open warnings that rest on a partner alone; beyond them a flood opens none, own ones always open. */
export const PARTNER_ONLY_MAX = 200;
/**
 * Of those, impact is computed anew for about so many a tick, in turn: a region takes a millisecond
 * or two, and the own half of the next turn waits until this one is done.
 */
export const PARTNER_ONLY_RENEWED = 24;

/**
 * The Earth that hides things is taken to lie this much lower, metres: a grazing ray is bent by
 * about a degree, and a site may stand under the ellipsoid.
 */
export const LIMB_LOWERED_M = 1000;
/** A path ahead has a point this often, seconds, or more seldom where that would be too many. */
export const PATH_EVERY_S = 10;
export const PATH_POINTS_MAX = 120;
/** Of a body that does not come down, so much of the path is shown: a quarter of a low orbit. */
export const ORBIT_AHEAD_S = 1500;
/** How far ahead the spread of a view is computed: the longest minimum-energy flight. */
export const SPREAD_AHEAD_S_MAX = 2400;
/** A view known no better than this, one sigma, is told without its spread. */
export const SPREAD_SIGMA_S_MAX = 600;
/** An outlook is computed again after this long: a body moves 35 km, a console redraws. */
export const OUTLOOK_RECOMPUTE_S = 5;
/** Outlooks computed a tick at most, so that a partner's flood costs no more than this. */
export const OUTLOOKS_PER_TICK = 8;
/** Outlooks kept at a time: as many as can be computed again in time. Own ones come first. */
export const OUTLOOKS_MAX = 40;

/** A sensor that has said nothing of itself for this long is not known to work. */
export const SENSOR_SILENT_S = 30;
/**
 * No detection probability above this is stated. Looks of one sensor share what no number of them
 * takes away (aspect, propagation, a fault nobody noticed); nothing published supports less than one
 * launch in a hundred unseen.
 */
export const COVERAGE_PROBABILITY_MAX = 0.99;
/** Below this a region is not called covered: a report of it would move nobody. */
export const COVERAGE_PROBABILITY_MIN = 0.5;
/** A region is looked at in parts down to this size, metres, and in no more parts than this. */
export const COVERAGE_PART_M = 10_000;
export const COVERAGE_PARTS_MAX = 600;
/** Own sensors are asked about a launch area of up to this radius: it is looked at in one part. */
export const OWN_PART_MAX_M = 300_000;
/** Added to `OWN_LOOKS_MIN` looks before what is in view and not reported is a disagreement: delays. */
export const DISAGREES_AFTER_S = 15;
/** A time in view that is known worse than this, one sigma, is not told to the second. */
export const EXACT_SIGMA_S = 5;
