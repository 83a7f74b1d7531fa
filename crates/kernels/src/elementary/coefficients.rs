//! The coefficients of approximations, and the numbers that go with them.
//!
//! Polynomials interpolate at Chebyshev nodes, computed with 60 digits.

/// What elementary functions need to know about a type of numbers.
pub trait Coefficients: Sized + 'static {
    /// `(e^r - 1 - r)/r^2` in powers of r, where `2 |r| <= log 2`.
    const EXPONENTIAL: &'static [Self];
    /// `(log((1 + s)/(1 - s)) - 2 s)/s^3` in powers of `s^2`, where `(1 + s)/(1 - s)` lies between
    /// `sqrt(1/2)` and `sqrt 2`.
    const LOGARITHM: &'static [Self];
    /// The logarithm of 2, of few digits, so that products with exponents are exact.
    const LN_2_HIGH: Self;
    /// What is missing.
    const LN_2_LOW: Self;
    /// The logarithm of e to the base 2.
    const LOG_2_E: Self;
    /// The square root of 2.
    const SQRT_2: Self;
    /// Exponentials of larger numbers are infinite.
    const EXPONENTIAL_LARGEST: Self;
    /// Exponentials of smaller numbers are 0.
    const EXPONENTIAL_SMALLEST: Self;
    /// `1 + e^x` is 1 for smaller numbers, and their exponentials are normal.
    const EXPONENTIAL_NEGLIGIBLE: Self;
    /// 3/2 of a power of two that fills the digits: sums with small numbers have their integers in the lowest bits.
    const RAISED: Self;
    /// The smallest positive number with all digits.
    const SMALLEST_NORMAL: Self;
    /// The power of two by which smaller numbers are multiplied to have all digits.
    const RAISE: Self;
    /// Its exponent.
    const RAISE_EXPONENT: Self;
    /// 2
    const TWO: Self;
    /// 1/2
    const HALF: Self;
    /// 1/4
    const QUARTER: Self;
    /// -1
    const MINUS_ONE: Self;
    /// -2
    const MINUS_TWO: Self;
    /// `(sin r - r)/r^3` in powers of `r^2`, where `r` is at most a little larger than a right angle.
    const SINE: &'static [Self];
    /// The same where it is at most a little larger than half of one.
    const SINE_OF_SMALL: &'static [Self];
    /// `(cos r - 1 + r^2/2)/r^4` there.
    const COSINE_OF_SMALL: &'static [Self];
    /// A right angle as a sum of three numbers.
    const RIGHT_ANGLE: [Self; 3];
    /// `1/Pi`
    const INVERSE_PI: Self;
    /// `2/Pi`
    const INVERSE_RIGHT_ANGLE: Self;
    /// Larger angles are reduced with more digits.
    const LARGE_ANGLE: Self;
    /// `(arctan t - t)/t^3` in powers of `t^2`, where t is at most 1/2.
    const ARC_TANGENT: &'static [Self];
    /// `Pi/4` as a sum of two numbers.
    const HALF_RIGHT_ANGLE: [Self; 2];
    /// `erf(x)/x - 1` in powers of `x^2`, where x is at most 1.
    const ERROR_FUNCTION: &'static [Self];
    /// `e^(x^2) erfc(x) (1 + 2 x)` in powers of `(x - K)/(x + K)`, where x is at least 0.44 and K the centre below.
    const COMPLEMENT: &'static [Self];
    /// K
    const COMPLEMENT_CENTRE: Self;
    /// From here on `erfc(x)` is 0.
    const COMPLEMENT_END: Self;
    /// From here on `erfc` is not computed as a difference from 1.
    const COMPLEMENT_BEGIN: Self;
    /// `((log((1 + s)/(1 - s)) - 2 s)/s^3 - 2/3)/s^2` in powers of `s^2`, for the same s as above.
    const PRECISE_LOGARITHM: &'static [Self];
    /// `2/3` as a sum of two numbers.
    const TWO_THIRDS: [Self; 2];
}

impl Coefficients for f32 {
    const EXPONENTIAL: &'static [f32] = &[0.5, 0.166_665_76, 0.041_666_556, 0.008_363_179, 0.001_392_618_4];
    const LOGARITHM: &'static [f32] = &[0.666_666_7, 0.400_001_23, 0.285_507_8, 0.233_316_14];
    const LN_2_HIGH: f32 = 0.693_145_75;
    const LN_2_LOW: f32 = 1.428_606_8e-6;
    const LOG_2_E: f32 = std::f32::consts::LOG2_E;
    const SQRT_2: f32 = std::f32::consts::SQRT_2;
    const EXPONENTIAL_LARGEST: f32 = 89.0;
    const EXPONENTIAL_SMALLEST: f32 = -104.0;
    const EXPONENTIAL_NEGLIGIBLE: f32 = -40.0;
    const RAISED: f32 = 1.5 / f32::EPSILON;
    const SMALLEST_NORMAL: f32 = f32::MIN_POSITIVE;
    const RAISE: f32 = 16_777_216.0;
    const RAISE_EXPONENT: f32 = 24.0;
    const TWO: f32 = 2.0;
    const HALF: f32 = 0.5;
    const QUARTER: f32 = 0.25;
    const MINUS_ONE: f32 = -1.0;
    const MINUS_TWO: f32 = -2.0;
    const SINE: &'static [f32] = &[-0.166_666_67, 0.008_333_333, -0.000_198_410_5, 2.753_376_3e-6, -2.401_959_6e-8];
    const SINE_OF_SMALL: &'static [f32] = &[-0.166_666_64, 0.008_332_672, -0.000_195_718_77];
    const COSINE_OF_SMALL: &'static [f32] = &[0.041_666_664, -0.001_388_822_7, 0.000_024_531_893];
    const RIGHT_ANGLE: [f32; 3] = [std::f32::consts::FRAC_PI_2, -4.371_139e-8, -1.715_124_5e-15];
    const INVERSE_PI: f32 = std::f32::consts::FRAC_1_PI;
    const INVERSE_RIGHT_ANGLE: f32 = std::f32::consts::FRAC_2_PI;
    const LARGE_ANGLE: f32 = 131_072.0;
    const ARC_TANGENT: &'static [f32] = &[-0.333_333_24, 0.199_982_12, -0.142_272_04, 0.104_227_16, -0.055_816_628];
    const HALF_RIGHT_ANGLE: [f32; 2] = [std::f32::consts::FRAC_PI_4, -2.185_569_4e-8];
    const ERROR_FUNCTION: &'static [f32] = &[
        0.128_379_17,
        -0.376_126_27,
        0.112_835_94,
        -0.026_854_212,
        0.005_189_087_4,
        -0.000_801_686_43,
        0.000_078_758_75,
    ];
    const COMPLEMENT: &'static [f32] = &[
        1.276_978_4,
        -0.092_763_826,
        -0.166_030_4,
        0.164_051_25,
        -0.054_219_758,
        -0.008_033_283,
        0.008_720_451,
        0.001_265_241_7,
        -0.001_448_142_7,
        -0.000_430_069_75,
        0.000_192_577_9,
        0.000_104_499_53,
    ];
    const COMPLEMENT_CENTRE: f32 = 2.0;
    const COMPLEMENT_END: f32 = 10.25;
    const COMPLEMENT_BEGIN: f32 = 0.476_9;
    const PRECISE_LOGARITHM: &'static [f32] = &[0.4, 0.285_715_3, 0.222_047_3, 0.191_213_3];
    const TWO_THIRDS: [f32; 2] = [0.666_666_7, -1.986_821_6e-8];
}

impl Coefficients for f64 {
    const EXPONENTIAL: &'static [f64] = &[
        0.5,
        0.166_666_666_666_666_7,
        0.041_666_666_666_666_67,
        0.008_333_333_333_326_136,
        0.001_388_888_888_888_374_8,
        0.000_198_412_698_748_206_27,
        0.000_024_801_587_325_547_743,
        2.755_725_540_020_642_2e-6,
        2.755_727_364_311_03e-7,
        2.510_521_700_472_074_5e-8,
        2.091_468_696_808_687_6e-9,
    ];
    const LOGARITHM: &'static [f64] = &[
        0.666_666_666_666_666_6,
        0.400_000_000_000_008_85,
        0.285_714_285_707_997_84,
        0.222_222_223_925_810_45,
        0.181_817_955_475_211_37,
        0.153_862_447_376_216_65,
        0.132_686_383_692_668_25,
        0.130_880_348_509_275_55,
    ];
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const LOG_2_E: f64 = std::f64::consts::LOG2_E;
    const SQRT_2: f64 = std::f64::consts::SQRT_2;
    const EXPONENTIAL_LARGEST: f64 = 710.0;
    const EXPONENTIAL_SMALLEST: f64 = -746.0;
    const EXPONENTIAL_NEGLIGIBLE: f64 = -40.0;
    const RAISED: f64 = 1.5 / f64::EPSILON;
    const SMALLEST_NORMAL: f64 = f64::MIN_POSITIVE;
    const RAISE: f64 = 18_014_398_509_481_984.0;
    const RAISE_EXPONENT: f64 = 54.0;
    const TWO: f64 = 2.0;
    const HALF: f64 = 0.5;
    const QUARTER: f64 = 0.25;
    const MINUS_ONE: f64 = -1.0;
    const MINUS_TWO: f64 = -2.0;
    const SINE: &'static [f64] = &[
        -0.166_666_666_666_666_66,
        0.008_333_333_333_333_316,
        -0.000_198_412_698_412_549_63,
        2.755_731_921_916_006e-6,
        -2.505_210_761_659_258e-8,
        1.605_897_728_629_806e-10,
        -7.643_969_461_442_937e-13,
        2.731_434_351_718_407_6e-15,
    ];
    const SINE_OF_SMALL: &'static [f64] = &[
        -0.166_666_666_666_666_66,
        0.008_333_333_333_330_946,
        -0.000_198_412_698_367_539,
        2.755_731_610_012_833_6e-6,
        -2.505_113_133_984_814_3e-8,
        1.591_809_290_511_490_7e-10,
    ];
    const COSINE_OF_SMALL: &'static [f64] = &[
        0.041_666_666_666_666_664,
        -0.001_388_888_888_888_739_5,
        0.000_024_801_587_298_762_765,
        -2.755_731_727_021_332e-7,
        2.087_614_595_238_452_5e-9,
        -1.138_260_966_040_836_5e-11,
    ];
    const RIGHT_ANGLE: [f64; 3] =
        [std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17, -1.497_384_904_859_169_8e-33];
    const INVERSE_PI: f64 = std::f64::consts::FRAC_1_PI;
    const INVERSE_RIGHT_ANGLE: f64 = std::f64::consts::FRAC_2_PI;
    const LARGE_ANGLE: f64 = 268_435_456.0;
    const ARC_TANGENT: &'static [f64] = &[
        -0.333_333_333_333_333_26,
        0.199_999_999_999_916,
        -0.142_857_142_841_062_85,
        0.111_111_109_901_395_33,
        -0.090_909_043_703_113_48,
        0.076_921_984_512_579_41,
        -0.066_650_528_567_940_13,
        0.058_664_967_492_257_074,
        -0.051_575_162_255_529_72,
        0.042_835_787_055_734_22,
        -0.028_953_521_232_526_25,
        0.011_152_908_092_096_216,
    ];
    const HALF_RIGHT_ANGLE: [f64; 2] = [std::f64::consts::FRAC_PI_4, 3.061_616_997_868_383e-17];
    const ERROR_FUNCTION: &'static [f64] = &[
        0.128_379_167_095_512_6,
        -0.376_126_389_031_837_5,
        0.112_837_916_709_548_79,
        -0.026_866_170_645_076_792,
        0.005_223_977_624_818_014_5,
        -0.000_854_832_698_083_379,
        0.000_120_553_311_116_427_1,
        -0.000_014_925_595_266_831_182,
        1.646_100_048_412_136_8e-6,
        -1.635_031_270_105_469_5e-7,
        1.465_977_527_404_743_6e-8,
        -1.137_284_885_679_167_4e-9,
        5.957_176_147_748_911e-11,
    ];
    const COMPLEMENT: &'static [f64] = &[
        1.232_995_118_625_552_6,
        -0.139_621_116_840_562_55,
        0.015_379_652_102_619_221,
        0.068_097_054_254_697_89,
        -0.101_039_066_036_266_03,
        0.093_732_834_998_169_95,
        -0.066_330_365_813_308_46,
        0.037_167_515_540_243_57,
        -0.016_197_734_041_933_726,
        0.005_031_969_955_831_014,
        -0.000_757_773_422_933_515_8,
        -0.000_199_256_598_719_550_9,
        0.000_150_622_385_601_820_03,
        -0.000_024_399_401_673_620_5,
        -0.000_011_224_444_943_153_757,
        5.709_605_576_852_29e-6,
        2.991_039_433_028_643_4e-7,
        -8.239_219_984_993_019e-7,
        6.742_051_014_893_15e-8,
        1.067_611_078_971_352_1e-7,
        -1.237_047_355_269_329_2e-8,
        -1.084_478_653_747_136_3e-8,
    ];
    const COMPLEMENT_CENTRE: f64 = 4.0;
    const COMPLEMENT_END: f64 = 27.5;
    const COMPLEMENT_BEGIN: f64 = 0.476_9;
    const PRECISE_LOGARITHM: &'static [f64] = &[
        0.4,
        0.285_714_285_714_293_7,
        0.222_222_222_216_527_65,
        0.181_818_183_360_998_48,
        0.153_845_948_870_071_8,
        0.133_348_087_988_123_4,
        0.117_061_264_645_633_98,
        0.117_243_270_608_467_47,
    ];
    const TWO_THIRDS: [f64; 2] = [0.666_666_666_666_666_6, 3.700_743_415_417_188e-17];
}
