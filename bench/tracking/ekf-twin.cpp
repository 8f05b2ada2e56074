// SPDX-License-Identifier: Apache-2.0
// The batch filter of packages/tracking/src/batch in C++, for the ratio in `bench -- tracking`: the
// same formulas in the same order (their reasons stand in `plain.ts`), scalar as one writes C++, and
// left to the compiler. It is handed the filter's own numbers, runs them, and gives back where they
// ended, so that the bench can see that both computed the same.
//
//   g++ -O3 -march=native ekf-twin.cpp -o ekf-twin && ./ekf-twin IN OUT
//
// IN, doubles: tracks, stride, runs, seconds, passes; 24 numbers of a step; then the rows of the
// store; then for each second 14 numbers of the radar and 3 x runs looks. Track i has the look of run
// i % runs. In the first second it only updates. OUT: the rows after a pass. Standard output, for each
// layout: processor seconds of every pass but for its first second.
// Two layouts, rows of all tracks as the batch has them and one record a track as C++ would; the bench
// takes the faster.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

constexpr double MU = 3.986004418e14;
constexpr double FLATNESS = 1.5 * 1.08262668e-3 * (6378137.0 * 6378137.0);
constexpr double MARGIN = 3.552713678800501e-15;
constexpr double TURN = 6.283185307179586;
constexpr double HALF = 1.5707963267948966;
constexpr double QUARTER = 0.7853981633974483;
constexpr double TINY = 1e-300;
constexpr double TAN_22 = 0.41421356237309503;
constexpr double A0 = -0.3333333333333333;
constexpr double A1 = 0.1999999999999552;
constexpr double A2 = -0.14285714284666542;
constexpr double A3 = 0.11111111015256292;
constexpr double A4 = -0.09090904578121085;
constexpr double A5 = 0.07692183190760651;
constexpr double A6 = -0.0666451144646022;
constexpr double A7 = 0.05858148904795124;
constexpr double A8 = -0.050854496960392584;
constexpr double A9 = 0.039231657085083686;
constexpr double A10 = -0.019176885636589053;

// Places as `PARAMETER` in layout.ts has them. Told from outside, so that the compiler cannot fold
// them away.
double parameter[64];

template <std::size_t fixed>
inline void predict(double* row, std::size_t wide) {
  const std::size_t stride = fixed != 0 ? fixed : wide;
  double x = row[0];
  double y = row[stride];
  double z = row[2 * stride];
  const double vx = row[3 * stride];
  const double vy = row[4 * stride];
  const double vz = row[5 * stride];
  double p0 = row[6 * stride];
  double p1 = row[7 * stride];
  double p2 = row[8 * stride];
  double p3 = row[9 * stride];
  double p4 = row[10 * stride];
  double p5 = row[11 * stride];
  double p6 = row[12 * stride];
  double p7 = row[13 * stride];
  double p8 = row[14 * stride];
  double p9 = row[15 * stride];
  double p10 = row[16 * stride];
  double p11 = row[17 * stride];
  double p12 = row[18 * stride];
  double p13 = row[19 * stride];
  double p14 = row[20 * stride];
  double p15 = row[21 * stride];
  double p16 = row[22 * stride];
  double p17 = row[23 * stride];
  double p18 = row[24 * stride];
  double p19 = row[25 * stride];
  double p20 = row[26 * stride];
  const double h = parameter[0];
  const double h2 = h * h;
  const double place = parameter[1];
  const double speed = parameter[2];
  const double m0 = MARGIN * (p0 + h2 * p15);
  const double m1 = MARGIN * (p6 + h2 * p18);
  const double m2 = MARGIN * (p11 + h2 * p20);
  const double turned = speed * (p0 + p6 + p11);
  const double m3 = MARGIN * (p15 + turned);
  const double m4 = MARGIN * (p18 + turned);
  const double m5 = MARGIN * (p20 + turned);
  const double x0 = x;
  const double y0 = y;
  const double z0 = z;
  double sx = 0;
  double sy = 0;
  double sz = 0;
  double ux = 0;
  double uy = 0;
  double uz = 0;
  for (std::size_t stage = 0;; stage += 1) {
    // Gravity and its gradient.
    const double u = 1 / (x * x + y * y + z * z);
    const double q = MU * u * std::sqrt(u);
    const double p = FLATNESS * u;
    const double s = z * z * u;
    const double qp = q * p;
    const double alpha = q + (qp - 5 * qp * s);
    const double qu = q * u;
    const double b = qu * (3 + 5 * p - 35 * p * s);
    const double bz = b + 10 * qu * p;
    const double ax = -(alpha * x);
    const double ay = -(alpha * y);
    const double az = -((alpha + 2 * qp) * z);
    const double bent = parameter[9 + 6 * stage] * alpha;
    const double w = parameter[4 + 6 * stage] + bent;
    const double more = 2 * bent * alpha;
    const double gxx = b * (x * x) - alpha;
    const double gyy = b * (y * y) - alpha;
    const double k0 = w * gxx + more;
    const double k1 = w * (b * (x * y));
    const double k3 = w * gyy + more;
    const double k2 = w * (bz * (x * z));
    const double k4 = w * (bz * (y * z));
    const double k5 = more - w * (gxx + gyy);
    // Kick.
    const double q3 = p0 * k0 + p1 * k1 + p2 * k2;
    const double q4 = p0 * k1 + p1 * k3 + p2 * k4;
    const double q5 = p0 * k2 + p1 * k4 + p2 * k5;
    const double q8 = p1 * k0 + p6 * k1 + p7 * k2;
    const double q9 = p1 * k1 + p6 * k3 + p7 * k4;
    const double q10 = p1 * k2 + p6 * k4 + p7 * k5;
    const double q12 = p2 * k0 + p7 * k1 + p11 * k2;
    const double q13 = p2 * k1 + p7 * k3 + p11 * k4;
    const double q14 = p2 * k2 + p7 * k4 + p11 * k5;
    p3 = p3 + q3;
    p4 = p4 + q4;
    p5 = p5 + q5;
    p8 = p8 + q8;
    p9 = p9 + q9;
    p10 = p10 + q10;
    p12 = p12 + q12;
    p13 = p13 + q13;
    p14 = p14 + q14;
    p15 = p15 + 4 * (k0 * p3 + k1 * p8 + k2 * p12);
    p18 = p18 + 4 * (k1 * p4 + k3 * p9 + k4 * p13);
    p20 = p20 + 4 * (k2 * p5 + k4 * p10 + k5 * p14);
    p16 = p16 + 2 * (k0 * p4 + k1 * p9 + k2 * p13 + (k1 * p3 + k3 * p8 + k4 * p12));
    p17 = p17 + 2 * (k0 * p5 + k1 * p10 + k2 * p14 + (k2 * p3 + k4 * p8 + k5 * p12));
    p19 = p19 + 2 * (k1 * p5 + k3 * p10 + k4 * p14 + (k2 * p4 + k4 * p9 + k5 * p13));
    p3 = p3 + q3;
    p4 = p4 + q4;
    p5 = p5 + q5;
    p8 = p8 + q8;
    p9 = p9 + q9;
    p10 = p10 + q10;
    p12 = p12 + q12;
    p13 = p13 + q13;
    p14 = p14 + q14;
    // What the accelerations add to position and velocity.
    const double wx = parameter[5 + 6 * stage];
    const double wv = parameter[6 + 6 * stage];
    sx = sx + wx * ax;
    sy = sy + wx * ay;
    sz = sz + wx * az;
    ux = ux + wv * ax;
    uy = uy + wv * ay;
    uz = uz + wv * az;
    if (stage == 2) break;
    // Drift over half a step.
    const double half = place;
    const double n3 = p3 + half * p15;
    const double n4 = p4 + half * p16;
    const double n5 = p5 + half * p17;
    const double n8 = p8 + half * p16;
    const double n9 = p9 + half * p18;
    const double n10 = p10 + half * p19;
    const double n12 = p12 + half * p17;
    const double n13 = p13 + half * p19;
    const double n14 = p14 + half * p20;
    p0 = p0 + half * (p3 + n3);
    p1 = p1 + half * (p4 + n8);
    p2 = p2 + half * (p5 + n12);
    p6 = p6 + half * (p9 + n9);
    p7 = p7 + half * (p10 + n13);
    p11 = p11 + half * (p14 + n14);
    p3 = n3;
    p4 = n4;
    p5 = n5;
    p8 = n8;
    p9 = n9;
    p10 = n10;
    p12 = n12;
    p13 = n13;
    p14 = n14;
    const double c1 = parameter[7 + 6 * stage];
    const double c2 = parameter[8 + 6 * stage];
    x = x0 + (c1 * vx + c2 * ax);
    y = y0 + (c1 * vy + c2 * ay);
    z = z0 + (c1 * vz + c2 * az);
  }
  row[0] = x0 + (h * vx + sx);
  row[stride] = y0 + (h * vy + sy);
  row[2 * stride] = z0 + (h * vz + sz);
  row[3 * stride] = vx + ux;
  row[4 * stride] = vy + uy;
  row[5 * stride] = vz + uz;
  row[6 * stride] = p0 + m0;
  row[7 * stride] = p1;
  row[8 * stride] = p2;
  row[9 * stride] = p3;
  row[10 * stride] = p4;
  row[11 * stride] = p5;
  row[12 * stride] = p6 + m1;
  row[13 * stride] = p7;
  row[14 * stride] = p8;
  row[15 * stride] = p9;
  row[16 * stride] = p10;
  row[17 * stride] = p11 + m2;
  row[18 * stride] = p12;
  row[19 * stride] = p13;
  row[20 * stride] = p14;
  row[21 * stride] = p15 + m3;
  row[22 * stride] = p16;
  row[23 * stride] = p17;
  row[24 * stride] = p18 + m4;
  row[25 * stride] = p19;
  row[26 * stride] = p20 + m5;
}

inline double angle(double y, double x) {
  const double ay = std::fabs(y);
  const double ax = std::fabs(x);
  const double lo = std::min(ax, ay);
  const double hi = std::max(ax, ay);
  const bool steep = ay > ax;
  const bool far = lo > TAN_22 * hi;
  const double t = (far ? lo - hi : lo) / std::max(far ? lo + hi : hi, TINY);
  const double s = t * t;
  double sum = A10;
  sum = A9 + s * sum;
  sum = A8 + s * sum;
  sum = A7 + s * sum;
  sum = A6 + s * sum;
  sum = A5 + s * sum;
  sum = A4 + s * sum;
  sum = A3 + s * sum;
  sum = A2 + s * sum;
  sum = A1 + s * sum;
  sum = A0 + s * sum;
  double a = t + t * s * sum;
  a = far ? a + QUARTER : a;
  a = steep ? HALF - a : a;
  a = (x < 0) ? TURN / 2 - a : a;
  return (y < 0) ? -a : a;
}

template <std::size_t fixed>
inline void update(double* row, std::size_t wide) {
  const std::size_t stride = fixed != 0 ? fixed : wide;
  const double p0 = row[6 * stride];
  const double p1 = row[7 * stride];
  const double p2 = row[8 * stride];
  const double p3 = row[9 * stride];
  const double p4 = row[10 * stride];
  const double p5 = row[11 * stride];
  const double p6 = row[12 * stride];
  const double p7 = row[13 * stride];
  const double p8 = row[14 * stride];
  const double p9 = row[15 * stride];
  const double p10 = row[16 * stride];
  const double p11 = row[17 * stride];
  const double p12 = row[18 * stride];
  const double p13 = row[19 * stride];
  const double p14 = row[20 * stride];
  const double p15 = row[21 * stride];
  const double p16 = row[22 * stride];
  const double p17 = row[23 * stride];
  const double p18 = row[24 * stride];
  const double p19 = row[25 * stride];
  const double p20 = row[26 * stride];
  const double x = row[0];
  const double y = row[stride];
  const double z = row[2 * stride];
  // Line of sight and its axes.
  const double dx = x - parameter[24];
  const double dy = y - parameter[25];
  const double dz = z - parameter[26];
  const double e = parameter[27] * dx + parameter[28] * dy;
  const double n = parameter[29] * dx + parameter[30] * dy + parameter[31] * dz;
  const double up = parameter[32] * dx + parameter[33] * dy + parameter[34] * dz;
  const double ground2 = std::max(e * e + n * n, 1.0);
  const double ground = std::sqrt(ground2);
  const double range2 = ground2 + up * up;
  const double range = std::sqrt(range2);
  const double inverse = 1 / (ground * range);
  const double byGround = inverse * range;
  const double byRange = inverse * ground;
  const double ax = dx * byRange;
  const double ay = dy * byRange;
  const double az = dz * byRange;
  const double sin = e * byGround;
  const double cos = n * byGround;
  const double bx = cos * parameter[27] - sin * parameter[29];
  const double by = cos * parameter[28] - sin * parameter[30];
  const double bz = -(sin * parameter[31]);
  const double cx = by * az - bz * ay;
  const double cy = bz * ax - bx * az;
  const double cz = bx * ay - by * ax;
  // Innovations, in metres along the axes.
  const double seen = row[27 * stride];
  const bool there = seen == seen;
  const double turn = row[28 * stride] - angle(e, n);
  const double turns = std::nearbyint(turn * (1 / TURN));
  const double i0 = there ? seen - range : 0.0;
  double i1 = there ? ground * (turn - TURN * turns) : 0.0;
  double i2 = there ? range * (row[29 * stride] - angle(up, ground)) : 0.0;
  // Covariance of the state with the three innovations.
  const double a0 = p0 * ax + p1 * ay + p2 * az;
  const double a1 = p1 * ax + p6 * ay + p7 * az;
  const double a2 = p2 * ax + p7 * ay + p11 * az;
  const double a3 = p3 * ax + p8 * ay + p12 * az;
  const double a4 = p4 * ax + p9 * ay + p13 * az;
  const double a5 = p5 * ax + p10 * ay + p14 * az;
  double b0 = p0 * bx + p1 * by + p2 * bz;
  double b1 = p1 * bx + p6 * by + p7 * bz;
  double b2 = p2 * bx + p7 * by + p11 * bz;
  double b3 = p3 * bx + p8 * by + p12 * bz;
  double b4 = p4 * bx + p9 * by + p13 * bz;
  double b5 = p5 * bx + p10 * by + p14 * bz;
  double c0 = p0 * cx + p1 * cy + p2 * cz;
  double c1 = p1 * cx + p6 * cy + p7 * cz;
  double c2 = p2 * cx + p7 * cy + p11 * cz;
  double c3 = p3 * cx + p8 * cy + p12 * cz;
  double c4 = p4 * cx + p9 * cy + p13 * cz;
  double c5 = p5 * cx + p10 * cy + p14 * cz;
  const double floor = MARGIN * (p0 + p6 + p11);
  const double saa = ax * a0 + ay * a1 + az * a2 + (parameter[35] + floor);
  const double sab = bx * a0 + by * a1 + bz * a2;
  const double sac = cx * a0 + cy * a1 + cz * a2;
  const double sbb = bx * b0 + by * b1 + bz * b2 + (parameter[36] * ground2 + floor);
  const double sbc = cx * b0 + cy * b1 + cz * b2;
  const double scc = cx * c0 + cy * c1 + cz * c2 + (parameter[37] * range2 + floor);
  // Elimination, azimuth and elevation made independent of what stands before them.
  const double ra = there ? 1 / saa : 0.0;
  const double lab = sab * ra;
  const double lac = sac * ra;
  const double rb = there ? 1 / (sbb - lab * sab) : 0.0;
  const double mbc = sbc - lab * sac;
  const double lbc = mbc * rb;
  const double rc = there ? 1 / (scc - (lac * sac + lbc * mbc)) : 0.0;
  b0 = b0 - lab * a0;
  b1 = b1 - lab * a1;
  b2 = b2 - lab * a2;
  b3 = b3 - lab * a3;
  b4 = b4 - lab * a4;
  b5 = b5 - lab * a5;
  c0 = c0 - (lac * a0 + lbc * b0);
  c1 = c1 - (lac * a1 + lbc * b1);
  c2 = c2 - (lac * a2 + lbc * b2);
  c3 = c3 - (lac * a3 + lbc * b3);
  c4 = c4 - (lac * a4 + lbc * b4);
  c5 = c5 - (lac * a5 + lbc * b5);
  i1 = i1 - lab * i0;
  i2 = i2 - (lac * i0 + lbc * i1);
  const double ja = i0 * ra;
  const double jb = i1 * rb;
  const double jc = i2 * rc;
  row[0] = x + (a0 * ja + b0 * jb + c0 * jc);
  row[stride] = y + (a1 * ja + b1 * jb + c1 * jc);
  row[2 * stride] = z + (a2 * ja + b2 * jb + c2 * jc);
  row[3 * stride] = row[3 * stride] + (a3 * ja + b3 * jb + c3 * jc);
  row[4 * stride] = row[4 * stride] + (a4 * ja + b4 * jb + c4 * jc);
  row[5 * stride] = row[5 * stride] + (a5 * ja + b5 * jb + c5 * jc);
  // The covariance less three outer products.
  const double margin = there ? MARGIN : 0.0;
  const double ka0 = ra * a0;
  const double kb0 = rb * b0;
  const double kc0 = rc * c0;
  row[6 * stride] = p0 - (ka0 * a0 + kb0 * b0 + kc0 * c0) + margin * p0;
  row[7 * stride] = p1 - (ka0 * a1 + kb0 * b1 + kc0 * c1);
  row[8 * stride] = p2 - (ka0 * a2 + kb0 * b2 + kc0 * c2);
  row[9 * stride] = p3 - (ka0 * a3 + kb0 * b3 + kc0 * c3);
  row[10 * stride] = p4 - (ka0 * a4 + kb0 * b4 + kc0 * c4);
  row[11 * stride] = p5 - (ka0 * a5 + kb0 * b5 + kc0 * c5);
  const double ka1 = ra * a1;
  const double kb1 = rb * b1;
  const double kc1 = rc * c1;
  row[12 * stride] = p6 - (ka1 * a1 + kb1 * b1 + kc1 * c1) + margin * p6;
  row[13 * stride] = p7 - (ka1 * a2 + kb1 * b2 + kc1 * c2);
  row[14 * stride] = p8 - (ka1 * a3 + kb1 * b3 + kc1 * c3);
  row[15 * stride] = p9 - (ka1 * a4 + kb1 * b4 + kc1 * c4);
  row[16 * stride] = p10 - (ka1 * a5 + kb1 * b5 + kc1 * c5);
  const double ka2 = ra * a2;
  const double kb2 = rb * b2;
  const double kc2 = rc * c2;
  row[17 * stride] = p11 - (ka2 * a2 + kb2 * b2 + kc2 * c2) + margin * p11;
  row[18 * stride] = p12 - (ka2 * a3 + kb2 * b3 + kc2 * c3);
  row[19 * stride] = p13 - (ka2 * a4 + kb2 * b4 + kc2 * c4);
  row[20 * stride] = p14 - (ka2 * a5 + kb2 * b5 + kc2 * c5);
  const double ka3 = ra * a3;
  const double kb3 = rb * b3;
  const double kc3 = rc * c3;
  row[21 * stride] = p15 - (ka3 * a3 + kb3 * b3 + kc3 * c3) + margin * p15;
  row[22 * stride] = p16 - (ka3 * a4 + kb3 * b4 + kc3 * c4);
  row[23 * stride] = p17 - (ka3 * a5 + kb3 * b5 + kc3 * c5);
  const double ka4 = ra * a4;
  const double kb4 = rb * b4;
  const double kc4 = rc * c4;
  row[24 * stride] = p18 - (ka4 * a4 + kb4 * b4 + kc4 * c4) + margin * p18;
  row[25 * stride] = p19 - (ka4 * a5 + kb4 * b5 + kc4 * c5);
  row[26 * stride] = p20 - ((ra * a5) * a5 + (rb * b5) * b5 + (rc * c5) * c5) + margin * p20;
}

constexpr std::size_t ROWS = 30;
constexpr std::size_t STEP = 24;
constexpr std::size_t RADAR = 14;

struct Input {
  std::size_t tracks, stride, runs, seconds, passes;
  std::vector<double> step, rows, looks;
};

std::vector<double> numbers(std::FILE* file, std::size_t count) {
  std::vector<double> out(count);
  if (std::fread(out.data(), sizeof(double), count, file) != count) std::exit(2);
  return out;
}

double processorSeconds() {
  std::timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/** One pass over all seconds; `store` is rows (fixed = 0) or records (fixed = 1). */
template <std::size_t fixed>
double pass(const Input& in, std::vector<double>& store) {
  const std::size_t stride = fixed != 0 ? 1 : in.stride;
  const std::size_t next = fixed != 0 ? ROWS : 1;
  double began = 0;
  for (std::size_t second = 0; second < in.seconds; second += 1) {
    if (second == 1) began = processorSeconds();
    const double* given = in.looks.data() + second * (RADAR + 3 * in.runs);
    std::copy(given, given + RADAR, parameter + STEP);
    const double* looks = given + RADAR;
    for (std::size_t k = 0; k < 3; k += 1) {
      for (std::size_t from = 0; from < in.tracks; from += in.runs) {
        const std::size_t count = std::min(in.runs, in.tracks - from);
        double* to = store.data() + (27 + k) * stride + from * next;
        for (std::size_t i = 0; i < count; i += 1) to[i * next] = looks[k * in.runs + i];
      }
    }
    double* track = store.data();
    if (second == 0) {
      for (std::size_t i = 0; i < in.tracks; i += 1) update<fixed>(track + i * next, stride);
    } else {
      for (std::size_t i = 0; i < in.tracks; i += 1) {
        predict<fixed>(track + i * next, stride);
        update<fixed>(track + i * next, stride);
      }
    }
  }
  return processorSeconds() - began;
}

template <std::size_t fixed>
std::vector<double> measure(const Input& in, const std::vector<double>& start) {
  std::vector<double> store;
  for (std::size_t k = 0; k < in.passes; k += 1) {
    store = start;
    std::printf("%s%.9f", k == 0 ? "" : " ", pass<fixed>(in, store));
  }
  std::printf("\n");
  return store;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::FILE* file = std::fopen(arguments[1], "rb");
  if (file == nullptr) return 2;
  const std::vector<double> sizes = numbers(file, 5);
  Input in{};
  in.tracks = static_cast<std::size_t>(sizes[0]);
  in.stride = static_cast<std::size_t>(sizes[1]);
  in.runs = static_cast<std::size_t>(sizes[2]);
  in.seconds = static_cast<std::size_t>(sizes[3]);
  in.passes = static_cast<std::size_t>(sizes[4]);
  in.step = numbers(file, STEP);
  in.rows = numbers(file, ROWS * in.stride);
  in.looks = numbers(file, in.seconds * (RADAR + 3 * in.runs));
  std::fclose(file);
  std::copy(in.step.begin(), in.step.end(), parameter);

  const std::vector<double> after = measure<0>(in, in.rows);
  std::vector<double> records(ROWS * in.stride);
  for (std::size_t i = 0; i < in.stride; i += 1) {
    for (std::size_t row = 0; row < ROWS; row += 1) {
      records[i * ROWS + row] = in.rows[row * in.stride + i];
    }
  }
  measure<1>(in, records);

  std::FILE* out = std::fopen(arguments[2], "wb");
  if (out == nullptr) return 2;
  const bool written = std::fwrite(after.data(), sizeof(double), after.size(), out) == after.size();
  return std::fclose(out) == 0 && written ? 0 : 1;
}
