//! What can be wrong with a net or with the data that it is given.

use netform_compile::ELEMENT_LIMIT;
use netform_eval::{Session, nearest};
use netform_expr::{Expr, Sym};

use crate::net::{Name, NetPort};
use crate::shape::is_varying;
use crate::{Leaf, Net, PartialShape};

/// One fault, as a message of the head it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The symbol of the message, such as `LinearLayer`.
    pub symbol: Expr,
    /// The tag of the message.
    pub tag: &'static str,
    /// The arguments of its text.
    pub args: Vec<Expr>,
}

impl Fault {
    /// A fault of a layer or container.
    pub fn new(symbol: Expr, tag: &'static str, args: impl IntoIterator<Item = String>) -> Fault {
        Fault { symbol, tag, args: args.into_iter().map(|text| Expr::string(&text)).collect() }
    }

    /// Data of another shape than an input of a net takes.
    pub(crate) fn data_shape(session: &Session, net: &Net, port: &NetPort, data: &Expr, found: &PartialShape) -> Fault {
        let hint = array_symbol_of(session, data, &port.shape);
        let texts = [found.describe(session), port.shape.describe(session)];
        let [found, expected] = texts;
        let args = [port.name.to_string(), found, expected, taker(net, port), hint];
        Fault::new(net.expr.head().clone(), "invindata2", args)
    }

    /// Data that is no array, for the reason given.
    pub(crate) fn no_array(session: &Session, net: &Net, port: &NetPort, what: String) -> Fault {
        let args = [port.name.to_string(), what, port.shape.describe(session), taker(net, port)];
        Fault::new(net.expr.head().clone(), "invindata1", args)
    }

    /// The fault of a net of which a layer stands for an operation that is not known.
    pub(crate) fn undefined(net: &Net) -> Option<Fault> {
        let tag_of = |leaf: &Leaf| match leaf {
            leaf if leaf.layer.definition.is_empty() => Some("undef"),
            leaf if leaf.open && leaf.inputs.is_empty() => Some("noinputs"),
            _ => None,
        };
        let (tag, leaf) = net.leaves.iter().find_map(|leaf| Some((tag_of(leaf)?, leaf)))?;
        Some(Fault::new(net.expr.head().clone(), tag, [leaf.label()]))
    }

    /// The fault of an example of a batch, by its number from 1.
    pub(crate) fn in_example(mut self, number: usize) -> Fault {
        let is_of_data = matches!(self.tag, "invindata1" | "invindata2" | "invelem" | "netindex");
        if let (true, Some(port)) = (is_of_data, self.args.first().and_then(Expr::as_str)) {
            self.args[0] = Expr::string(&format!("{port} of example {number}"));
        }
        self
    }

    /// The faults of a net of which some wanted ports or arrays are too large for lists.
    pub(crate) fn oversized(net: &Net, wanted: fn(&Leaf, &str) -> bool) -> Vec<Fault> {
        let fault = |(label, name): (String, Name)| {
            Fault::new(net.expr.head().clone(), "netsize", [label, name.to_string(), ELEMENT_LIMIT.to_string()])
        };
        net.oversized(wanted).into_iter().map(fault).collect()
    }

    /// Shows it.
    pub fn show(&self, session: &mut Session) {
        session.message_of(&self.symbol, self.tag, &self.args);
    }

    /// What the message says.
    pub(crate) fn text(&self, session: &mut Session) -> String {
        let text = session.message_text(&self.symbol, self.tag).unwrap_or_default();
        session.fill(&text, &self.args)
    }

    /// Shows all of some faults; the value of the call that has them is `$Failed`.
    pub fn fail(session: &mut Session, faults: &[Fault]) -> Expr {
        for fault in faults {
            fault.show(session);
        }
        Sym::Failed.into()
    }
}

/// A sentence with the array of a shape that a name may be meant for, as a name alone is a scalar.
fn array_symbol_of(session: &Session, data: &Expr, shape: &PartialShape) -> String {
    let known = shape.dimensions().filter(|dimensions| !dimensions.iter().any(is_varying));
    let Some(dimensions) = known.filter(|_| data.is_symbol()) else { return String::new() };
    let name = Expr::string(&session.output_form(data));
    let array = match dimensions.as_slice() {
        [] => return String::new(),
        [length] => Expr::call(Sym::VectorSymbol, [name, length.clone()]),
        [_, _] => Expr::call(Sym::MatrixSymbol, [name, Expr::list(dimensions)]),
        _ => Expr::call(Sym::ArraySymbol, [name, Expr::list(dimensions)]),
    };
    format!(
        " The symbol {} is a scalar; an array of this name is {}.",
        session.output_form(data),
        session.input_form(&array)
    )
}

/// Which layer of a larger net takes an input, for the end of a sentence.
fn taker(net: &Net, port: &NetPort) -> String {
    let layer = port.places.first().and_then(|place| net.leaves.get(place.leaf));
    layer.filter(|layer| !layer.path.is_empty()).map_or_else(String::new, |layer| format!(" by {}", layer.label()))
}

/// What there is instead of a name that is not there: the end of a sentence with all names, and one with those that
/// may be meant.
pub(crate) fn instead<S: AsRef<str>>(name: &str, known: &[S]) -> String {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    let all = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!("{all}.{}", advice(name, known))
}

/// A sentence with the names that may be meant by another one, if there are any.
pub(crate) fn advice<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) }
}

/// The texts of the messages that all nets can give.
pub(crate) const MESSAGES: &[(&str, &str)] = &[
    (
        "undefined",
        "Some results are Indeterminate: a function has no real value at a number, such as the logarithm of a negative one, \
         or what is computed exceeds all machine numbers.",
    ),
    (
        "infinite",
        "Some results are infinite: a function has a pole at a number, such as the logarithm at 0, or what is computed exceeds all \
         machine numbers. In the second case WorkingPrecision -> 20, say, computes with numbers that have no such bound.",
    ),
    ("netindex", "`1` gets `2`, which the net computes, but integers from 1 to `3` are expected."),
    (
        "undecided",
        "Which elements are equal to `1` is not known, but the function compares elements as they are written: give numbers, or \
         let If, Piecewise or Boole compare them.",
    ),
    ("netnargs", "`1` arguments were given, but `2` expected: `3`."),
    ("optx", "There is no option or port `1`. Known: `2`"),
    ("valfail", "The value `2` of `1` is not valid: `3`."),
    (
        "arrfail",
        "The value `2` of the array `1` of `4` is not an array: `3`. A rectangular array of numbers or symbols is expected.",
    ),
    ("cstfail", "`1`: `2`."),
    ("untraced", "No rule tells what array `1` is: its part in the function has to be written in another way."),
    ("items", "The value `3` of `2` of `1` has `4`, but `5`.`6` Give as many elements, or data of another shape."),
    ("fargs", "The `2` of `1`, `3`, takes `4`, but it gets `5`. Give a function of as many arguments."),
    ("inrank", "Port `2` of `1` takes an array of rank `3` (`4`), but `5` was given.`6`"),
    (
        "levels",
        "The value `3` of `2` of `1` does not fit its port `4`, `5`, whose levels are `6`: `7`. Name levels that there are, each \
         once, or change the shape of `4`.",
    ),
    ("tyfail1", "The shape of port `2` of `1` is `3`, but `4` was given. Change one of the two.`5`"),
    (
        "tyinc",
        "Port `2` of `1` gives `3`, but port `5` of `4` takes `6`. Change the size of one of the two layers, or put a \
         layer between them.`7`",
    ),
    (
        "tyshare",
        "The `2` of `1` is `3`, but the `5` of `4`, which is the same, is `6`. Change the size of one of the two layers.",
    ),
    (
        "tyarr",
        "The array `2` of `1` must be `3`, but `4` was given. Change the array, or the sizes that its shape follows from.",
    ),
    ("tysize", "The sizes `1` and `2` would have to be the same. Change one of the shapes that they are in."),
    (
        "noinputs",
        "`1` has no inputs, and nothing says how many it has. Connect it in a NetGraph, apply it to a list of arrays, or give \
         options such as \"Input1\" -> 3, \"Input2\" -> 3.",
    ),
    ("undef", "`1` stands for an operation that is not known. Put a net in its place, as by NetReplacePart."),
    ("nfspec", "The net is not fully specified: `1`. Give the shape with an option such as \"`2`\" -> 3."),
    ("netsize", "`2` of `1` would have more than `3` elements."),
    ("nninit", "The net is not initialized: `1` have no values. Use NetInitialize, or give them as options."),
    ("invindata1", "Data for port `1` is not an array: `2`. Expected is `3``4`."),
    (
        "invindata2",
        "Data for port `1` is `2`, but `3` was expected`4`. Give data of this shape, or a list of such data.`5`",
    ),
    (
        "nograd",
        "Cotangents are given, but no gradient is asked for. Ask for one by a second argument such as \
         NetPortGradient[\"Input\"].",
    ),
    (
        "gradnone",
        "There is no gradient through `1`, whose second argument is None. Leave it out, so that the gradient follows from the \
         function.",
    ),
    (
        "gradfunc",
        "The gradient function of a CompiledLayer `1`. It gets the input, the output and the gradient of the output, and gives the \
         gradient of the input.",
    ),
    (
        "gradgiven",
        "The gradient through `1` is a given function, of which no program is made: net[data, NetPortGradient[...]] uses it. Leave the \
         function out, so that the gradient follows from the first one.",
    ),
    (
        "gradby",
        "`1` says nothing by what the output is to be differentiated: add an input or an array, as in \
         NetPortGradient[\"Output\", \"Input\"] for the Jacobian. Known: `2`.",
    ),
    ("gradport", "There is no gradient by `1`. Known: `2`"),
    (
        "gradorder",
        "`1` is no derivative: names of ports are expected, each with the number behind it of times that it is differentiated \
         by, of at most `2` altogether, as in NetPortGradient[\"Input\", 2].",
    ),
    (
        "gradsize",
        "The derivative would have the dimensions `1`, which are `2` elements; at most `3` are computed. Take it by smaller \
         inputs or arrays, or give cotangents for the outputs instead of differentiating by them.",
    ),
    (
        "nocheckpoints",
        "The option GradientCheckpointing is for gradients, but none is asked for. Ask for one by a second argument such as \
         NetPortGradient[\"Input\"].",
    ),
    ("gradout", "A cotangent is given for `1`, which is no output; the outputs are `2`"),
    ("nocoder", "There is none of the name `1`. Known: `2`"),
    ("optdata", "An optimiser is applied to an association with `2`, not to `1`."),
    ("optkey", "An optimiser takes nothing of the name `1`. Known: `2`"),
    ("optshape", "`1` has the dimensions `2`, but the array has `3`."),
    ("arg1", "The first argument, `1`, is not a net."),
    ("measure", "There is no measure `1`. Known: `2`"),
    ("measopt", "`1` is no option; behind the measure stand options only."),
    (
        "measdata",
        "`1` are no examples: {input1 -> output1, ...}, {input1, ...} -> {output1, ...}, an association of lists for all ports or a list \
         of associations is expected.",
    ),
    ("meascount", "There are `1` examples, but `2` for the output `3`."),
    (
        "measports",
        "The net has the outputs `1`: give what they should be as an association, or a list of associations.",
    ),
    ("notargets", "The data says for none of the outputs `1` what it should be."),
    ("measshape", "The output `1` has the dimensions `2`, but is to be compared with `3`."),
    (
        "meastarget",
        "The target `1` of the output `2` is no array. An output of classes has a NetDecoder[{\"Class\", ...}] that knows them.",
    ),
    ("measclass", "The target `1` is no class of the output `2`; there are `3`."),
    ("measkind", "\"`1`\" is no measure of the output `2`, whose targets are `3`: these have `4`."),
    ("measnum", "\"`1`\" depends on which class is the most probable one, so the output `2` must be numbers."),
    ("codport", "Port `1` is `2`, where a `3` is expected."),
    ("invenc", "`1` cannot be encoded: `2` is expected."),
    ("propneeds", "The property `1` needs an argument, {\"`1`\", argument}: `2`."),
    ("nodecoder", "The output `1` has no decoder whose property could be given."),
    ("invelem", "Data for port `1` holds `2`, but `3` were expected."),
    ("invargc", "`1` inputs were given, but the net has `2`: `3`."),
    ("batches", "The numbers of examples differ: `1`. Give data for each example to each port."),
    ("inpmiss", "Nothing was given for port `1`."),
    ("inpunk", "There is no port `1`. Known: `2`"),
    (
        "datadep",
        "The function of `1` decides by how its data is written or by its values, so that it does not give for symbols what it \
         gives for numbers. It can be applied to numbers. A function that uses If, Which, Piecewise or Boole of comparisons of \
         numbers has a program, equations and values for symbols.",
    ),
    (
        "nonumber",
        "The function of `1` does not give numbers for numbers, but `2`. Change it so that it computes with arrays: Map applies a \
         function of numbers to each element.",
    ),
    ("progfail", "The net cannot be computed on machine numbers: `1`"),
    ("encfail", "The net cannot be computed on intervals: `1`"),
    ("invopt", "`1` is not an option of an applied net; it has `2`"),
    (
        "wholebatch",
        "In training `1` takes all examples of a batch together, so that it cannot be split: BatchSize -> `2` has to be Automatic.",
    ),
    ("noprop", "There is no property `1`; the properties are `2`"),
    ("absprop", "There is no property `1`: `2`."),
    ("chainport", "`1` has no single input and output, so it cannot stand in a chain."),
    ("nooutput", "There is no port `1` whose value the net computes; there are `2`"),
    ("nostates", "The net has no recurrent state that is not connected, so NetPort[All, \"States\"] has no values."),
    (
        "statedata",
        "`1` is given for NetPort[All, \"States\"], where an association such as <|NetPort[{1, \"State\"}] -> s|> is expected.",
    ),
    ("noports", "The second argument, `1`, names no ports; the net computes the values of `2`. `3`"),
    ("cycle", "The edges form a cycle: `1`. A net has none; a recurrence is written with NetFoldOperator."),
    ("novertex", "There is no layer `1` in the graph; there are `2`"),
    ("noport", "Layer `1` has no port `2` for this edge; there are `3`"),
    ("whichport", "Layer `1` has not one of its `2` for this edge, but `3`: name it with NetPort[{layer, \"port\"}]."),
    ("twosources", "Port `2` of `1` would have two sources."),
    ("manyedges", "More edges lead to layer `1` than it has inputs: `2`."),
    ("unusedinput", "The input `1` of the graph leads nowhere."),
    ("emptybatch", "A mean over the examples of a batch was asked for, but there are none."),
    ("notrain", "The net cannot be trained: `1`."),
    (
        "noloss",
        "Training makes the output Loss smaller, or the only one, but there are the outputs `1`. Put a loss behind one of them, \
         such as MeanSquaredLossLayer[].",
    ),
    (
        "innerbatch",
        "In training `1` needs all examples of a batch at once, which it does not get inside of an operator. Put it before or \
         behind the operator, or evaluate with NetEvaluationMode -> \"Test\".",
    ),
    ("twovalues", "The shared array `1` has another value in `2` than before."),
    ("openports", "The number of inputs of `1` is not known. Give it with the option \"InputPorts\"."),
    (
        "innerports",
        "The net `1` has the inputs `2` and the outputs `3`, but `4` and `5` are expected. A NetGraph with edges from and to \
         NetPort[\"name\"] has ports of these names.",
    ),
    ("depth", "Nets nest deeper than `1` levels."),
    ("failed", "What was given as `1` is $Failed; what is wrong with it was said when it was made."),
    ("notnet", "`1` is neither a net, a size, nor a function.`2`"),
];
