//! `Sow`, `Reap`: expressions that are gathered while something is evaluated.

use std::sync::Arc;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, NodeMap, Sym};

/// What the `Reap`s that are open gather, the innermost last.
#[derive(Default)]
struct Harvests(Vec<Harvest>);

struct Harvest {
    fields: Vec<Field>,
}

/// What is sown with tags of a form.
struct Field {
    form: Arc<Pattern>,
    /// The tags in the order in which they came first, with what was sown.
    gathered: Vec<(Expr, Vec<Expr>)>,
    /// Where a tag is among them.
    places: NodeMap<usize>,
}

pub(super) const SOW: Function = Function {
    name: "Sow",
    usage: "Sow[e] gives e, which the innermost Reap around it gathers.\n\
            Sow[e, tag] sows e with a tag, Sow[e, {tag1, tag2, ...}] with each of several. Without one the tag is None.",
    arguments: Some((1, 2)),
    evaluate: Some(sow),
    examples: &[
        ("Reap[Sow[a]; Sow[b]; c]", "{c, {{a, b}}}"),
        ("Reap[Do[Sow[i^2, EvenQ[i]], {i, 4}]]", "{Null, {{1, 9}, {4, 16}}}"),
        ("Sow[a]", "a"),
    ],
    ..Function::NEW
};

pub(super) const REAP: Function = Function {
    name: "Reap",
    usage: "Reap[e] gives {value of e, {list, ...}} with a list for each tag of what Sow sows while e is evaluated.\n\
            Reap[e, form] gathers only what is sown with tags that match form; what does not match goes to a Reap around it.\n\
            Reap[e, {form1, form2, ...}] gives lists for each of the forms apart. Reap[e, form, f] gives f[tag, list] for each list.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((1, 3)),
    evaluate: Some(reap),
    examples: &[
        ("Reap[Sow[1, x]; Sow[2, y]; Sow[3, x]]", "{3, {{1, 3}, {2}}}"),
        ("Reap[Sow[1, x]; Sow[2, y], {y, x}]", "{2, {{{2}}, {{1}}}}"),
        ("Reap[Sow[1, {x, y}], _, Rule]", "{1, {x -> {1}, y -> {1}}}"),
        ("Reap[a]", "{a, {}}"),
    ],
    ..Function::NEW
};

fn sow(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let tags = match args.get(1) {
        None => vec![Sym::None.into()],
        Some(tags) if tags.is_list() => tags.args().into_owned(),
        Some(tag) => vec![tag.clone()],
    };
    session.note_effect();
    for tag in tags {
        gather(session, &args[0], &tag)?;
    }
    Ok(Some(args[0].clone()))
}

/// Gives an element to the innermost `Reap` that wants its tag. A form may have conditions that are evaluated and sow themselves.
fn gather(session: &mut Session, element: &Expr, tag: &Expr) -> Result<(), Flow> {
    for depth in (0..session.extension::<Harvests>().0.len()).rev() {
        let mut taken = false;
        for place in 0..session.extension::<Harvests>().0[depth].fields.len() {
            let form = session.extension::<Harvests>().0[depth].fields[place].form.clone();
            if form.is_match(tag, session)? {
                session.extension::<Harvests>().0[depth].fields[place].take(element, tag);
                taken = true;
            }
        }
        if taken {
            break;
        }
    }
    Ok(())
}

impl Field {
    fn take(&mut self, element: &Expr, tag: &Expr) {
        let place = *self.places.entry(tag.clone()).or_insert(self.gathered.len());
        if place == self.gathered.len() {
            self.gathered.push((tag.clone(), Vec::new()));
        }
        self.gathered[place].1.push(element.clone());
    }
}

fn reap(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let several = args.get(1).is_some_and(Expr::is_list);
    let forms = match args.get(1) {
        None => vec![Expr::call(Sym::Blank, [])],
        Some(forms) if several => forms.args().into_owned(),
        Some(form) => vec![form.clone()],
    };
    let fields = forms
        .iter()
        .map(|form| Field { form: Arc::new(Pattern::new(form)), gathered: Vec::new(), places: NodeMap::default() })
        .collect();
    let depth = session.extension::<Harvests>().0.len();
    session.extension::<Harvests>().0.push(Harvest { fields });
    let value = session.evaluate(&args[0]);
    let harvests = &mut session.extension::<Harvests>().0;
    let harvest = harvests.drain(depth..).next();
    let value = value?;
    let lists = |field: Field| {
        let list = |(tag, elements): (Expr, Vec<Expr>)| match args.get(2) {
            Some(f) => Expr::normal(f.clone(), [tag, Expr::list(elements)]),
            None => Expr::list(elements),
        };
        Expr::list(field.gathered.into_iter().map(list))
    };
    let mut gathered = harvest.into_iter().flat_map(|harvest| harvest.fields).map(lists);
    let gathered = if several { Expr::list(gathered) } else { gathered.next().unwrap_or_else(|| Expr::list([])) };
    Ok(Some(Expr::list([value, gathered])))
}
