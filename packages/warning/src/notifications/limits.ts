// SPDX-License-Identifier: Apache-2.0
// Every number a notice is judged by, each with its reason.

/**
 * A rocket takes longer than a throw of its range and apogee: it starts at rest. Twelve published
 * flights of 2017 to 2024, of 2,700 km and more by their energy, took 34 to 275 s longer than over a
 * sphere and 18 to 261 s longer than over the turning Earth; all but one of them 80 s and more.
 */
export const BOOST_ADDS_MIN_S = 60;
export const BOOST_ADDS_MAX_S = 300;
/**
 * Under this range by energy nothing is called quick: those rockets burn for about a minute, of which
 * 38 s and more show (random powered flights), and no published flight says what is usual.
 */
export const QUICK_FROM_RANGE_M = 1_100_000;

/**
 * What an announced launch is weighed against: launches that nobody announced, one in thirty days
 * within 500 km of any place and in any direction. Nobody has counted them; ten times more or fewer
 * change no answer where a notice fits in time, place and direction.
 */
export const UNANNOUNCED_EVERY_S = 30 * 86_400;
export const UNANNOUNCED_WITHIN_M = 500_000;
/** Share of announced launches that fly in their window and are seen: some wait, some are missed. */
export const ANNOUNCED_IS_SEEN = 0.7;
/**
 * One sigma between an announced direction and that of the boost, degrees: the turning Earth moves
 * the one from the other by some degrees, and a rocket may turn after its start.
 */
export const DIRECTION_SIGMA_DEG = 5;
/** How far a stated launch point or time is trusted at best, one sigma. */
export const PLACE_SIGMA_M_MIN = 500;
export const TIME_SIGMA_S_MIN = 1;
/** How often a class is told right once it is told; where nothing is known either is as likely. */
export const CLASS_RIGHT = 0.95;

/** Probability from which a notice and a launch are called matched. */
export const MATCHED_MIN = 0.9;
/** Another notice with at least this probability makes a match ambiguous. */
export const RIVAL_MIN = 0.1;
/** Launches that hang together through notices, up to which probabilities are exact. */
export const EXACT_EVENTS_MAX = 12;
/** A factor below this is why a notice does not fit. */
export const MISFIT_BELOW = 0.01;

/** A warning is set against the notices again after this long: its launch point moves by less. */
export const FIT_AGAIN_S = 5;
/** Warnings set against notices in one tick: a flood of a partner costs no more than this. */
export const FITS_PER_TICK = 4;
/** Only notices whose window is at most so far from a launch are set against it. */
export const FIT_WITHIN_S = 3600;
/** Flights of notices looked at in one tick: one takes some milliseconds. */
export const VERDICTS_PER_TICK = 2;
/** A notice leaves the board so long after its window closed: its report is due within two days. */
export const BOARD_KEPT_S = 3 * 86_400;
/** Notices shown, those whose windows are nearest. */
export const BOARD_SHOWN_MAX = 64;
