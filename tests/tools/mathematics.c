/* Compares the functions of mathematics that nets as C bring along with those of the standard library in extended precision, and
 * at numbers that are special. The result is 1 where one errs by more than it may. */

#include <float.h>
#include <limits.h>
#include <stdint.h>

#include "../../crates/formats/src/code/c/mathematics.c"

#include <math.h>
#include <stdio.h>

#define COUNT 20000

static int failed = 0;

/* Numbers that look random (G. Marsaglia, Xorshift RNGs, 2003), from 0 to 1. */
static double uniform(void)
{
    static uint64_t state = 88172645463325252U;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

static double between(double low, double high)
{
    return low + (high - low) * uniform();
}

/* Numbers of all sizes between powers of two, of both signs where the first number is a negative zero. */
static double sized(double sign, double low, double high)
{
    const double size = exp2(between(low, high));
    return signbit(sign) && uniform() < 0.5 ? -size : size;
}

/* The error in units in the last place. */
static double units(double found, long double expected)
{
    const double rounded = (double)expected;
    int exponent = 0;
    if (found == rounded || (found != found && rounded != rounded)) {
        return 0.0;
    }
    if (!isfinite(found) || !isfinite(rounded)) {
        return INFINITY;
    }
    (void)frexp(rounded, &exponent);
    return (double)fabsl(ldexpl((long double)found - expected, 53 - (exponent < -1021 ? -1021 : exponent)));
}

static void expect(const char *name, double x, double y, double error, double limit)
{
    if (!(error <= limit)) {
        printf("%s(%.17g, %.17g) errs by %g units\n", name, x, y, error);
        failed = 1;
    }
}

#define ONE(name, limit, number) \
    for (int k = 0; k < COUNT; ++k) { \
        const double x = number; \
        expect(#name, x, 0.0, units(netform_##name(x), name##l((long double)x)), limit); \
    }

#define TWO(name, limit, first, second) \
    for (int k = 0; k < COUNT; ++k) { \
        const double x = first, y = second; \
        expect(#name, x, y, units(netform_##name(x, y), name##l((long double)x, (long double)y)), limit); \
    }

/* At special numbers values are the same, with their signs. */
#define SPECIAL(found, expected, name, x, y, limit) \
    expect(name, x, y, signbit(found) != signbit(expected) && found == found ? INFINITY : units(found, expected), limit);

static const double special[] = {0.0, -0.0, 1.0, -1.0, INFINITY, -INFINITY, NAN, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e308, -1e308,
    5e-324, -5e-324, 1e-310, 0.3, -0.3, 1.5, -1.5, 2.5, 4.5, 171.0, 172.0, -171.5, 710.0, 720.0, -746.0};

#define SPECIAL_ONE(name, limit) \
    for (size_t i = 0; i < sizeof special / sizeof *special; ++i) { \
        const double x = special[i], found = netform_##name(x), expected = name(x); \
        SPECIAL(found, expected, #name, x, 0.0, limit) \
    }

#define SPECIAL_TWO(name, limit) \
    for (size_t i = 0; i < sizeof special / sizeof *special; ++i) { \
        for (size_t j = 0; j < sizeof special / sizeof *special; ++j) { \
            const double x = special[i], y = special[j], found = netform_##name(x, y), expected = name(x, y); \
            SPECIAL(found, expected, #name, x, y, limit) \
        } \
    }

/* Logarithms of gamma functions have zeros, near which their error is relative to 1. */
static double lgamma_units(double x)
{
    const long double expected = lgammal((long double)x);
    return (double)(fabsl(netform_lgamma(x) - expected) / (1.0L + fabsl(expected))) / DBL_EPSILON;
}

int main(void)
{
    const double limit = 2.5, gamma = 8.0;
    ONE(exp, limit, between(-745.0, 710.0)) ONE(exp, limit, between(-1.0, 1.0))
    ONE(expm1, limit, between(-45.0, 710.0)) ONE(expm1, limit, between(-2.0, 2.0)) ONE(expm1, limit, sized(-0.0, -60.0, 0.0))
    ONE(sinh, limit, between(-712.0, 712.0)) ONE(sinh, limit, between(-5.0, 5.0))
    ONE(cosh, limit, between(-712.0, 712.0)) ONE(cosh, limit, between(-5.0, 5.0))
    ONE(tanh, limit, between(-25.0, 25.0)) ONE(tanh, limit, between(-1.0, 1.0)) ONE(tanh, limit, sized(-0.0, -60.0, 0.0))
    ONE(log, limit, between(0.5, 2.0)) ONE(log, limit, sized(0.0, -1074.0, 1023.0))
    ONE(log2, limit, between(0.5, 2.0)) ONE(log2, limit, sized(0.0, -1074.0, 1023.0))
    ONE(log10, limit, between(0.5, 2.0)) ONE(log10, limit, sized(0.0, -1074.0, 1023.0))
    ONE(log1p, limit, between(-0.99999, 2.0)) ONE(log1p, limit, sized(0.0, -70.0, 1023.0))
    ONE(asinh, limit, between(-3.0, 3.0)) ONE(asinh, limit, sized(-0.0, -70.0, 1023.0))
    ONE(acosh, limit, between(1.0, 3.0)) ONE(acosh, limit, sized(0.0, 0.0, 1023.0)) ONE(atanh, limit, between(-1.0, 1.0))
    TWO(pow, limit, sized(0.0, -10.0, 10.0), between(-50.0, 50.0)) TWO(pow, limit, between(0.9, 1.1), between(-5000.0, 5000.0))
    ONE(sin, limit, between(-10.0, 10.0)) ONE(sin, limit, between(-2e6, 2e6)) ONE(sin, limit, sized(-0.0, 20.0, 1023.0))
    ONE(cos, limit, between(-10.0, 10.0)) ONE(cos, limit, between(-2e6, 2e6)) ONE(cos, limit, sized(-0.0, 20.0, 1023.0))
    ONE(tan, limit, between(-10.0, 10.0)) ONE(tan, limit, between(-2e6, 2e6)) ONE(tan, limit, sized(-0.0, 20.0, 1023.0))
    ONE(atan, limit, between(-5.0, 5.0)) ONE(atan, limit, sized(-0.0, -70.0, 70.0))
    TWO(atan2, limit, between(-5.0, 5.0), between(-5.0, 5.0))
    ONE(asin, limit, between(-1.0, 1.0)) ONE(acos, limit, between(-1.0, 1.0))
    ONE(erf, limit, between(-6.0, 6.0)) ONE(erf, limit, sized(-0.0, -70.0, 0.0))
    ONE(erfc, limit, between(-6.0, 6.0)) ONE(erfc, limit, between(0.0, 26.0))
    ONE(sqrt, 0.51, sized(0.0, -1074.0, 1023.0)) ONE(cbrt, 0.51, sized(-0.0, -1074.0, 1023.0))
    TWO(fmod, 0.0, between(-100.0, 100.0), between(-3.0, 3.0))
    ONE(floor, 0.0, sized(-0.0, -5.0, 60.0)) ONE(ceil, 0.0, sized(-0.0, -5.0, 60.0))
    ONE(rint, 0.0, sized(-0.0, -5.0, 60.0)) ONE(trunc, 0.0, sized(-0.0, -5.0, 60.0))
    ONE(rint, 0.0, 0.5 * floor(between(-100.0, 100.0)))
    ONE(tgamma, gamma, between(0.0, 5.0)) ONE(tgamma, gamma, between(5.0, 172.0)) ONE(tgamma, gamma, between(-170.0, 0.0))
    for (int k = 0; k < COUNT; ++k) {
        const double x = between(-30.0, 60.0);
        expect("lgamma", x, 0.0, lgamma_units(x), gamma);
    }
    SPECIAL_ONE(exp, limit) SPECIAL_ONE(expm1, limit) SPECIAL_ONE(sinh, limit) SPECIAL_ONE(cosh, limit) SPECIAL_ONE(tanh, limit)
    SPECIAL_ONE(log, limit) SPECIAL_ONE(log2, limit) SPECIAL_ONE(log10, limit) SPECIAL_ONE(log1p, limit)
    SPECIAL_ONE(asinh, limit) SPECIAL_ONE(acosh, limit) SPECIAL_ONE(atanh, limit)
    SPECIAL_ONE(sin, limit) SPECIAL_ONE(cos, limit) SPECIAL_ONE(tan, limit)
    SPECIAL_ONE(atan, limit) SPECIAL_ONE(asin, limit) SPECIAL_ONE(acos, limit)
    SPECIAL_ONE(erf, limit) SPECIAL_ONE(erfc, limit) SPECIAL_ONE(sqrt, limit) SPECIAL_ONE(cbrt, limit) SPECIAL_ONE(fabs, 0.0)
    SPECIAL_ONE(floor, 0.0) SPECIAL_ONE(ceil, 0.0) SPECIAL_ONE(rint, 0.0) SPECIAL_ONE(trunc, 0.0)
    SPECIAL_ONE(tgamma, gamma) SPECIAL_ONE(lgamma, gamma)
    SPECIAL_TWO(pow, limit) SPECIAL_TWO(atan2, limit) SPECIAL_TWO(fmod, 0.0) SPECIAL_TWO(fmax, 0.0) SPECIAL_TWO(fmin, 0.0)
    return failed;
}
