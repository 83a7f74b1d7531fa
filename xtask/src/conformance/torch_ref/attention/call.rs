//! How a module is called: which of the inputs of a case are which arguments.

/// A call such as `layer(q, k, v, attn_mask=input.3, need_weights=False)`, perhaps with words after it.
pub(super) struct Call {
    /// The inputs, from 0, that are arguments by their places.
    pub(super) positional: Vec<usize>,
    named: Vec<(String, String)>,
}

impl Call {
    /// `count` is the number of inputs, which are all arguments where the call does not name any.
    pub(super) fn new(text: &str, count: usize) -> Call {
        let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
        // A call may be shortened to what it has besides the inputs.
        let arguments = inside.unwrap_or_else(|| text.trim_start_matches('.').split(';').next().unwrap_or_default());
        let (mut names, mut positional, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for argument in arguments.split(',').map(str::trim).filter(|argument| !argument.is_empty()) {
            match argument.split_once('=') {
                Some((name, value)) => named.push((name.to_owned(), value.to_owned())),
                // An argument that is given twice is one input.
                None if argument != "*inputs" => {
                    let place = names.iter().position(|name| *name == argument).unwrap_or_else(|| {
                        names.push(argument);
                        names.len() - 1
                    });
                    positional.push(place);
                }
                None => {}
            }
        }
        let call = Call { positional, named };
        if !call.positional.is_empty() {
            return call;
        }
        let taken: Vec<usize> = call.named.iter().filter_map(|(_, value)| input(value)).collect();
        Call { positional: (0..count).filter(|place| !taken.contains(place)).collect(), ..call }
    }

    /// The input that is an argument by its name.
    pub(super) fn input(&self, name: &str) -> Option<usize> {
        self.value(name).and_then(input)
    }

    /// The value of an argument by its name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.named.iter().find(|(argument, _)| argument == name).map(|(_, value)| value.as_str())
    }

    /// An error where an argument has another name than these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), String> {
        match self.named.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(format!("the argument {name} of a call")),
            None => Ok(()),
        }
    }
}

fn input(value: &str) -> Option<usize> {
    value.strip_prefix("input.")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn inputs_are_arguments_by_place_and_by_name() {
        let call = Call::new("layer(q, k, k, attn_mask=input.2, need_weights=False); True = not allowed", 3);
        assert_eq!(call.positional, [0, 1, 1]);
        assert_eq!((call.input("attn_mask"), call.value("need_weights")), (Some(2), Some("False")));
        assert!(call.only(&["attn_mask"]).is_err_and(|reason| reason.contains("need_weights")));
        assert!(call.only(&["attn_mask", "need_weights"]).is_ok());
    }

    #[test]
    fn all_other_inputs_are_arguments_where_a_call_is_shortened() {
        assert_eq!(Call::new("layer(*inputs)", 2).positional, [0, 1]);
        let call = Call::new("... attn_mask=input.3, scale=0.3", 4);
        assert_eq!(call.positional, [0, 1, 2]);
        assert_eq!(call.value("scale"), Some("0.3"));
    }
}
