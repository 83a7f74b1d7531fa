//! What must be true of parameters and shapes, and what to say where it is not.

/// A condition of a layer or coder, with what its message says.
///
/// Sentences have no period at the end. What stands between back quotes in them is an expression in the names of the record, of
/// which the value is shown.
///
/// ```
/// use netform_layers::Requirement;
/// const EVEN: Requirement = Requirement::new("EvenQ[n]", "the length must be even, but is `n`", "Give a vector of `n + 1` elements");
/// let shown = EVEN.sentence(EVEN.fault, |text| Ok::<_, ()>(if text == "n" { "3".to_owned() } else { unreachable!() }));
/// assert_eq!(shown, Ok("the length must be even, but is 3".to_owned()));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// Text: False where it is not met.
    pub test: &'static str,
    /// What is wrong where it is not met: what is expected, and what there is.
    pub fault: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Requirement {
    /// A condition, what is wrong where it is not met, and what to do.
    pub const fn new(test: &'static str, fault: &'static str, remedy: &'static str) -> Requirement {
        Requirement { test, fault, remedy }
    }

    /// The texts that are expressions: the condition, and what the sentences show.
    pub fn texts(&self) -> impl Iterator<Item = &'static str> {
        let shown = [self.fault, self.remedy].into_iter().flat_map(|sentence| sentence.split('`').skip(1).step_by(2));
        std::iter::once(self.test).chain(shown)
    }

    /// One of the two sentences with the values of its expressions.
    ///
    /// # Errors
    /// What `value` says.
    pub fn sentence<E>(
        &self,
        sentence: &'static str,
        mut value: impl FnMut(&'static str) -> Result<String, E>,
    ) -> Result<String, E> {
        let piece =
            |(place, text): (usize, &'static str)| if place % 2 == 0 { Ok(text.to_owned()) } else { value(text) };
        sentence.split('`').enumerate().map(piece).collect()
    }
}

/// What to do where an array has not the levels that are asked for.
pub(crate) const NAME_LEVELS: &str = "Name levels of the input by their numbers from 1 on, or from -1 backwards";

/// A requirement in the record of a layer or coder.
pub(crate) const fn requires(test: &'static str, fault: &'static str, remedy: &'static str) -> Requirement {
    Requirement::new(test, fault, remedy)
}
