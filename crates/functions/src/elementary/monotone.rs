//! Where elementary functions rise and fall: what their records say about intervals.

use netform_eval::Landmark::{Between, Infinity, Integer, MinusInfinity, RightAngles};
use netform_eval::{Break, Pieces};

/// Monotone everywhere, with any value.
pub(super) const LINE: Pieces = Pieces::LINE;
/// Least value 0 at 0.
pub(super) const VALLEY: Pieces =
    Pieces::LINE.broken(&[Break::turn(Integer(0), Integer(0))]).within(Integer(0), Infinity);
/// Monotone from 0 on, not negative.
pub(super) const ROOT: Pieces = Pieces::LINE.on(Integer(0), Infinity).within(Integer(0), Infinity);
/// Monotone, positive.
pub(super) const POSITIVE: Pieces = Pieces::LINE.within(Integer(0), Infinity);
/// Monotone, from -1 on.
pub(super) const EXP_MINUS_ONE: Pieces = Pieces::LINE.within(Integer(-1), Infinity);
/// Monotone from -1 on, where it is infinite.
pub(super) const LOG_ONE_PLUS: Pieces =
    Pieces::LINE.on(Integer(-1), Infinity).broken(&[Break::jump(Integer(-1), MinusInfinity, MinusInfinity)]);
/// Monotone, between -1 and 1.
pub(super) const UNIT: Pieces = Pieces::LINE.within(Integer(-1), Integer(1));
/// Monotone, between 0 and 1.
pub(super) const PROBABILITY: Pieces = Pieces::LINE.within(Integer(0), Integer(1));
/// Monotone, between 0 and 2.
pub(super) const TWICE_PROBABILITY: Pieces = Pieces::LINE.within(Integer(0), Integer(2));

pub(super) const SIN: Pieces =
    UNIT.broken(&[Break::turn(RightAngles(-1), Integer(-1)), Break::turn(RightAngles(1), Integer(1))]).repeating(4);
pub(super) const COS: Pieces =
    UNIT.broken(&[Break::turn(RightAngles(0), Integer(1)), Break::turn(RightAngles(2), Integer(-1))]).repeating(4);
pub(super) const TAN: Pieces = LINE.broken(&[Break::jump(RightAngles(1), Infinity, MinusInfinity)]).repeating(2);
pub(super) const COT: Pieces = LINE.broken(&[Break::jump(RightAngles(0), MinusInfinity, Infinity)]).repeating(2);
pub(super) const SEC: Pieces = LINE
    .broken(&[
        Break::turn(RightAngles(0), Integer(1)),
        Break::jump(RightAngles(1), Infinity, MinusInfinity),
        Break::turn(RightAngles(2), Integer(-1)),
        Break::jump(RightAngles(3), MinusInfinity, Infinity),
    ])
    .repeating(4);
pub(super) const CSC: Pieces = LINE
    .broken(&[
        Break::jump(RightAngles(0), MinusInfinity, Infinity),
        Break::turn(RightAngles(1), Integer(1)),
        Break::jump(RightAngles(2), Infinity, MinusInfinity),
        Break::turn(RightAngles(3), Integer(-1)),
    ])
    .repeating(4);
pub(super) const ARC_SIN: Pieces = LINE.on(Integer(-1), Integer(1)).within(RightAngles(-1), RightAngles(1));
pub(super) const ARC_COS: Pieces = LINE.on(Integer(-1), Integer(1)).within(RightAngles(0), RightAngles(2));
pub(super) const ARC_TAN: Pieces = LINE.within(RightAngles(-1), RightAngles(1));
pub(super) const COSH: Pieces = LINE.broken(&[Break::turn(Integer(0), Integer(1))]).within(Integer(1), Infinity);
pub(super) const COTH: Pieces = LINE.broken(&[Break::jump(Integer(0), MinusInfinity, Infinity)]);
pub(super) const SECH: Pieces = PROBABILITY.broken(&[Break::turn(Integer(0), Integer(1))]);
pub(super) const ARC_COSH: Pieces = LINE.on(Integer(1), Infinity).within(Integer(0), Infinity);
pub(super) const ARC_TANH: Pieces = LINE
    .on(Integer(-1), Integer(1))
    .broken(&[Break::jump(Integer(-1), MinusInfinity, MinusInfinity), Break::jump(Integer(1), Infinity, Infinity)]);
pub(super) const LOG: Pieces =
    LINE.on(Integer(0), Infinity).broken(&[Break::jump(Integer(0), MinusInfinity, MinusInfinity)]);
/// The least value for positive numbers is at 1.4616...
pub(super) const LOG_GAMMA: Pieces = LINE.on(Integer(0), Infinity).broken(&[
    Break::jump(Integer(0), Infinity, Infinity),
    Break::turn(LEAST_GAMMA, Between(-0.121_486_290_535_849_7, -0.121_486_290_535_849_5)),
]);
/// As for its logarithm.
pub(super) const GAMMA: Pieces = LINE.on(Integer(0), Infinity).broken(&[
    Break::jump(Integer(0), Infinity, Infinity),
    Break::turn(LEAST_GAMMA, Between(0.885_603_194_410_888_6, 0.885_603_194_410_888_9)),
]);
const LEAST_GAMMA: netform_eval::Landmark = Between(1.461_632_144_968_362, 1.461_632_144_968_363);
