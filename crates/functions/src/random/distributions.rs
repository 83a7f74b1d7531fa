//! Distributions: what they are called, and how their random numbers come from those of a few families.

use netform_compile::{Family, Law};
use netform_eval::{Flow, Function, Session};
use netform_expr::{Expr, Sym};

/// A distribution: its record, and its random numbers as a function of those of a standard one.
struct Distribution {
    record: Function,
    /// How many parameters it has. A list as the only argument holds them all.
    parameters: usize,
    /// What must be true of the parameters.
    requirement: &'static str,
    /// What is drawn from, a function of the parameters: `UniformDistribution` on 0 to 1, `NormalDistribution` with
    /// mean 0 and deviation 1, or a family with parameters.
    standard: &'static str,
    /// The random number, a function of the parameters and then the number drawn.
    value: &'static str,
}

const fn of(
    record: Function,
    parameters: usize,
    requirement: &'static str,
    standard: &'static str,
    value: &'static str,
) -> Distribution {
    Distribution { record, parameters, requirement, standard, value }
}

/// The record of a distribution without rules.
const fn named(name: &'static str, usage: &'static str, example: &'static [(&'static str, &'static str)]) -> Function {
    Function { name, usage, examples: example, ..Function::NEW }
}

const UNIFORM: &str = "UniformDistribution &";
const NORMAL: &str = "NormalDistribution &";

const DISTRIBUTIONS: &[Distribution] = &[
    of(
        Function {
            evaluate: Some(|_, call| Ok(standard(call, [Expr::integer(0), Expr::integer(1)]))),
            arguments: Some((0, 2)),
            ..named(
                "NormalDistribution",
                "NormalDistribution[mu, sigma] is the normal distribution with this mean and standard deviation; \
                 NormalDistribution[] has mean 0 and standard deviation 1.",
                &[("NormalDistribution[]", "NormalDistribution[0, 1]")],
            )
        },
        2,
        "#2 >= 0 &",
        NORMAL,
        "#1 + #2 #3 &",
    ),
    of(
        Function {
            evaluate: Some(|_, call| Ok(standard(call, [Expr::list([Expr::integer(0), Expr::integer(1)])]))),
            arguments: Some((0, 1)),
            ..named(
                "UniformDistribution",
                "UniformDistribution[{min, max}] is the uniform distribution from min to max; UniformDistribution[] from 0 \
                 to 1.",
                &[("UniformDistribution[]", "UniformDistribution[{0, 1}]")],
            )
        },
        2,
        "True &",
        UNIFORM,
        "#1 + (#2 - #1) #3 &",
    ),
    of(
        named(
            "BernoulliDistribution",
            "BernoulliDistribution[p] is 1 with probability p and 0 otherwise.",
            &[("RandomVariate[BernoulliDistribution[1], 3]", "{1, 1, 1}")],
        ),
        1,
        "0 <= # <= 1 &",
        "BernoulliDistribution[#] &",
        "#2 &",
    ),
    of(
        named(
            "DiscreteUniformDistribution",
            "DiscreteUniformDistribution[{min, max}] is an integer from min to max, each as likely as the others.",
            &[("RandomVariate[DiscreteUniformDistribution[{4, 4}], 3]", "{4, 4, 4}")],
        ),
        2,
        "#1 <= #2 && IntegerQ[#1] && IntegerQ[#2] &",
        UNIFORM,
        "#1 + Floor[(#2 - #1 + 1) #3] &",
    ),
    of(
        named(
            "BinomialDistribution",
            "BinomialDistribution[n, p] is the number of successes in n trials, each with probability p.",
            &[("RandomVariate[BinomialDistribution[5, 1]]", "5")],
        ),
        2,
        "#1 >= 0 && 0 <= #2 <= 1 &",
        "BinomialDistribution[#1, #2] &",
        "#3 &",
    ),
    of(
        named(
            "NegativeBinomialDistribution",
            "NegativeBinomialDistribution[n, p] is the number of failures before n successes, each with probability p.",
            &[("RandomVariate[NegativeBinomialDistribution[5, 1]]", "0")],
        ),
        2,
        "#1 > 0 && 0 < #2 <= 1 &",
        "NegativeBinomialDistribution[#1, #2] &",
        "#3 &",
    ),
    of(
        named(
            "PoissonDistribution",
            "PoissonDistribution[m] is the number of independent events of which m are expected.",
            &[("RandomVariate[PoissonDistribution[0], 2]", "{0, 0}")],
        ),
        1,
        "# >= 0 &",
        "PoissonDistribution[#] &",
        "#2 &",
    ),
    of(
        named(
            "ExponentialDistribution",
            "ExponentialDistribution[l] is the time to the next event at the rate l: of density l Exp[-l x].",
            &[("RandomVariate[ExponentialDistribution[2]] >= 0", "True")],
        ),
        1,
        "# > 0 &",
        UNIFORM,
        "-Log[1 - #2]/#1 &",
    ),
    of(
        named(
            "GammaDistribution",
            "GammaDistribution[a, b] is the gamma distribution with shape a and scale b, of density proportional to x^(a - 1) \
             Exp[-x/b].",
            &[("RandomVariate[GammaDistribution[2, 3]] > 0", "True")],
        ),
        2,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "#2 #3 &",
    ),
    of(
        named(
            "ErlangDistribution",
            "ErlangDistribution[k, l] is the time to the k-th event at the rate l.",
            &[("RandomVariate[ErlangDistribution[2, 3]] > 0", "True")],
        ),
        2,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "#3/#2 &",
    ),
    of(
        named(
            "ChiSquareDistribution",
            "ChiSquareDistribution[n] is the sum of the squares of n numbers of NormalDistribution[0, 1].",
            &[("RandomVariate[ChiSquareDistribution[2]] > 0", "True")],
        ),
        1,
        "# > 0 &",
        "GammaDistribution[#/2] &",
        "2 #2 &",
    ),
    of(
        named(
            "ChiDistribution",
            "ChiDistribution[n] is the length of a vector of n numbers of NormalDistribution[0, 1].",
            &[("RandomVariate[ChiDistribution[2]] > 0", "True")],
        ),
        1,
        "# > 0 &",
        "GammaDistribution[#/2] &",
        "Sqrt[2 #2] &",
    ),
    of(
        named(
            "MaxwellDistribution",
            "MaxwellDistribution[s] is the length of a vector of three numbers of NormalDistribution[0, s].",
            &[("RandomVariate[MaxwellDistribution[2]] > 0", "True")],
        ),
        1,
        "# > 0 &",
        "GammaDistribution[3/2] &",
        "#1 Sqrt[2 #2] &",
    ),
    of(
        named(
            "RayleighDistribution",
            "RayleighDistribution[s] is the length of a vector of two numbers of NormalDistribution[0, s].",
            &[("RandomVariate[RayleighDistribution[2]] >= 0", "True")],
        ),
        1,
        "# > 0 &",
        UNIFORM,
        "#1 Sqrt[-2 Log[1 - #2]] &",
    ),
    of(
        named(
            "HalfNormalDistribution",
            "HalfNormalDistribution[t] is the absolute value of a number of a normal distribution, with the mean 1/t.",
            &[("RandomVariate[HalfNormalDistribution[2]] >= 0", "True")],
        ),
        1,
        "# > 0 &",
        NORMAL,
        "Sqrt[Pi/2] Abs[#2]/#1 &",
    ),
    of(
        named(
            "WeibullDistribution",
            "WeibullDistribution[a, b] is of cumulative probability 1 - Exp[-(x/b)^a].",
            &[("RandomVariate[WeibullDistribution[2, 3]] >= 0", "True")],
        ),
        2,
        "#1 > 0 && #2 > 0 &",
        UNIFORM,
        "#2 (-Log[1 - #3])^(1/#1) &",
    ),
    of(
        named(
            "NakagamiDistribution",
            "NakagamiDistribution[m, w] is the square root of a number of GammaDistribution[m, w/m].",
            &[("RandomVariate[NakagamiDistribution[2, 3]] > 0", "True")],
        ),
        2,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "Sqrt[#2/#1 #3] &",
    ),
    of(
        named(
            "InverseGammaDistribution",
            "InverseGammaDistribution[a, b] is the reciprocal of a number of GammaDistribution[a, 1/b].",
            &[("RandomVariate[InverseGammaDistribution[2, 3]] > 0", "True")],
        ),
        2,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "#2/#3 &",
    ),
    of(
        named(
            "LogGammaDistribution",
            "LogGammaDistribution[a, b, m] is m - 1 + Exp[x] for a number x of GammaDistribution[a, b].",
            &[("RandomVariate[LogGammaDistribution[2, 3, 1]] >= 1", "True")],
        ),
        3,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "#3 - 1 + Exp[#2 #4] &",
    ),
    of(
        named(
            "ExpGammaDistribution",
            "ExpGammaDistribution[k, t, m] is m + t Log[x] for a number x of GammaDistribution[k, 1].",
            &[("NumberQ[RandomVariate[ExpGammaDistribution[2, 3, 1]]]", "True")],
        ),
        3,
        "#1 > 0 && #2 > 0 &",
        "GammaDistribution[#1] &",
        "#3 + #2 Log[#4] &",
    ),
];

const COUNT: usize = DISTRIBUTIONS.len();

/// The records of all distributions.
pub(crate) static RECORDS: [&Function; COUNT] = {
    let mut records = [&DISTRIBUTIONS[0].record; COUNT];
    let mut place = 0;
    while place < COUNT {
        records[place] = &DISTRIBUTIONS[place].record;
        place += 1;
    }
    records
};

/// A call without arguments with those that it stands for.
fn standard<const N: usize>(call: &Expr, parameters: [Expr; N]) -> Option<Expr> {
    call.is_empty().then(|| Expr::normal(call.head().clone(), parameters))
}

/// Random numbers of a distribution as a function of others.
pub(crate) struct Derived {
    /// The distribution that is drawn from: a head, or a head with parameters.
    pub(crate) standard: Expr,
    parameters: Vec<Expr>,
    value: Expr,
}

impl Derived {
    /// What an expression such as `ExponentialDistribution[2]` means.
    pub(crate) fn of(session: &mut Session, distribution: &Expr) -> Result<Option<Derived>, Flow> {
        let head = distribution.head().clone();
        let known = DISTRIBUTIONS.iter().find(|known| head == Expr::symbol(&known.record.full_name()));
        let Some(known) = known.filter(|_| distribution.is_normal()) else { return Ok(None) };
        let mut parameters = distribution.args().into_owned();
        if let [list] = parameters.as_slice()
            && list.is_list()
            && known.parameters > 1
        {
            parameters = list.args().into_owned();
        }
        if parameters.len() != known.parameters {
            return Ok(None);
        }
        let requirement = Expr::normal(session.parse_static(known.requirement), parameters.clone());
        if session.evaluate(&requirement)?.is(Sym::False) {
            return Ok(None);
        }
        let standard = Expr::normal(session.parse_static(known.standard), parameters.clone());
        let standard = session.evaluate(&standard)?;
        Ok(Some(Derived { standard, parameters, value: session.parse_static(known.value) }))
    }

    /// The numbers that come of numbers of the standard distribution.
    pub(crate) fn value(&self, session: &mut Session, drawn: Expr) -> Result<Expr, Flow> {
        let arguments = self.parameters.iter().cloned().chain([drawn]);
        session.evaluate(&Expr::normal(self.value.clone(), arguments))
    }

    /// The standard distribution with numbers for its parameters; `None` if they are none, or it has none like them.
    pub(crate) fn law(&self, session: &mut Session) -> Result<Option<(Family, Law)>, Flow> {
        let Some(standard) = netform_compile::Distribution::from_expr(&self.standard) else { return Ok(None) };
        let mut parameters = Vec::with_capacity(standard.parameters.len());
        for parameter in standard.parameters {
            let value = session.evaluate_call(Sym::N, [parameter])?;
            match value.as_number().and_then(|number| number.to_f64()) {
                Some(value) => parameters.push(value),
                None => return Ok(None),
            }
        }
        Ok(Law::new(standard.family, &parameters).map(|law| (standard.family, law)))
    }
}
