// SPDX-License-Identifier: Apache-2.0
// Every threshold of tracking and fusion, with what it stands for.

export const LIMITS = {
  /** Chi-square, 3 degrees of freedom, 99.9 %: gate of one radar plot. */
  gateRadarPlot: 16.27,
  /** Chi-square, 6 degrees of freedom, 99.9 %: two estimates of one object. */
  gateState: 22.46,
  /** Speed nothing on a ballistic path exceeds, m/s; prior one sigma of an unknown velocity. */
  speedMpsMax: 9_000,
  velocityPriorMps: 5_000,
  /** Detection probability assumed where a sensor does not state one. */
  detectionProbability: 0.9,
  /** Log prior odds that a plot no track explains is a new object and not a false plot. */
  scoreAtBirth: -7,
  /** Log odds at which a candidate becomes a firm track, and the looks it needs in any case. */
  scoreFirm: 9,
  looksFirm: 4,
  /** Share of its looks a candidate must have got. */
  hitShareFirm: 0.6,
  /** A candidate ends after this many revisits without a look. */
  candidateMissesMax: 2.6,
  candidatesMax: 150,
  /** A firm track is lost after this many revisits, and after at least so many seconds. */
  lostMisses: 10,
  lostSecondsMin: 20,
  /** A track of fewer looks that falls silent for so many revisits was a mistake, and is taken back. */
  youngLooks: 10,
  youngMisses: 5,
  /**
   * What by itself is more than noise: so many looks of one radar track (as many as make it no mistake)
   * or of one flame, and faster over the ground by so many sigmas than what flies, drifts or glints.
   * A glint on water goes round with the sun, at 460 m/s.
   */
  standsFlameLooks: 5,
  standsMpsMin: 1_000,
  standsSigmas: 3,
  /**
   * Lost tracks may take plots again while their position, carried on to then, is known to this, one
   * sigma, metres: further out a gate bends with the Earth, and fits nothing.
   */
  lostSpreadM: 30_000,
  /** Lost tracks stay in `ownTracks` this long. */
  lostShownS: 60,
  /** Plots later than this against their track are skipped and counted. */
  lateSecondsMax: 20,
  /** Plots stamped later than they came by more than this are of a clock that is wrong: not used. */
  aheadSecondsMax: 0.5,
  /**
   * A new track that is an old one of the same sensor some seconds away, of which the old one has
   * fallen silent, is the same body under a clock that has stepped: by at least and at most so much,
   * for an old track of at least so many looks; the new one waits for so many to be told from a body.
   */
  clockStepSecondsMin: 0.5,
  clockStepSecondsMax: 5,
  clockStepOldLooks: 30,
  clockStepNewLooks: 8,
  /**
   * Chi-square, wide: where several bodies fly together a new track takes plots of more than one.
   * Wider by the factor for so long after a step was found.
   */
  clockStepGate: 110,
  clockStepSuspectedFactor: 10,
  clockStepSuspectedS: 120,
  /** Infrared looks that make a cue, and scans without one that end powered flight. */
  infraredLooksCue: 3,
  infraredSilenceScans: 3.5,
  /**
   * Two infrared sensors see one flame where their lines pass, in the mean, within the square root of
   * so many of their errors, and of so much besides (the flame swerves between looks); not where the
   * lines are nearly parallel; at a height where rockets burn, as their errors along the lines allow.
   */
  flameApart: 4,
  flameSwerveM: 1_000,
  flameLinesSine: 0.05,
  flameHeightSlackM: 60_000,
  flameHeightMMax: 700_000,
  /** And where both launches agree, in sigmas. */
  flameSigmas: 4,
  /** How long after its time a plot may still be on its way. */
  latencyS: 3,
  /** One sigma of what a radar does not state: refraction left at cot(elevation) = 1, and clock. */
  refractionResidueRad: 1e-5,
  clockErrorS: 0.003,
  /**
   * A return may be the centre of several bodies of one launch: how far, one sigma, that is from the
   * body followed, in range noises (a radar's resolution is some of them). Constant, so considered.
   */
  unresolvedRangeNoises: 2,
  /** Largest factor by which the range variance of a look is widened where returns scatter more. */
  spreadMax: 9,
  /** Mean squared innovation per degree of freedom above which flight is not ballistic. */
  notBallisticNis: 3,
  /** The same for a body that climbs below this: five sigmas of the running mean all the same. */
  stagingNis: 1.9,
  stagingBelowM: 250_000,
  /**
   * Least thrust that matters, m/s²: upper stages begin at half a g or more. Found when so large and
   * so many of its own sigmas; ruled out when so many sigmas more would still be less.
   */
  thrustMps2Min: 3,
  thrustSigmas: 4.5,
  noThrustSigmas: 2,
  /** One sigma of thrust nothing is known of. */
  thrustPriorMps2: 20,
  /**
   * A coasting track is asked whether it has left its path from so many looks on: an acceleration is
   * looked for that began within the last tests, each of which is joined by another after so many
   * looks. Found when it explains so much (chi-square, 3 degrees: once in 700,000 tests without
   * one) with at least so many looks, and leaves of the rest not more than noise and this share.
   */
  manoeuvreAfterLooks: 12,
  manoeuvreTests: 5,
  manoeuvreLooks: 4,
  manoeuvreLooksMin: 3,
  manoeuvreExplained: 30,
  manoeuvreMisfitShare: 0.1,
  /** One sigma on each axis of what made it leave: a pull-up of ten g and more. */
  manoeuvrePriorMps2: 100,
  /** Suspected when it explains so much (95 %): then a look may fit it, too. */
  manoeuvreSuspected: 7.8,
  /** What explains a plot outside these gates: a force begun since the last look, one sigma. */
  swerveMps2: 60,
  /**
   * How likely a manoeuvre is before anything tells of it, log odds: once in ten thousand looks. After a
   * minute unseen these gates are a hundred kilometres wide, and a false plot or a body that comes into
   * view lies in them.
   */
  manoeuvreLogOdds: Math.log(1e-4),
  /** A look that only a force explains is used when it is likelier by so much than a false one. */
  surpriseLogOdds: Math.log(1e4),
  /**
   * None of this is asked of a track with others of its launch nearer than this, seen within so long:
   * plots of one taken for those of another look like any force.
   */
  crowdM: 20_000,
  crowdSeenS: 20,
  /**
   * How well a ballistic shadow of a powered track must fit besides, looks it must have, and the
   * seconds after which one that says nothing begins anew: the end of thrust may lie within it.
   */
  cutOffLooks: 8,
  cutOffNis: 1.4,
  shadowSecondsMax: 40,
  /**
   * What burns has a ballistic arc that left the ground at most so long ago: from rest, height over
   * speed is half the time flown, and no missile burns for longer than twice this.
   */
  burningArcAgeSMax: 150,
  /** Or it flies as flat, as fast and as low as an upper stage on its way to orbit. */
  ascentSpeedShareMin: 0.4,
  ascentClimbMax: 0.17,
  ascentHeightMMax: 400_000,
  /** Looks kept of a climb that radar saw, and the look of its track after which none is added. */
  riseLooksMax: 16,
  riseLooksUntil: 200,
  /**
   * A launch is estimated anew when so many times the looks are there, and from a radar track while
   * that has fewer than so many: later looks change it far less than it claims.
   */
  launchLooksGrowth: 1.6,
  launchRadarLooks: 60,
  /**
   * Fewer looks of radar alone, at a climb or at an arc, say so little of a launch that no batch is made
   * of them; and of radar alone, which takes the dearest batches, one is made more seldom.
   */
  launchClimbLooksMin: 12,
  launchArcLooksMin: 30,
  launchRadarGrowth: 2.5,
  /** A climb that radar saw is fitted once more when its end is known from so many seconds of coast. */
  launchCoastS: 20,
  /**
   * Running means of the normalised innovation that say a track follows another body than before
   * (an unresolved return has split): weights of a look, thresholds at 3.8 sigma, and what is then
   * added to the covariance, in range noises and m/s.
   */
  driftWeights: [0.1, 0.025],
  driftThresholds: [0.87, 0.43],
  splitRangeNoises: 3,
  /** Closer in range than this, in range noises, a new track and an old one were one return. */
  splitNearRangeNoises: 8,
  splitSpeedMps: 7,
  /** White acceleration of powered flight seen by radar, and of aircraft: m²/s³. */
  poweredDensity: 900,
  airDensity: 10,
  /**
   * What rose from the ground goes back to it: the arc of a launch has its perigee below 0, and what
   * has it above was in orbit, be it on its last revolution. In sigmas of the perigee: how far above
   * makes a space object; how far below may join a launch that another sensor saw; how far below is
   * a launch by itself. The last is more, since thousands of satellites pass for each launch and a
   * young track is judged at every look: at 2.5 sigma one pass in fifty warned. It costs nothing: a
   * missile of 3,700 km stands at forty when its track is four looks old.
   */
  groundPerigeeM: 0,
  orbitSigmas: 2.5,
  joinLaunchSigmas: 2.5,
  openLaunchSigmas: 5,
  /** Coming down below this the air brakes: neither thrust nor the arc it came on can be read off. */
  brakesBelowM: 110_000,
  /**
   * And below this it may have come from an orbit that is at its end: no orbit lower than this goes
   * round once more, and its perigee is soon below the ground as a launch's is.
   */
  entersBelowM: 130_000,
  /**
   * What comes down from orbit enters with at least this share of the circular speed squared, and no
   * steeper than this: the arc of a missile with both would fly 6,000 km and rise to 130 km only.
   * Outside by so many sigmas of the velocity is clearly outside.
   */
  entrySpeedShare: 0.93,
  entryAngleRad: 0.026,
  entrySigmas: 3,
  /**
   * Further down the air has taken speed, and the path has bent with it: by how much is the same for
   * every body that came from a round orbit (Chapman, NASA TR R-11, 1959: the descent without lift does
   * not depend on the ballistic coefficient). Its angle, flown here, is within 0.006 rad of
   * 0.0115 + 0.147 (1 - u) at the share u of circular speed; allowed is half as much again. Below half
   * of circular speed short missiles fly so, too, and nothing is made of it.
   */
  brakedAngleRad: [0.017, 0.22],
  brakedSpeedMin: 0.5,
  /** What comes down is at least so heavy for its size (an empty tank), kg/m²; scale height, metres. */
  brakedCoefficientMin: 30,
  brakedScaleHeightM: 7_000,
  /**
   * A space object whose perigee is lower than the entry interface (400,000 ft) decays: it comes round a
   * few times at most. By so many sigmas: 99 %, as of a space launch.
   */
  decaysBelowM: 122_000,
  decaySigmas: 2.33,
  /**
   * A track that begins in the air within this of a body that has just been seen to come down is of the
   * same event, be it slower by what the air has taken; 0 where none comes down. Of a launch less, since
   * another one may come down beside it.
   */
  enteredApartM: { launch: 50_000, 'space-object': 150_000, aircraft: 0, undetermined: 0 },
  /** A track is looked up in the catalogue at so many looks, and again when it has twice as many. */
  screenLooks: 4,
  /**
   * Element sets compared in a step before the other tracks wait for the next: a quarter of a second
   * at most, so that no crowd of new tracks holds up a warning.
   */
  screenComparisons: 50_000,
  /** Looks before an entry from orbit is called a space object. */
  entryLooks: 15,
  /** Lower than this and climbing faster is a rocket under power: no aircraft climbs so. */
  risingBelowM: 120_000,
  risingMpsMin: 300,
  /** Slower and lower than this is an aircraft. */
  airSpeedMpsMax: 1_000,
  airHeightMMax: 30_000,
  /** Radar tracks of one event: distance and speed difference at a common time. */
  companionDistanceM: 150_000,
  companionSpeedMps: 300,
  /**
   * What was lost under power is looked for ahead of its coast, for so long, under so much thrust, in
   * about its direction: beyond that a satellite could be taken for it.
   */
  burnedOnS: 120,
  burnedOnMps2: 20,
  burnedOnTurnRad: 0.35,
  /** Bodies of two sides are compared under power while each was seen so lately. */
  burningSeenS: 20,
  /** An event taken for a partner's stays so, while launches agree, until own radar has seen so long a coast. */
  heldByLaunchS: 30,
  /** And what such a pair counts for, halved as held, while nothing speaks against it: what fits comes first. */
  heldOnDistance: 1.9,
  /** What a pair of objects made last tick is worth over a new one, chi-square. */
  pairHeldBonus: 6,
  /**
   * Bodies of one launch were in one place: by how much they may miss it, one sigma. At least so far, which
   * plots given to the wrong one of a crowd explain; and, of what burnt after they parted, so large a share
   * of its way: with a mean thrust as low as this an upper stage turned on its way to orbit misses by twice
   * as much at most (345 s at 20 m/s²: 220 km of 1,300). Followed back down to this height.
   */
  kinFloorM: 3_000,
  kinBurnShare: 0.07,
  kinBurnMps2: 15,
  kinHeightM: 80_000,
  /** Nearer and slower to each other than this they are of one launch, whatever a long way back says. */
  kinTogetherM: 25_000,
  kinTogetherMps: 100,
  /** Never together: chi-square, 2 degrees of freedom, once in 300,000; and the looks each has by then. */
  kinGate: 25,
  kinLooks: 10,
  /** A track goes over to a launch whose flame it fits to so many gates, and better by so much. */
  relaunchDistance: 3,
  relaunchLead: 5,
  /** Back-propagated launch: what a ballistic arc says of a powered ascent. */
  backwardDelayS: 90,
  backwardTimeSigmaS: 60,
  /** Whether two launches are one: how far, one sigma, such a launch may be off. */
  backwardPointSigmaM: 150_000,
  /**
   * From where an arc left the ground a launch lies further along by a share of the way the arc covered
   * over the ground until thrust ended: gravity turns to 350 to 10,500 km by 0.12 to 0.22, climbs by a
   * pitch programme in time, of one to three stages, by 0.15 to 0.41. Thrust ended before it was seen to
   * coast, and no later on the arc than a share of the time in which a mean acceleration of 31 m/s² (m/s²
   * over a burn: 14 to 41) gives the speed at the ground. How much sooner than was seen it may have ended
   * widens the share. Across, either is off by 0.002 at most in the mean square of what the speed would
   * cover in a climb of so long; the plane may drift by more. The floor is what bodies part by.
   */
  backwardAlong: 0.25,
  backwardAlongSigma: 0.065,
  backwardUnseen: 0.25,
  backwardLongest: 0.7,
  backwardMeanMps2: 31,
  backwardBurnS: 125,
  backwardAcrossSigma: 0.004,
  backwardFloorM: 500,
  backwardAzimuthSigmaRad: 0.17,
  /** What a partner's estimate must lie within to be looked at: metres from the centre, m/s. */
  partnerRadiusMMin: 6.2e6,
  partnerRadiusMMax: 6e7,
  partnerSpeedMpsMax: 15_000,
  /** What is kept of one partner; beyond it items are refused. Inputs are those of one track. */
  partnerTracksMax: 4_096,
  partnerReportsMax: 1_024,
  partnerInputsMax: 1_024,
  /**
   * The partner's trust record. Covariances may be short by the first factor and be honest: tracks of
   * this tracker are, by up to 1.8 while bodies part (README); what is looked for is the second. A
   * distance counts against a partner from 27.7 on, which one honest report in ten thousand reaches.
   */
  trustHonestVariance: 2.5,
  trustFaultVariance: 10,
  /** Log odds of ten thousand to one are an alarm; one report counts for a quarter of it, at most. */
  trustAlarm: Math.log(1e4),
  trustGainMax: 2.5,
  /** Reports of one event are scored so far apart; what comes between says the same again. */
  trustEveryS: 5,
  /** Reports in a row without offence that take an alarm back. */
  trustForgivenAfter: 100,
  /** An own body to compare with: followed through so much coast, last seen so lately. */
  trustOwnCoastS: 20,
  trustOwnFreshS: 10,
  /** Bodies of either side compared in one event, and tests kept of one partner. */
  trustBodiesMax: 8,
  trustTestsMax: 192,
  /** What is shown is a mean over about so many reports. */
  trustMeanOver: 50,
  /** Events leave the picture so long after their last look. */
  launchKeptS: 3_600,
  otherKeptS: 120,
} as const;
