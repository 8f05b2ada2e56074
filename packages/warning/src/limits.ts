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
 * One sigma on each horizontal axis for what no model here holds. A wind of 30 m/s aloft moves a body
 * of 4,000 kg/m² by 50 to 370 m and one of 2,000 by 130 to 890 m; a day's density (10 %) moves them
 * along the path by 0 to 740 m and 10 to 1,500 m (falls of nine kinds of flight in the simulator).
 * Over the prior that is 600 m along the path and less across it, which leaves room for some lift.
 */
export const UNMODELLED_SIGMA_M = 600;

/**
 * One sigma on each axis of the speed at which bodies of one launch part, m/s: springs give 1 to 5;
 * a break-up's 10 and more show in the bodies tracked. Radar does not tell which body it follows, so
 * the region allows for the one that matters being another.
 */
export const SEPARATION_SIGMA_MPS = 3;
/**
 * As often as not the body that matters is the one followed, and did not part from it: the second
 * moment of the two together is half of the separation's.
 */
export const SEPARATION_SHARE = 0.5;
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

/** P(perigee above `PERIGEE_MIN_M`) from which, after cut-off, a launch is a space launch. */
export const SPACE_PROBABILITY_MIN = 0.99;
/** Perigee over the ellipsoid's equator under which nothing stays in orbit for a revolution. */
export const PERIGEE_MIN_M = 100_000;

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
