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
