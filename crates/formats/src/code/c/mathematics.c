/* The elementary functions of C's library, for targets that have none.
 *
 * Blocks are separated by empty lines; of the blocks, a file gets those whose functions it calls, directly or by others. They
 * need <stdint.h> and numbers of IEEE 754 alone. Where products must be exact, the factors have at most half of the digits: it
 * does not matter whether a compiler fuses products with sums. Polynomials interpolate at Chebyshev nodes. */

#define NETFORM_INFINITY (1.0 / 0.0)

#define NETFORM_NAN (0.0 / 0.0)

typedef union { double value; uint64_t bits; } netform_number;

/* The number of these bits. */
static double netform_of_bits(uint64_t bits)
{
    netform_number number;
    number.bits = bits;
    return number.value;
}

static uint64_t netform_bits(double x)
{
    netform_number number;
    number.value = x;
    return number.bits;
}

static double netform_fabs(double x)
{
    return netform_of_bits(netform_bits(x) & 0x7fffffffffffffffU);
}

/* The size of x with the sign of y. */
static double netform_signed(double x, double y)
{
    return netform_of_bits((netform_bits(x) & 0x7fffffffffffffffU) | (netform_bits(y) & 0x8000000000000000U));
}

/* The leading 26 digits. */
static double netform_leading(double x)
{
    return netform_of_bits(netform_bits(x) & 0xfffffffff8000000U);
}

/* What x y has beyond its rounded value. */
static double netform_product_low(double x, double y, double product)
{
    const double a = netform_leading(x), b = x - a, c = netform_leading(y), d = y - c;
    return ((a * c - product) + a * d + b * c) + b * d;
}

/* The sum of c[k] x^k for k < count. */
static double netform_polynomial(double x, const double *c, int count)
{
    double sum = c[count - 1];
    for (int k = count - 2; k >= 0; --k) {
        sum = sum * x + c[k];
    }
    return sum;
}

static double netform_trunc(double x)
{
    const uint64_t bits = netform_bits(x);
    const int exponent = (int)((bits >> 52) & 0x7ffU) - 1023;
    if (exponent >= 52) {
        return x;
    }
    return netform_of_bits(exponent < 0 ? bits & 0x8000000000000000U : bits & ~(0xfffffffffffffU >> exponent));
}

static double netform_floor(double x)
{
    const double whole = netform_trunc(x);
    return whole > x ? whole - 1.0 : whole;
}

static double netform_ceil(double x)
{
    const double whole = netform_trunc(x);
    return whole < x ? netform_signed(whole + 1.0, x) : whole;
}

/* The nearest integer, the even one of two. */
static double netform_rint(double x)
{
    const double size = netform_fabs(x), whole = netform_trunc(size), rest = size - whole;
    const double half = whole * 0.5;
    const int odd = half != netform_trunc(half);
    return netform_signed(rest > 0.5 || (rest == 0.5 && odd) ? whole + 1.0 : whole, x);
}

static double netform_fmax(double x, double y)
{
    if (x != x || y != y) {
        return x != x ? y : x;
    }
    return x > y ? x : y;
}

static double netform_fmin(double x, double y)
{
    if (x != x || y != y) {
        return x != x ? y : x;
    }
    return x < y ? x : y;
}

/* x 2^n, rounded once where x is about 1. */
static double netform_scaled(double x, int n)
{
    for (; n > 960; n -= 960) {
        x *= 0x1p960;
    }
    for (; n < -960; n += 960) {
        x *= 0x1p-960;
    }
    return x * netform_of_bits((uint64_t)(n + 1023) << 52);
}

/* |x| as 2^n m with m from 1 to 2, for a positive finite number. */
static double netform_split(double x, int *n)
{
    const int tiny = x < 0x1p-1022;
    const uint64_t bits = netform_bits(tiny ? x * 0x1p54 : x);
    *n = (int)((bits >> 52) & 0x7ffU) - 1023 - (tiny ? 54 : 0);
    return netform_of_bits((bits & 0xfffffffffffffU) | 0x3ff0000000000000U);
}

static double netform_fmod(double x, double y)
{
    const double divisor = netform_fabs(y);
    double rest = netform_fabs(x);
    int n = 0, m = 0;
    if (!(rest < NETFORM_INFINITY) || divisor != divisor || divisor == 0.0) {
        return NETFORM_NAN;
    }
    if (rest < divisor || rest == 0.0) {
        return x;
    }
    (void)netform_split(rest, &n);
    (void)netform_split(divisor, &m);
    for (; n >= m; --n) {
        const double step = netform_scaled(divisor, n - m);
        rest = rest >= step ? rest - step : rest;
    }
    return netform_signed(rest, x);
}

static double netform_sqrt(double x)
{
    int n = 0;
    if (!(x > 0.0) || x == NETFORM_INFINITY) {
        return x < 0.0 ? NETFORM_NAN : x;
    }
    double m = netform_split(x, &n);
    if (n % 2 != 0) {
        m *= 2.0;
        n -= 1;
    }
    /* Newton's iteration, and a last step in which the square is exact. */
    double root = 0.5 + 0.5 * m;
    for (int k = 0; k < 5; ++k) {
        root = 0.5 * (root + m / root);
    }
    const double square = root * root;
    root += ((m - square) - netform_product_low(root, root, square)) / (2.0 * root);
    return netform_scaled(root, n / 2);
}

static double netform_cbrt(double x)
{
    int n = 0;
    if (x == 0.0 || !(netform_fabs(x) < NETFORM_INFINITY)) {
        return x;
    }
    double m = netform_split(netform_fabs(x), &n);
    const int rest = ((n % 3) + 3) % 3;
    m *= rest == 0 ? 1.0 : rest == 1 ? 2.0 : 4.0;
    double root = 0.7 + 0.3 * m * (1.0 - 0.05 * m);
    for (int k = 0; k < 6; ++k) {
        root -= (root - m / (root * root)) / 3.0;
    }
    const double a = netform_leading(root), low = root - a;
    /* The cube of the leading digits, by a square that is exact. */
    const double square = a * a, cube = square * a;
    const double missing = ((m - cube) - netform_product_low(square, a, cube)) - low * (3.0 * a * root + low * low);
    root += missing / (3.0 * root * root);
    return netform_signed(netform_scaled(root, (n - rest) / 3), x);
}

/* x + low as n log 2 + r: n, r and what r lacks. */
static double netform_reduced(double x, double low, double *r, double *lost)
{
    const double n = netform_rint(x * 1.4426950408889634);
    const double high = x - n * 0.6931471803691238;
    const double rest = low - n * 1.9082149292705877e-10;
    *r = high + rest;
    *lost = (high - *r) + rest;
    return n;
}

/* (e^r - 1 - r)/r^2 where |r| is at most half of log 2. */
static double netform_exp_rest(double r)
{
    static const double c[11] = {0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326136, 0.0013888888888883748,
        0.00019841269874820627, 0.000024801587325547743, 2.7557255400206422e-6, 2.75572736431103e-7, 2.5105217004720745e-8,
        2.0914686968086876e-9};
    return netform_polynomial(r, c, 11);
}

/* e^(x + low) 2^n. */
static double netform_exp_scaled(double x, double low, int n)
{
    double r = 0.0, lost = 0.0;
    if (!(x < 1500.0)) {
        return x;
    }
    if (x < -1500.0) {
        return 0.0;
    }
    const double exponent = netform_reduced(x, low, &r, &lost);
    return netform_scaled(1.0 + (r + (r * r * netform_exp_rest(r) + lost)), n + (int)exponent);
}

static double netform_exp(double x)
{
    /* Larger numbers only tell that the result is infinite. */
    return netform_exp_scaled(x > 1400.0 ? 1400.0 : x, 0.0, 0);
}

static double netform_expm1(double x)
{
    double r = 0.0, lost = 0.0;
    if (!(x < 40.0)) {
        return netform_exp(x);
    }
    if (x == 0.0) {
        return x;
    }
    if (x < -40.0) {
        return -1.0;
    }
    const double n = netform_reduced(x, 0.0, &r, &lost), power = netform_scaled(1.0, (int)n);
    const double rest = r * r * netform_exp_rest(r) + lost;
    return n == 0.0 ? x + rest : ((power - 1.0) + power * r) + power * rest;
}

static double netform_sinh(double x)
{
    const double size = netform_fabs(x);
    if (size > 40.0) {
        return netform_signed(netform_exp_scaled(size > 1400.0 ? 1400.0 : size, 0.0, -1), x);
    }
    const double e = netform_expm1(size);
    return x != x ? x : netform_signed(0.5 * (e + e / (e + 1.0)), x);
}

static double netform_cosh(double x)
{
    const double size = netform_fabs(x);
    const double half = netform_exp_scaled(size > 1400.0 ? 1400.0 : size, 0.0, -1);
    return size > 40.0 ? half : half + 0.25 / half;
}

static double netform_tanh(double x)
{
    const double size = netform_fabs(x);
    if (size > 22.0) {
        return netform_signed(1.0, x);
    }
    const double e = netform_expm1(2.0 * size);
    return x != x ? x : netform_signed(size < 0.6 ? e / (2.0 + e) : 1.0 - 2.0 / (2.0 + e), x);
}

/* x as 2^n (1 + f) with 1 + f from the root of 1/2 to that of 2, for a positive finite number. */
static double netform_near_one(double x, double *n)
{
    int exponent = 0;
    const double m = netform_split(x, &exponent);
    const int large = m > 1.4142135623730951;
    *n = (double)(exponent + (large ? 1 : 0));
    return (large ? 0.5 * m : m) - 1.0;
}

/* log(1 + f) - f for such f. */
static double netform_log_rest(double f)
{
    static const double c[8] = {0.6666666666666666, 0.40000000000000885, 0.28571428570799784, 0.22222222392581045,
        0.18181795547521137, 0.15386244737621665, 0.13268638369266825, 0.13088034850927555};
    const double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    return s * (half + z * netform_polynomial(z, c, 8)) - half;
}

static double netform_log(double x)
{
    double n = 0.0;
    if (!(x > 0.0) || x == NETFORM_INFINITY) {
        return x == 0.0 ? -NETFORM_INFINITY : x < 0.0 ? NETFORM_NAN : x;
    }
    const double f = netform_near_one(x, &n);
    return n * 0.6931471803691238 + (f + (netform_log_rest(f) + n * 1.9082149292705877e-10));
}

static double netform_log2(double x)
{
    double n = 0.0;
    if (!(x > 0.0) || x == NETFORM_INFINITY) {
        return netform_log(x);
    }
    const double f = netform_near_one(x, &n), rest = netform_log_rest(f);
    const double high = netform_leading(f), low = (f - high) + rest;
    return n + (high * 1.442695040255785 + (low * 1.4426950408889634 + high * 6.331784189566044e-10));
}

static double netform_log10(double x)
{
    double n = 0.0;
    if (!(x > 0.0) || x == NETFORM_INFINITY) {
        return netform_log(x);
    }
    const double f = netform_near_one(x, &n), rest = netform_log_rest(f);
    const double high = netform_leading(f), low = (f - high) + rest;
    const double small = low * 0.4342944819032518 + (high * 1.414982685385801e-10 + n * 5.801722962879576e-10);
    return n * 0.3010299950838089 + (high * 0.43429448176175356 + small);
}

static double netform_log1p(double x)
{
    if (netform_fabs(x) < 0x1p-53) {
        return x;
    }
    const double sum = 1.0 + x;
    if (!(sum > 0.0) || sum == NETFORM_INFINITY) {
        return netform_log(sum);
    }
    /* What the sum has lost, as a correction of first order. */
    const double lost = x < 1.0 ? x - (sum - 1.0) : 1.0 - (sum - x);
    return netform_log(sum) + lost / sum;
}

static double netform_asinh(double x)
{
    const double size = netform_fabs(x);
    if (!(size < 0x1p28)) {
        return netform_signed(netform_log(size) + 0.6931471805599453, x);
    }
    const double square = size * size;
    return netform_signed(netform_log1p(size + square / (1.0 + netform_sqrt(1.0 + square))), x);
}

static double netform_acosh(double x)
{
    const double t = x - 1.0;
    if (x < 1.0) {
        return NETFORM_NAN;
    }
    if (!(x < 0x1p28)) {
        return netform_log(x) + 0.6931471805599453;
    }
    return netform_log1p(t + netform_sqrt(2.0 * t + t * t));
}

static double netform_atanh(double x)
{
    const double size = netform_fabs(x), twice = size + size;
    const double ratio = size < 0.5 ? twice + twice * size / (1.0 - size) : twice / (1.0 - size);
    return netform_signed(0.5 * netform_log1p(ratio), x);
}

/* The logarithm of a positive finite number, and what it lacks. */
static double netform_precise_log(double x, double *lost)
{
    static const double c[8] = {0.4, 0.2857142857142937, 0.22222222221652765, 0.18181818336099848, 0.1538459488700718,
        0.1333480879881234, 0.11706126464563398, 0.11724327060846747};
    double n = 0.0;
    const double f = netform_near_one(x, &n);
    /* s = f/(2 + f), its square and its cube, with what they lack. */
    const double divisor = 2.0 + f, divisor_low = f - (divisor - 2.0), s = f / divisor, back = s * divisor;
    const double s_low = (((f - back) - netform_product_low(s, divisor, back)) - s * divisor_low) / divisor;
    const double z = s * s, z_low = netform_product_low(s, s, z) + 2.0 * s * s_low;
    const double cube = s * z, cube_low = netform_product_low(s, z, cube) + (s * z_low + s_low * z);
    /* 2 s + s^3 (2/3 + z q). */
    const double rest = z * netform_polynomial(z, c, 8);
    const double factor = 0.6666666666666666 + rest;
    const double factor_low = (rest - (factor - 0.6666666666666666)) + 3.700743415417188e-17;
    const double term = cube * factor;
    const double term_low = netform_product_low(cube, factor, term) + (cube * factor_low + cube_low * factor);
    const double log = 2.0 * s + term, log_low = (term - (log - 2.0 * s)) + (term_low + 2.0 * s_low);
    /* n log 2, whose first part is exact. */
    const double whole = n * 0.6931471803691238, high = whole + log;
    const double low = (n == 0.0 ? 0.0 : log - (high - whole)) + (n * 1.9082149292705877e-10 + log_low);
    const double sum = high + low;
    *lost = low - (sum - high);
    return sum;
}

static double netform_pow(double x, double y)
{
    const double size = netform_fabs(x), half = y * 0.5;
    const int is_integer = netform_trunc(y) == y, is_odd = is_integer && netform_trunc(half) != half;
    double value = 0.0, low = 0.0;
    if (y == 0.0 || x == 1.0) {
        return 1.0;
    }
    if (x != x || y != y) {
        return NETFORM_NAN;
    }
    if (size == 0.0 || size == NETFORM_INFINITY) {
        value = (size == 0.0) == (y > 0.0) ? 0.0 : NETFORM_INFINITY;
    } else if (x < 0.0 && !is_integer) {
        return NETFORM_NAN;
    } else if (size == 1.0) {
        value = 1.0;
    } else {
        const double high = netform_precise_log(size, &low), product = y * high;
        if (product > 1400.0 || product < -1400.0) {
            value = product > 0.0 ? NETFORM_INFINITY : 0.0;
        } else {
            value = netform_exp_scaled(product, netform_product_low(y, high, product) + y * low, 0);
        }
    }
    return is_odd && (netform_bits(x) >> 63) != 0U ? -value : value;
}

/* The multiple of a right angle next to a large angle, modulo 4, and what is left of the angle, by as many binary digits of
 * 2/Pi as that needs (M. Payne, R. Hanek, SIGNUM Newsletter 18, 1983). */
static int netform_large_angle(double x, double *r, double *low)
{
    static const uint32_t digits[40] = {0xa2f9836eU, 0x4e441529U, 0xfc2757d1U, 0xf534ddc0U, 0xdb629599U, 0x3c439041U,
        0xfe5163abU, 0xdebbc561U, 0xb7246e3aU, 0x424dd2e0U, 0x06492eeaU, 0x09d1921cU, 0xfe1deb1cU, 0xb129a73eU, 0xe88235f5U,
        0x2ebb4484U, 0xe99c7026U, 0xb45f7e41U, 0x3991d639U, 0x835339f4U, 0x9c845f8bU, 0xbdf9283bU, 0x1ff897ffU, 0xde05980fU,
        0xef2f118bU, 0x5a0a6d1fU, 0x6d367ecfU, 0x27cb09b7U, 0x4f463f66U, 0x9e5fea2dU, 0x7527bac7U, 0xebe5f17bU, 0x3d0739f7U,
        0x8a5292eaU, 0x6bfb5fb1U, 0x1f8d5d08U, 0x56033046U, 0xfc7b6babU, 0xf0cfbc20U, 0x9af4361dU};
    const uint64_t bits = netform_bits(x);
    /* The size is mantissa 2^exponent. */
    const int exponent = (int)((bits >> 52) & 0x7ffU) - 1075;
    const uint64_t mantissa = (bits & 0xfffffffffffffU) | 0x10000000000000U;
    /* Digits that give multiples of 4 are left out; of the rest 192 are enough. */
    const int skipped = exponent > 2 ? exponent - 2 : 0, shift = exponent > 2 ? 0 : 2 - exponent;
    uint32_t word[6], product[8] = {0U};
    for (int k = 0; k < 6; ++k) {
        const int place = (skipped + 32 * k) / 32, offset = skipped % 32;
        word[5 - k] = (uint32_t)(((((uint64_t)digits[place] << 32) | digits[place + 1]) >> (32 - offset)) & 0xffffffffU);
    }
    /* The product, lowest word first, and then in units of 2^-190. */
    for (int j = 0; j < 2; ++j) {
        const uint64_t part = j == 0 ? mantissa & 0xffffffffU : mantissa >> 32;
        uint64_t carry = 0U;
        for (int k = 0; k < 6; ++k) {
            carry += product[j + k] + part * word[k];
            product[j + k] = (uint32_t)(carry & 0xffffffffU);
            carry >>= 32;
        }
        product[j + 6] = (uint32_t)carry;
    }
    for (int k = 0; k < 8; ++k) {
        const int whole = k + shift / 32, offset = shift % 32;
        const uint64_t above = whole + 1 < 8 ? product[whole + 1] : 0U, own = whole < 8 ? product[whole] : 0U;
        product[k] = (uint32_t)((((above << 32) | own) >> offset) & 0xffffffffU);
    }
    int count = (int)(product[5] >> 30);
    product[5] &= 0x3fffffffU;
    /* As a signed fraction of a right angle, at most one half. */
    const int above = (int)(product[5] >> 29);
    if (above != 0) {
        uint64_t carry = 1U;
        count += 1;
        for (int k = 0; k < 6; ++k) {
            carry += (uint64_t)(~product[k]);
            product[k] = (uint32_t)(carry & (k == 5 ? 0x3fffffffU : 0xffffffffU));
            carry >>= 32;
        }
    }
    double high = 0.0, rest = 0.0, unit = above != 0 ? -0x1p-30 : 0x1p-30;
    int seen = 0;
    for (int k = 5; k >= 0 && seen < 4; --k) {
        const double part = (double)product[k] * unit, sum = high + part;
        rest += part - (sum - high);
        high = sum;
        seen += seen > 0 || product[k] != 0U ? 1 : 0;
        unit *= 0x1p-32;
    }
    /* Times Pi/2. */
    const double angle = high * 1.5707963267948966;
    rest = netform_product_low(high, 1.5707963267948966, angle) + (high * 6.123233995736766e-17 + rest * 1.5707963267948966);
    const double sum = angle + rest;
    *low = rest - (sum - angle);
    *r = sum;
    if ((bits >> 63) != 0U) {
        *r = -*r;
        *low = -*low;
        count = -count;
    }
    return count & 3;
}

/* The multiple of a right angle next to an angle, modulo 4, and what is left of the angle as a sum of two numbers. */
static int netform_right_angles(double x, double *r, double *low)
{
    if (!(netform_fabs(x) < 1e6)) {
        return netform_large_angle(x, r, low);
    }
    const double n = netform_rint(x * 0.6366197723675814);
    /* The first two parts of a right angle have so few digits that their multiples are exact. */
    const double first = x - n * 1.5707963267341256, part = n * 6.077100506303966e-11, high = first - part;
    const double rest = ((first - high) - part) - n * 2.0222662487959506e-21;
    *r = high + rest;
    *low = rest - (*r - high);
    return (int)((int64_t)n & 3);
}

/* The sine of r + low, where r is at most half of a right angle. */
static double netform_sine(double r, double low)
{
    static const double c[6] = {-0.16666666666666666, 0.008333333333330946, -0.000198412698367539, 2.7557316100128336e-6,
        -2.5051131339848143e-8, 1.5918092905114907e-10};
    const double z = r * r;
    return r + (r * z * netform_polynomial(z, c, 6) + low * (1.0 - 0.5 * z));
}

static double netform_cosine(double r, double low)
{
    static const double c[6] = {0.041666666666666664, -0.0013888888888887395, 0.000024801587298762765, -2.755731727021332e-7,
        2.0876145952384525e-9, -1.1382609660408365e-11};
    const double z = r * r, half = 0.5 * z, most = 1.0 - half;
    return most + (((1.0 - most) - half) + (z * z * netform_polynomial(z, c, 6) - r * low));
}

static double netform_sin(double x)
{
    double r = 0.0, low = 0.0;
    if (!(netform_fabs(x) < NETFORM_INFINITY)) {
        return NETFORM_NAN;
    }
    if (x == 0.0) {
        return x;
    }
    const int n = netform_right_angles(x, &r, &low);
    const double value = n % 2 == 0 ? netform_sine(r, low) : netform_cosine(r, low);
    return n >= 2 ? -value : value;
}

static double netform_cos(double x)
{
    double r = 0.0, low = 0.0;
    if (!(netform_fabs(x) < NETFORM_INFINITY)) {
        return NETFORM_NAN;
    }
    const int n = netform_right_angles(x, &r, &low);
    const double value = n % 2 == 0 ? netform_cosine(r, low) : netform_sine(r, low);
    return n == 1 || n == 2 ? -value : value;
}

static double netform_tan(double x)
{
    double r = 0.0, low = 0.0;
    if (!(netform_fabs(x) < NETFORM_INFINITY)) {
        return NETFORM_NAN;
    }
    if (x == 0.0) {
        return x;
    }
    const int n = netform_right_angles(x, &r, &low);
    const double sine = netform_sine(r, low), cosine = netform_cosine(r, low);
    return n % 2 == 0 ? sine / cosine : -cosine / sine;
}

static double netform_atan(double x)
{
    static const double c[12] = {-0.33333333333333326, 0.199999999999916, -0.14285714284106285, 0.11111110990139533,
        -0.09090904370311348, 0.07692198451257941, -0.06665052856794013, 0.058664967492257074, -0.05157516225552972,
        0.04283578705573422, -0.02895352123252625, 0.011152908092096216};
    const double size = netform_fabs(x);
    const int place = size > 2.0 ? 2 : size > 0.5 ? 1 : 0;
    /* A multiple of Pi/4, and the angle of a smaller tangent. */
    const double t = place == 2 ? -1.0 / size : place == 1 ? (size - 1.0) / (size + 1.0) : size;
    const double z = t * t, rest = t * z * netform_polynomial(z, c, 12) + place * 3.061616997868383e-17;
    return x != x ? x : netform_signed(place * 0.7853981633974483 + (t + rest), x);
}

static double netform_atan2(double y, double x)
{
    const double above = netform_fabs(y), beside = netform_fabs(x);
    double angle = 0.0;
    if (x != x || y != y) {
        return NETFORM_NAN;
    }
    if (above == beside) {
        angle = above == 0.0 ? 0.0 : 0.7853981633974483;
    } else {
        angle = beside == 0.0 ? 1.5707963267948966 : netform_atan(above / beside);
    }
    if ((netform_bits(x) >> 63) != 0U) {
        angle = 3.141592653589793 - (angle - 1.2246467991473532e-16);
    }
    return netform_signed(angle, y);
}

/* asin(x) - x where x is at most 1/2. */
static double netform_asin_rest(double x)
{
    static const double c[13] = {0.16666666666666669, 0.07499999999998344, 0.044642857146538865, 0.030381944123781472,
        0.022372173551590945, 0.01735237793331728, 0.013971439493000882, 0.011476901613736898, 0.010338017463461142,
        0.00539062009261862, 0.0175870063207938, -0.015148720316881723, 0.028964515529972108};
    const double z = x * x;
    return x * z * netform_polynomial(z, c, 13);
}

/* The angle whose cosine is 1 - 2 half, and what it lacks. */
static double netform_angle_of(double half, double *low)
{
    const double s = netform_sqrt(half), square = s * s;
    const double lost = s == 0.0 ? 0.0 : ((half - square) - netform_product_low(s, s, square)) / (2.0 * s);
    const double rest = netform_asin_rest(s) + lost, sum = s + rest;
    *low = 2.0 * (rest - (sum - s));
    return 2.0 * sum;
}

static double netform_asin(double x)
{
    const double size = netform_fabs(x);
    double low = 0.0;
    if (!(size <= 1.0)) {
        return NETFORM_NAN;
    }
    if (size <= 0.5) {
        return x + netform_asin_rest(x);
    }
    const double angle = netform_angle_of(0.5 * (1.0 - size), &low);
    return netform_signed(1.5707963267948966 - (angle + (low - 6.123233995736766e-17)), x);
}

static double netform_acos(double x)
{
    double low = 0.0;
    if (!(netform_fabs(x) <= 1.0)) {
        return NETFORM_NAN;
    }
    if (netform_fabs(x) <= 0.5) {
        return 1.5707963267948966 - (x + (netform_asin_rest(x) - 6.123233995736766e-17));
    }
    const double angle = netform_angle_of(0.5 * (1.0 - netform_fabs(x)), &low);
    return x > 0.0 ? angle + low : 3.141592653589793 - (angle + (low - 1.2246467991473532e-16));
}

/* The error function of numbers between -1 and 1. */
static double netform_erf_near(double x)
{
    static const double c[13] = {0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792,
        0.0052239776248180145, -0.000854832698083379, 0.0001205533111164271, -0.000014925595266831182, 1.6461000484121368e-6,
        -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9, 5.957176147748911e-11};
    return x + x * netform_polynomial(x * x, c, 13);
}

/* The complementary error function of numbers larger than 0.4. */
static double netform_erfc_far(double x)
{
    static const double c[22] = {1.2329951186255526, -0.13962111684056255, 0.015379652102619221, 0.06809705425469789,
        -0.10103906603626603, 0.09373283499816995, -0.06633036581330846, 0.03716751554024357, -0.016197734041933726,
        0.005031969955831014, -0.0007577734229335158, -0.0001992565987195509, 0.00015062238560182003, -0.0000243994016736205,
        -0.000011224444943153757, 5.70960557685229e-6, 2.9910394330286434e-7, -8.239219984993019e-7, 6.74205101489315e-8,
        1.0676110789713521e-7, -1.2370473552693292e-8, -1.0844786537471363e-8};
    if (x > 27.5) {
        return 0.0;
    }
    const double square = x * x, lost = netform_product_low(x, x, square);
    const double u = (x - 4.0) / (x + 4.0), rest = u * netform_polynomial(u, &c[1], 21);
    const double factor = c[0] + rest, factor_low = rest - (factor - c[0]);
    /* The factor divided by 1 + 2 x, and what that loses. */
    const double divisor = 1.0 + 2.0 * x, quotient = factor / divisor, back = quotient * divisor;
    const double divisor_low = x > 0.5 ? 1.0 - (divisor - 2.0 * x) : 2.0 * x - (divisor - 1.0);
    const double missing = (factor - back) - netform_product_low(quotient, divisor, back);
    const double low = (missing + (factor_low - quotient * divisor_low)) / divisor;
    double r = 0.0, r_low = 0.0;
    const double n = netform_reduced(-square, -lost, &r, &r_low);
    /* e^r - 1 has its own rounding where it is large, the product with 1 has none. */
    const double less_one = r + (r * r * netform_exp_rest(r) + r_low);
    return netform_scaled(quotient + (quotient * less_one + low), (int)n);
}

static double netform_erfc(double x)
{
    const double size = netform_fabs(x);
    if (!(size > 0.4769)) {
        return 1.0 - netform_erf_near(x);
    }
    return x < 0.0 ? 2.0 - netform_erfc_far(size) : netform_erfc_far(size);
}

static double netform_erf(double x)
{
    const double size = netform_fabs(x);
    return netform_signed(size > 1.0 ? 1.0 - netform_erfc_far(size) : netform_erf_near(size), x);
}

/* The sine of Pi x. */
static double netform_sin_of_turns(double x)
{
    const double n = netform_rint(2.0 * x), r = x - 0.5 * n;
    const int quarter = (int)(n - 4.0 * netform_floor(0.25 * n));
    const double angle = 3.141592653589793 * r, low = netform_product_low(3.141592653589793, r, angle);
    const double value =
        quarter % 2 == 0 ? netform_sine(angle, low + r * 1.2246467991473532e-16) : netform_cosine(angle, low);
    return quarter >= 2 ? -value : value;
}

/* The gamma function between 2 and 3. */
static double netform_gamma_near(double x)
{
    static const double c[20] = {1.329340388179137, 0.9347345216260855, 0.6545585779813368, 0.2538712468411429,
        0.10967323400215907, 0.02836078059484065, 0.010392403425963018, 0.001607400484857475, 0.0007544741274008594,
        3.941786106704003e-6, 0.00006132999547490073, -0.000012801662101069902, 7.253704976396383e-6, -2.560170651922655e-6,
        1.083170535516263e-6, -4.257518642364393e-7, 1.6813026075626095e-7, -6.715441924676824e-08, 3.363120541233027e-8,
        -1.3455594745344375e-8};
    return netform_polynomial(x - 2.5, c, 20);
}

/* What Stirling's formula for the logarithm of the gamma function leaves out, from 12 on. */
static double netform_stirling_rest(double x)
{
    static const double c[7] = {0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
        0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641};
    return netform_polynomial(1.0 / (x * x), c, 7) / x;
}

static double netform_tgamma(double x)
{
    if (x != x || x == -NETFORM_INFINITY || (x < 0.0 && x == netform_trunc(x))) {
        return NETFORM_NAN;
    }
    if (x == 0.0) {
        return 1.0 / x;
    }
    if (x > 172.0) {
        return NETFORM_INFINITY;
    }
    if (x < -20.0) {
        return -3.141592653589793 / (x * netform_sin_of_turns(x)) / netform_tgamma(-x);
    }
    if (x > 20.0) {
        const double power = netform_pow(x, 0.5 * x - 0.25);
        return 2.5066282746310007 * power * netform_exp_scaled(-x, netform_stirling_rest(x), 0) * power;
    }
    double factor = 1.0, divisor = 1.0;
    for (; x >= 3.0; x -= 1.0) {
        factor *= x - 1.0;
    }
    for (; x < 2.0; x += 1.0) {
        divisor *= x;
    }
    return netform_gamma_near(x) * factor / divisor;
}

static double netform_lgamma(double x)
{
    const double size = netform_fabs(x);
    if (!(size < NETFORM_INFINITY)) {
        return x != x ? x : NETFORM_INFINITY;
    }
    if (x <= 0.0 && x == netform_trunc(x)) {
        return NETFORM_INFINITY;
    }
    if (size < 0x1p-60) {
        return -netform_log(size);
    }
    if (x < -12.0) {
        return netform_log(3.141592653589793 / netform_fabs(x * netform_sin_of_turns(x))) - netform_lgamma(-x);
    }
    if (x > 12.0) {
        return (x - 0.5) * (netform_log(x) - 1.0) + (0.4189385332046727 + netform_stirling_rest(x));
    }
    return netform_log(netform_fabs(netform_tgamma(x)));
}
