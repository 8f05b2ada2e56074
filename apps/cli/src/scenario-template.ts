// SPDX-License-Identifier: Apache-2.0
// The document that `scenario new` writes: small, whole, and with a word on each field.

/** A valid scenario of that name, as YAML with comments. */
export function scenarioTemplate(name: string): string {
  return `${frame(name)}${LAUNCHES}`;
}

function frame(name: string): string {
  return `# SPDX-License-Identifier: Apache-2.0
# Made by \`isthmus scenario new ${name}\`. docs/scenarios.md explains every field; degrees, kilometres
# and seconds are in the fields' names. Check it: isthmus scenario check FILE
name: ${name}
title: One launch, seen by an infrared satellite of one side and a radar of the other
mode: exercise # always; a scenario is never live
start: 2030-01-01T00:00:00Z # second 0 of everything below
durationS: 1200

sides:
  west:
    title: West
    sensors:
      - kind: infrared
        id: geo-50e # unique in the document
        title: A geostationary infrared satellite at 50 E
        source: Synthetic # where the figures are from…
        uncertainty: Every figure is an assumption # …and how far to trust them
        site: { latitudeDeg: 0, longitudeDeg: 50, heightM: 35786000 }
        revisitS: 5 # one scan
        timing: { offsetSigmaS: 0.005, jitterSigmaS: 0.002, latencyS: 1.0, latencySpreadS: 0.5 }
        noiseMicroRad: 40
        boresightBiasMicroRad: 20 # constant through a run
        cloudBreakKm: 9 # no flame is seen below this
        missProbability: 0.1
        falsePlotsPerScan: 0.01

  east:
    title: East
    sensors:
      - kind: radar
        id: caspian-coast
        title: An invented radar south of the Caspian Sea
        source: Synthetic
        uncertainty: Every figure is an assumption
        site: { latitudeDeg: 36.8, longitudeDeg: 51.0, heightM: 50 }
        revisitS: 1
        timing: { offsetSigmaS: 0.001, jitterSigmaS: 0.0005, latencyS: 0.3, latencySpreadS: 0.2 }
        # Clockwise from–to; equal azimuths mean all round.
        limits: { azimuthFromDeg: 100, azimuthToDeg: 260, elevationMinDeg: 2, elevationMaxDeg: 85, rangeMaxKm: 3000 }
        noise: { rangeM: 50, azimuthDeg: 0.05, elevationDeg: 0.05 } # one sigma of each look
        bias: { rangeM: 20, azimuthDeg: 0.015, elevationDeg: 0.015 } # one sigma, drawn once a run
        refractionResidueFraction: 0.03
        # A body of referenceSizeM2 at referenceRangeKm is detected at that probability.
        detection: { model: swerling-1, referenceProbability: 0.9, referenceRangeKm: 2500, referenceSizeM2: 0.1, falseAlarmProbability: 1.0e-6 }
        resolution: { rangeM: 100, angleDeg: 1.0 } # closer than both is one plot
        falsePlotsPerScan: 0.02

`;
}

const LAUNCHES = `launches:
  - kind: guided # two stages to a point on the ground
    id: launch-1
    title: A two-stage missile
    source: Synthetic
    uncertainty: Exact by definition
    liftoffS: 0
    site: { latitudeDeg: 20.0, longitudeDeg: 62.0, heightM: 0 }
    azimuthDeg: 321.5 # of the geodesic to the impact point
    kickStartS: 5 # straight up until then…
    kickS: 10 # …then tipped over for this long; after that thrust follows the velocity
    stages:
      - gapS: 0 # unpowered before ignition
        burnS: 110
        massRatio: 2.8 # at ignition over at burn-out, all that is attached
        ballisticCoefficientKgPm2: 12000
        spent: { sizeM2: 5, ballisticCoefficientKgPm2: 600, separationMps: 3 }
      - gapS: 4
        burnS: 61
        massRatio: 3.2
        ballisticCoefficientKgPm2: 12000
        spent: { sizeM2: 2, ballisticCoefficientKgPm2: 400, separationMps: 5 }
    # Speed or range may be null: the other targets settle it.
    targets: { burnoutAltitudeKm: 155, burnoutSpeedKmps: null, apogeeKm: 707, rangeKm: 3673 }
    payload: { sizeM2: 0.1, ballisticCoefficientKgPm2: 5000 }
    debris: { count: 2, sizeM2: 0.05, ballisticCoefficientKgPm2: 100, speedSigmaMps: 10 }

satellites: []
# decays: [] and aircraft: [] may stand here too.
`;
