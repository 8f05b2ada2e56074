// SPDX-License-Identifier: Apache-2.0
// AssemblyScript: the filter of `plain.ts` for two tracks at a time, one in each half of a vector.
// The same operations in the same order, so that the results are the same to the last bit; what a
// formula means and why it has this form stands in `plain.ts`. Compiled into `kernel-wasm.ts`.
//
// Memory, in bytes: parameters from 0 (`layout.ts`), rows of numbers from `rows` on, `stride` apart.

@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b); }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b); }
@inline function div(a: v128, b: v128): v128 { return f64x2.div(a, b); }
@inline function both(a: f64): v128 { return f64x2.splat(a); }
/** a·x + b·y */
@inline function dot2(a: v128, x: v128, b: v128, y: v128): v128 {
  return add(mul(a, x), mul(b, y));
}
/** a·x + b·y + c·z, summed from the left. */
@inline function dot3(a: v128, x: v128, b: v128, y: v128, c: v128, z: v128): v128 {
  return add(add(mul(a, x), mul(b, y)), mul(c, z));
}
/** Parameter `index`, in both halves. */
@inline function parameter(index: usize): v128 { return v128.load64_splat(index << 3); }

/** One step of `predict` in plain.ts. */
@inline function predictPair(at: usize, stride: usize): void {
  let x = v128.load(at);
  let y = v128.load(at + stride);
  let z = v128.load(at + 2 * stride);
  const vx = v128.load(at + 3 * stride);
  const vy = v128.load(at + 4 * stride);
  const vz = v128.load(at + 5 * stride);
  let p0 = v128.load(at + 6 * stride);
  let p1 = v128.load(at + 7 * stride);
  let p2 = v128.load(at + 8 * stride);
  let p3 = v128.load(at + 9 * stride);
  let p4 = v128.load(at + 10 * stride);
  let p5 = v128.load(at + 11 * stride);
  let p6 = v128.load(at + 12 * stride);
  let p7 = v128.load(at + 13 * stride);
  let p8 = v128.load(at + 14 * stride);
  let p9 = v128.load(at + 15 * stride);
  let p10 = v128.load(at + 16 * stride);
  let p11 = v128.load(at + 17 * stride);
  let p12 = v128.load(at + 18 * stride);
  let p13 = v128.load(at + 19 * stride);
  let p14 = v128.load(at + 20 * stride);
  let p15 = v128.load(at + 21 * stride);
  let p16 = v128.load(at + 22 * stride);
  let p17 = v128.load(at + 23 * stride);
  let p18 = v128.load(at + 24 * stride);
  let p19 = v128.load(at + 25 * stride);
  let p20 = v128.load(at + 26 * stride);
  const h = parameter(STEP);
  const h2 = mul(h, h);
  const place = parameter(HALF_STEP);
  const speed = parameter(VELOCITY_BY_PLACE);
  const m0 = mul(both(MARGIN), add(p0, mul(h2, p15)));
  const m1 = mul(both(MARGIN), add(p6, mul(h2, p18)));
  const m2 = mul(both(MARGIN), add(p11, mul(h2, p20)));
  const turned = mul(speed, add(add(p0, p6), p11));
  const m3 = mul(both(MARGIN), add(p15, turned));
  const m4 = mul(both(MARGIN), add(p18, turned));
  const m5 = mul(both(MARGIN), add(p20, turned));
  const x0 = x;
  const y0 = y;
  const z0 = z;
  let sx = both(0);
  let sy = both(0);
  let sz = both(0);
  let ux = both(0);
  let uy = both(0);
  let uz = both(0);
  for (let stage: usize = 0; ; stage += 1) {
    // Gravity and its gradient.
    const u = div(both(1), dot3(x, x, y, y, z, z));
    const q = mul(mul(both(MU), u), f64x2.sqrt(u));
    const p = mul(both(FLATNESS), u);
    const s = mul(mul(z, z), u);
    const qp = mul(q, p);
    const alpha = add(q, sub(qp, mul(mul(both(5), qp), s)));
    const qu = mul(q, u);
    const b = mul(qu, sub(add(both(3), mul(both(5), p)), mul(mul(both(35), p), s)));
    const bz = add(b, mul(mul(both(10), qu), p));
    const ax = sub(both(0), mul(alpha, x));
    const ay = sub(both(0), mul(alpha, y));
    const az = sub(both(0), mul(add(alpha, mul(both(2), qp)), z));
    const bent = mul(parameter(STAGES + 5 + 6 * stage), alpha);
    const w = add(parameter(STAGES + 6 * stage), bent);
    const more = mul(mul(both(2), bent), alpha);
    const gxx = sub(mul(b, mul(x, x)), alpha);
    const gyy = sub(mul(b, mul(y, y)), alpha);
    const k0 = add(mul(w, gxx), more);
    const k1 = mul(w, mul(b, mul(x, y)));
    const k3 = add(mul(w, gyy), more);
    const k2 = mul(w, mul(bz, mul(x, z)));
    const k4 = mul(w, mul(bz, mul(y, z)));
    const k5 = sub(more, mul(w, add(gxx, gyy)));
    // Kick.
    const q3 = dot3(p0, k0, p1, k1, p2, k2);
    const q4 = dot3(p0, k1, p1, k3, p2, k4);
    const q5 = dot3(p0, k2, p1, k4, p2, k5);
    const q8 = dot3(p1, k0, p6, k1, p7, k2);
    const q9 = dot3(p1, k1, p6, k3, p7, k4);
    const q10 = dot3(p1, k2, p6, k4, p7, k5);
    const q12 = dot3(p2, k0, p7, k1, p11, k2);
    const q13 = dot3(p2, k1, p7, k3, p11, k4);
    const q14 = dot3(p2, k2, p7, k4, p11, k5);
    p3 = add(p3, q3);
    p4 = add(p4, q4);
    p5 = add(p5, q5);
    p8 = add(p8, q8);
    p9 = add(p9, q9);
    p10 = add(p10, q10);
    p12 = add(p12, q12);
    p13 = add(p13, q13);
    p14 = add(p14, q14);
    p15 = add(p15, mul(both(4), dot3(k0, p3, k1, p8, k2, p12)));
    p18 = add(p18, mul(both(4), dot3(k1, p4, k3, p9, k4, p13)));
    p20 = add(p20, mul(both(4), dot3(k2, p5, k4, p10, k5, p14)));
    p16 = add(p16, mul(both(2), add(dot3(k0, p4, k1, p9, k2, p13), dot3(k1, p3, k3, p8, k4, p12))));
    p17 = add(p17, mul(both(2), add(dot3(k0, p5, k1, p10, k2, p14), dot3(k2, p3, k4, p8, k5, p12))));
    p19 = add(p19, mul(both(2), add(dot3(k1, p5, k3, p10, k4, p14), dot3(k2, p4, k4, p9, k5, p13))));
    p3 = add(p3, q3);
    p4 = add(p4, q4);
    p5 = add(p5, q5);
    p8 = add(p8, q8);
    p9 = add(p9, q9);
    p10 = add(p10, q10);
    p12 = add(p12, q12);
    p13 = add(p13, q13);
    p14 = add(p14, q14);
    // What the accelerations add to position and velocity.
    const wx = parameter(STAGES + 1 + 6 * stage);
    const wv = parameter(STAGES + 2 + 6 * stage);
    sx = add(sx, mul(wx, ax));
    sy = add(sy, mul(wx, ay));
    sz = add(sz, mul(wx, az));
    ux = add(ux, mul(wv, ax));
    uy = add(uy, mul(wv, ay));
    uz = add(uz, mul(wv, az));
    if (stage == 2) break;
    // Drift over half a step.
    const half = place;
    const n3 = add(p3, mul(half, p15));
    const n4 = add(p4, mul(half, p16));
    const n5 = add(p5, mul(half, p17));
    const n8 = add(p8, mul(half, p16));
    const n9 = add(p9, mul(half, p18));
    const n10 = add(p10, mul(half, p19));
    const n12 = add(p12, mul(half, p17));
    const n13 = add(p13, mul(half, p19));
    const n14 = add(p14, mul(half, p20));
    p0 = add(p0, mul(half, add(p3, n3)));
    p1 = add(p1, mul(half, add(p4, n8)));
    p2 = add(p2, mul(half, add(p5, n12)));
    p6 = add(p6, mul(half, add(p9, n9)));
    p7 = add(p7, mul(half, add(p10, n13)));
    p11 = add(p11, mul(half, add(p14, n14)));
    p3 = n3;
    p4 = n4;
    p5 = n5;
    p8 = n8;
    p9 = n9;
    p10 = n10;
    p12 = n12;
    p13 = n13;
    p14 = n14;
    const c1 = parameter(STAGES + 3 + 6 * stage);
    const c2 = parameter(STAGES + 4 + 6 * stage);
    x = add(x0, dot2(c1, vx, c2, ax));
    y = add(y0, dot2(c1, vy, c2, ay));
    z = add(z0, dot2(c1, vz, c2, az));
  }
  v128.store(at, add(x0, add(mul(h, vx), sx)));
  v128.store(at + stride, add(y0, add(mul(h, vy), sy)));
  v128.store(at + 2 * stride, add(z0, add(mul(h, vz), sz)));
  v128.store(at + 3 * stride, add(vx, ux));
  v128.store(at + 4 * stride, add(vy, uy));
  v128.store(at + 5 * stride, add(vz, uz));
  v128.store(at + 6 * stride, add(p0, m0));
  v128.store(at + 7 * stride, p1);
  v128.store(at + 8 * stride, p2);
  v128.store(at + 9 * stride, p3);
  v128.store(at + 10 * stride, p4);
  v128.store(at + 11 * stride, p5);
  v128.store(at + 12 * stride, add(p6, m1));
  v128.store(at + 13 * stride, p7);
  v128.store(at + 14 * stride, p8);
  v128.store(at + 15 * stride, p9);
  v128.store(at + 16 * stride, p10);
  v128.store(at + 17 * stride, add(p11, m2));
  v128.store(at + 18 * stride, p12);
  v128.store(at + 19 * stride, p13);
  v128.store(at + 20 * stride, p14);
  v128.store(at + 21 * stride, add(p15, m3));
  v128.store(at + 22 * stride, p16);
  v128.store(at + 23 * stride, p17);
  v128.store(at + 24 * stride, add(p18, m4));
  v128.store(at + 25 * stride, p19);
  v128.store(at + 26 * stride, add(p20, m5));
}

/** `angleOf` in plain.ts. */
@inline function angle(y: v128, x: v128): v128 {
  const ay = f64x2.abs(y);
  const ax = f64x2.abs(x);
  const lo = f64x2.pmin(ax, ay);
  const hi = f64x2.pmax(ax, ay);
  const steep = f64x2.gt(ay, ax);
  const far = f64x2.gt(lo, mul(both(TAN_22), hi));
  const t = div(
    v128.bitselect(sub(lo, hi), lo, far),
    f64x2.pmax(v128.bitselect(add(lo, hi), hi, far), both(TINY)),
  );
  const s = mul(t, t);
  let sum = both(A10);
  sum = add(both(A9), mul(s, sum));
  sum = add(both(A8), mul(s, sum));
  sum = add(both(A7), mul(s, sum));
  sum = add(both(A6), mul(s, sum));
  sum = add(both(A5), mul(s, sum));
  sum = add(both(A4), mul(s, sum));
  sum = add(both(A3), mul(s, sum));
  sum = add(both(A2), mul(s, sum));
  sum = add(both(A1), mul(s, sum));
  sum = add(both(A0), mul(s, sum));
  let a = add(t, mul(mul(t, s), sum));
  a = v128.bitselect(add(a, both(QUARTER)), a, far);
  a = v128.bitselect(sub(both(HALF), a), a, steep);
  a = v128.bitselect(sub(both(TURN / 2), a), a, f64x2.lt(x, both(0)));
  return v128.bitselect(sub(both(0), a), a, f64x2.lt(y, both(0)));
}

/** `update` in plain.ts. */
@inline function updatePair(at: usize, stride: usize): void {
  const p0 = v128.load(at + 6 * stride);
  const p1 = v128.load(at + 7 * stride);
  const p2 = v128.load(at + 8 * stride);
  const p3 = v128.load(at + 9 * stride);
  const p4 = v128.load(at + 10 * stride);
  const p5 = v128.load(at + 11 * stride);
  const p6 = v128.load(at + 12 * stride);
  const p7 = v128.load(at + 13 * stride);
  const p8 = v128.load(at + 14 * stride);
  const p9 = v128.load(at + 15 * stride);
  const p10 = v128.load(at + 16 * stride);
  const p11 = v128.load(at + 17 * stride);
  const p12 = v128.load(at + 18 * stride);
  const p13 = v128.load(at + 19 * stride);
  const p14 = v128.load(at + 20 * stride);
  const p15 = v128.load(at + 21 * stride);
  const p16 = v128.load(at + 22 * stride);
  const p17 = v128.load(at + 23 * stride);
  const p18 = v128.load(at + 24 * stride);
  const p19 = v128.load(at + 25 * stride);
  const p20 = v128.load(at + 26 * stride);
  const x = v128.load(at);
  const y = v128.load(at + stride);
  const z = v128.load(at + 2 * stride);
  // Line of sight and its axes.
  const dx = sub(x, parameter(SITE));
  const dy = sub(y, parameter(SITE + 1));
  const dz = sub(z, parameter(SITE + 2));
  const e = dot2(parameter(EAST), dx, parameter(EAST + 1), dy);
  const n = dot3(parameter(NORTH), dx, parameter(NORTH + 1), dy, parameter(NORTH + 2), dz);
  const up = dot3(parameter(UP), dx, parameter(UP + 1), dy, parameter(UP + 2), dz);
  const ground2 = f64x2.pmax(dot2(e, e, n, n), both(1));
  const ground = f64x2.sqrt(ground2);
  const range2 = add(ground2, mul(up, up));
  const range = f64x2.sqrt(range2);
  const inverse = div(both(1), mul(ground, range));
  const byGround = mul(inverse, range);
  const byRange = mul(inverse, ground);
  const ax = mul(dx, byRange);
  const ay = mul(dy, byRange);
  const az = mul(dz, byRange);
  const sin = mul(e, byGround);
  const cos = mul(n, byGround);
  const bx = sub(mul(cos, parameter(EAST)), mul(sin, parameter(NORTH)));
  const by = sub(mul(cos, parameter(EAST + 1)), mul(sin, parameter(NORTH + 1)));
  const bz = sub(both(0), mul(sin, parameter(NORTH + 2)));
  const cx = sub(mul(by, az), mul(bz, ay));
  const cy = sub(mul(bz, ax), mul(bx, az));
  const cz = sub(mul(bx, ay), mul(by, ax));
  // Innovations, in metres along the axes.
  const seen = v128.load(at + 27 * stride);
  const there = f64x2.eq(seen, seen);
  const turn = sub(v128.load(at + 28 * stride), angle(e, n));
  const turns = f64x2.nearest(mul(turn, both(1 / TURN)));
  const i0 = v128.and(there, sub(seen, range));
  let i1 = v128.and(there, mul(ground, sub(turn, mul(both(TURN), turns))));
  let i2 = v128.and(there, mul(range, sub(v128.load(at + 29 * stride), angle(up, ground))));
  // Covariance of the state with the three innovations.
  const a0 = dot3(p0, ax, p1, ay, p2, az);
  const a1 = dot3(p1, ax, p6, ay, p7, az);
  const a2 = dot3(p2, ax, p7, ay, p11, az);
  const a3 = dot3(p3, ax, p8, ay, p12, az);
  const a4 = dot3(p4, ax, p9, ay, p13, az);
  const a5 = dot3(p5, ax, p10, ay, p14, az);
  let b0 = dot3(p0, bx, p1, by, p2, bz);
  let b1 = dot3(p1, bx, p6, by, p7, bz);
  let b2 = dot3(p2, bx, p7, by, p11, bz);
  let b3 = dot3(p3, bx, p8, by, p12, bz);
  let b4 = dot3(p4, bx, p9, by, p13, bz);
  let b5 = dot3(p5, bx, p10, by, p14, bz);
  let c0 = dot3(p0, cx, p1, cy, p2, cz);
  let c1 = dot3(p1, cx, p6, cy, p7, cz);
  let c2 = dot3(p2, cx, p7, cy, p11, cz);
  let c3 = dot3(p3, cx, p8, cy, p12, cz);
  let c4 = dot3(p4, cx, p9, cy, p13, cz);
  let c5 = dot3(p5, cx, p10, cy, p14, cz);
  const floor = mul(both(MARGIN), add(add(p0, p6), p11));
  const saa = add(dot3(ax, a0, ay, a1, az, a2), add(parameter(VARIANCES), floor));
  const sab = dot3(bx, a0, by, a1, bz, a2);
  const sac = dot3(cx, a0, cy, a1, cz, a2);
  const sbb = add(dot3(bx, b0, by, b1, bz, b2), add(mul(parameter(VARIANCES + 1), ground2), floor));
  const sbc = dot3(cx, b0, cy, b1, cz, b2);
  const scc = add(dot3(cx, c0, cy, c1, cz, c2), add(mul(parameter(VARIANCES + 2), range2), floor));
  // Elimination, azimuth and elevation made independent of what stands before them.
  const ra = v128.and(there, div(both(1), saa));
  const lab = mul(sab, ra);
  const lac = mul(sac, ra);
  const rb = v128.and(there, div(both(1), sub(sbb, mul(lab, sab))));
  const mbc = sub(sbc, mul(lab, sac));
  const lbc = mul(mbc, rb);
  const rc = v128.and(there, div(both(1), sub(scc, dot2(lac, sac, lbc, mbc))));
  b0 = sub(b0, mul(lab, a0));
  b1 = sub(b1, mul(lab, a1));
  b2 = sub(b2, mul(lab, a2));
  b3 = sub(b3, mul(lab, a3));
  b4 = sub(b4, mul(lab, a4));
  b5 = sub(b5, mul(lab, a5));
  c0 = sub(c0, dot2(lac, a0, lbc, b0));
  c1 = sub(c1, dot2(lac, a1, lbc, b1));
  c2 = sub(c2, dot2(lac, a2, lbc, b2));
  c3 = sub(c3, dot2(lac, a3, lbc, b3));
  c4 = sub(c4, dot2(lac, a4, lbc, b4));
  c5 = sub(c5, dot2(lac, a5, lbc, b5));
  i1 = sub(i1, mul(lab, i0));
  i2 = sub(i2, dot2(lac, i0, lbc, i1));
  const ja = mul(i0, ra);
  const jb = mul(i1, rb);
  const jc = mul(i2, rc);
  v128.store(at, add(x, dot3(a0, ja, b0, jb, c0, jc)));
  v128.store(at + stride, add(y, dot3(a1, ja, b1, jb, c1, jc)));
  v128.store(at + 2 * stride, add(z, dot3(a2, ja, b2, jb, c2, jc)));
  v128.store(at + 3 * stride, add(v128.load(at + 3 * stride), dot3(a3, ja, b3, jb, c3, jc)));
  v128.store(at + 4 * stride, add(v128.load(at + 4 * stride), dot3(a4, ja, b4, jb, c4, jc)));
  v128.store(at + 5 * stride, add(v128.load(at + 5 * stride), dot3(a5, ja, b5, jb, c5, jc)));
  // The covariance less three outer products.
  const margin = v128.and(there, both(MARGIN));
  const ka0 = mul(ra, a0), kb0 = mul(rb, b0), kc0 = mul(rc, c0);
  v128.store(at + 6 * stride, add(sub(p0, dot3(ka0, a0, kb0, b0, kc0, c0)), mul(margin, p0)));
  v128.store(at + 7 * stride, sub(p1, dot3(ka0, a1, kb0, b1, kc0, c1)));
  v128.store(at + 8 * stride, sub(p2, dot3(ka0, a2, kb0, b2, kc0, c2)));
  v128.store(at + 9 * stride, sub(p3, dot3(ka0, a3, kb0, b3, kc0, c3)));
  v128.store(at + 10 * stride, sub(p4, dot3(ka0, a4, kb0, b4, kc0, c4)));
  v128.store(at + 11 * stride, sub(p5, dot3(ka0, a5, kb0, b5, kc0, c5)));
  const ka1 = mul(ra, a1), kb1 = mul(rb, b1), kc1 = mul(rc, c1);
  v128.store(at + 12 * stride, add(sub(p6, dot3(ka1, a1, kb1, b1, kc1, c1)), mul(margin, p6)));
  v128.store(at + 13 * stride, sub(p7, dot3(ka1, a2, kb1, b2, kc1, c2)));
  v128.store(at + 14 * stride, sub(p8, dot3(ka1, a3, kb1, b3, kc1, c3)));
  v128.store(at + 15 * stride, sub(p9, dot3(ka1, a4, kb1, b4, kc1, c4)));
  v128.store(at + 16 * stride, sub(p10, dot3(ka1, a5, kb1, b5, kc1, c5)));
  const ka2 = mul(ra, a2), kb2 = mul(rb, b2), kc2 = mul(rc, c2);
  v128.store(at + 17 * stride, add(sub(p11, dot3(ka2, a2, kb2, b2, kc2, c2)), mul(margin, p11)));
  v128.store(at + 18 * stride, sub(p12, dot3(ka2, a3, kb2, b3, kc2, c3)));
  v128.store(at + 19 * stride, sub(p13, dot3(ka2, a4, kb2, b4, kc2, c4)));
  v128.store(at + 20 * stride, sub(p14, dot3(ka2, a5, kb2, b5, kc2, c5)));
  const ka3 = mul(ra, a3), kb3 = mul(rb, b3), kc3 = mul(rc, c3);
  v128.store(at + 21 * stride, add(sub(p15, dot3(ka3, a3, kb3, b3, kc3, c3)), mul(margin, p15)));
  v128.store(at + 22 * stride, sub(p16, dot3(ka3, a4, kb3, b4, kc3, c4)));
  v128.store(at + 23 * stride, sub(p17, dot3(ka3, a5, kb3, b5, kc3, c5)));
  const ka4 = mul(ra, a4), kb4 = mul(rb, b4), kc4 = mul(rc, c4);
  v128.store(at + 24 * stride, add(sub(p18, dot3(ka4, a4, kb4, b4, kc4, c4)), mul(margin, p18)));
  v128.store(at + 25 * stride, sub(p19, dot3(ka4, a5, kb4, b5, kc4, c5)));
  v128.store(
    at + 26 * stride,
    add(
      sub(p20, dot3(mul(ra, a5), a5, mul(rb, b5), b5, mul(rc, c5), c5)),
      mul(margin, p20),
    ),
  );
}

/** Moves `pairs` pairs of tracks by one step; rows begin at byte `rows` and lie `stride` bytes apart. */
export function predict(rows: usize, stride: usize, pairs: usize): void {
  for (let i: usize = 0; i < pairs; i += 1) predictPair(rows + (i << 4), stride);
}

/** Uses one look of each track. */
export function update(rows: usize, stride: usize, pairs: usize): void {
  for (let i: usize = 0; i < pairs; i += 1) updatePair(rows + (i << 4), stride);
}

/** Both, each pair going through memory once. */
export function advance(rows: usize, stride: usize, pairs: usize): void {
  for (let i: usize = 0; i < pairs; i += 1) {
    predictPair(rows + (i << 4), stride);
    updatePair(rows + (i << 4), stride);
  }
}

// Places of the parameters, as `PARAMETER` in layout.ts.
const STEP: usize = 0;
const HALF_STEP: usize = 1;
const VELOCITY_BY_PLACE: usize = 2;
const STAGES: usize = 4;
const SITE: usize = 24;
const EAST: usize = 27;
const NORTH: usize = 29;
const UP: usize = 32;
const VARIANCES: usize = 35;

const MU: f64 = 3.986004418e14;
/** 3/2 J2 R². */
const FLATNESS: f64 = 1.5 * 1.08262668e-3 * (6378137.0 * 6378137.0);
const MARGIN: f64 = 3.552713678800501e-15;
const TURN: f64 = 6.283185307179586;
const HALF: f64 = 1.5707963267948966;
const QUARTER: f64 = 0.7853981633974483;
const TINY: f64 = 1e-300;
const TAN_22: f64 = 0.41421356237309503;
const A0: f64 = -0.3333333333333333;
const A1: f64 = 0.1999999999999552;
const A2: f64 = -0.14285714284666542;
const A3: f64 = 0.11111111015256292;
const A4: f64 = -0.09090904578121085;
const A5: f64 = 0.07692183190760651;
const A6: f64 = -0.0666451144646022;
const A7: f64 = 0.05858148904795124;
const A8: f64 = -0.050854496960392584;
const A9: f64 = 0.039231657085083686;
const A10: f64 = -0.019176885636589053;
