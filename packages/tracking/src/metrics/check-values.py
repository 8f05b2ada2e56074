# SPDX-License-Identifier: Apache-2.0
"""Check values of this folder from numpy and scipy, independent of our code.

    python3 check-values.py > check-values.json          (Debian: python3-numpy python3-scipy)

OSPA and GOSPA go through scipy's dense linear_sum_assignment, chi-square through scipy.stats.
"""
import json

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import chi2

rng = np.random.default_rng(2008)


def set_distances(x, y, cutoff, order):
    n, m = len(x), len(y)
    d = np.minimum(np.sqrt(((x[:, None] - y[None]) ** 2).sum(2)), cutoff)
    i, j = linear_sum_assignment(d**order)
    paired = d[i, j]
    larger = max(n, m)
    ospa = (((paired**order).sum() + cutoff**order * (larger - min(n, m))) / larger) ** (1 / order)
    hit = paired[paired < cutoff]
    localisation = (hit**order).sum()
    each = cutoff**order / 2
    missed, false = m - len(hit), n - len(hit)
    gospa = (localisation + each * (missed + false)) ** (1 / order)
    return dict(ospa=ospa, gospa=gospa, localisation=localisation, missed=missed, false=false)


def set_case(n, m, dimension, spread, order):
    x = np.round(rng.uniform(0, spread, (n, dimension)), 1)
    y = np.round(np.vstack([x[: m // 2] + rng.normal(0, 150, (m // 2, dimension)),
                            rng.uniform(0, spread, (m - m // 2, dimension))]), 1)
    return dict(dimension=dimension, estimates=x.ravel().tolist(), reference=y.ravel().tolist(),
                cutoffM=1000, order=order, **set_distances(x, y, 1000.0, order))


sets = [set_case(*c) for c in
        [(8, 8, 2, 2000, 1), (8, 8, 2, 2000, 2), (12, 7, 3, 2500, 2), (5, 11, 3, 2500, 1.5),
         (30, 30, 2, 8000, 2), (20, 30, 2, 900, 1)]]
chi_square = [dict(degrees=k, probability=p, quantile=chi2.ppf(p, k))
              for k in (1, 2, 3, 6, 50, 300, 600, 45000)
              for p in (1e-6, 0.025, 0.5, 0.9, 0.975, 0.99, 1 - 1e-9)]
print(json.dumps(dict(sets=sets, chiSquare=chi_square)))
