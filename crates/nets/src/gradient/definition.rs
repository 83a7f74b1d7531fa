//! Derivatives by `D`, of the outputs on symbols.

use std::sync::Arc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};

use crate::data::{array_symbol, components};
use crate::differentiated::{Derivative, Target};
use crate::evaluate::{Arrays, array_name, array_value, with_values};
use crate::inputs::Inputs;
use crate::net::{ArrayValue, Net};
use crate::training::outputs;

/// Arrays that stand for what derivatives are taken by.
struct Formal {
    net: Net,
    data: Inputs,
    cotangents: Vec<Option<Expr>>,
    /// The targets so far, and what stands for them: an array symbol, or the list of its components.
    variables: Vec<(Target, Expr)>,
    /// The values that are put in for them in the end.
    values: NodeMap<Expr>,
}

/// Derivatives of the sum of all outputs times their cotangents.
pub(super) fn by_definition(
    session: &mut Session,
    net: &Net,
    data: &Inputs,
    cotangents: &[Option<Expr>],
    derivatives: &[Derivative],
    arrays: Arrays,
    seed: Option<u64>,
) -> Result<Vec<Expr>, Flow> {
    let mut formal = Formal {
        net: Net { differentiated: true, ..net.clone() },
        data: data.clone(),
        cotangents: cotangents.to_vec(),
        variables: Vec::new(),
        values: NodeMap::default(),
    };
    for target in derivatives.iter().flat_map(Derivative::targets) {
        if formal.variables.iter().all(|(known, _)| known != target) {
            formal.introduce(session, net, target, arrays)?;
        }
    }
    let total = formal.total(session, arrays, seed)?;
    let mut results = Vec::with_capacity(derivatives.len());
    for derivative in derivatives {
        let mut value = total.clone();
        for target in derivative.targets() {
            let Some((_, variable)) = formal.variables.iter().find(|(known, _)| known == target) else { continue };
            value = by_variable(session, &value, variable)?;
        }
        let put_in = map_bottom_up(&value, |part| match formal.values.get(&part) {
            Some(value) => value.clone(),
            None if part.has_head(Sym::ProgramFirstMax) => Expr::call(Sym::Max, part.args().into_owned()),
            None => with_values(part),
        });
        results.push(session.evaluate(&put_in)?);
    }
    Ok(results)
}

impl Formal {
    /// Puts an array symbol, or its components, in the place of a target.
    fn introduce(&mut self, session: &mut Session, net: &Net, target: &Target, arrays: Arrays) -> Result<(), Flow> {
        let (name, value) = match target {
            Target::Input(input) => (Expr::string(&net.inputs[*input].name), self.data[*input].clone()),
            Target::Array(leaf, name) => {
                let leaf = &net.leaves[*leaf];
                (array_name(leaf, name), array_value(leaf, name, arrays))
            }
            // One where none is given; it is put in for each of its elements.
            Target::Output(output) => {
                (Expr::string(&net.outputs[*output].name), self.cotangents[*output].clone().or(Some(Expr::integer(1))))
            }
        };
        let Some((dimensions, value)) = target.dimensions(net).zip(value) else { return Ok(()) };
        // The name is one that no user's array symbol has.
        let formal = array_symbol(Expr::call(Sym::NetPortGradient, [name]), &dimensions);
        let sizes: Option<Vec<usize>> = dimensions.iter().map(Expr::as_usize).collect();
        let standing = match sizes.filter(|_| arrays == Arrays::Components) {
            Some(sizes) => {
                let list = components(&formal, &sizes);
                let value = session.evaluate(&value)?;
                pair_components(&list, &value, &mut self.values);
                list
            }
            None => {
                let value = match target {
                    Target::Output(output) if self.cotangents[*output].is_none() => {
                        Session::ones(&netform_eval::Shape::of(dimensions))
                    }
                    _ => value,
                };
                self.values.insert(formal.clone(), value);
                formal.clone()
            }
        };
        match target {
            Target::Input(input) => self.data[*input] = Some(standing.clone()),
            Target::Array(leaf, name) => {
                for (leaf, name) in net.places_of(*leaf, name) {
                    for (array, value) in &mut self.net.leaves[leaf].arrays {
                        if *array == name {
                            *value = ArrayValue::Given(standing.clone());
                        }
                    }
                }
            }
            Target::Output(output) => self.cotangents[*output] = Some(standing.clone()),
        }
        self.variables.push((target.clone(), standing));
        Ok(())
    }

    /// The sum of all outputs times their cotangents.
    fn total(&self, session: &mut Session, arrays: Arrays, seed: Option<u64>) -> Result<Expr, Flow> {
        let outputs = outputs(session, &Arc::new(self.net.clone()), &self.data, arrays, seed)?;
        let mut terms = Vec::with_capacity(outputs.len());
        for (output, cotangent) in outputs.into_iter().zip(&self.cotangents) {
            let weighted = match cotangent {
                Some(cotangent) => session.evaluate_call(Sym::Times, [cotangent.clone(), output])?,
                None => output,
            };
            let rank = session.shape_of(&weighted)?.dimensions().map_or(0, <[Expr]>::len);
            terms.push(if rank == 0 {
                weighted
            } else {
                session.evaluate_call(Sym::Total, [weighted, Expr::integer(rank as i64)])?
            });
        }
        session.evaluate_call(Sym::Plus, terms)
    }
}

/// The derivative of a number or nested list by all components of a nested list, by one variable, or by an array symbol. Its
/// levels are those of what is differentiated, and then those of the variable.
fn by_variable(session: &mut Session, e: &Expr, variable: &Expr) -> Result<Expr, Flow> {
    if !variable.is_list() {
        return session.evaluate_call(Sym::D, [e.clone(), variable.clone()]);
    }
    let flat = session.evaluate_call(Sym::Flatten, [variable.clone()])?;
    let slopes = session.evaluate_call(Sym::D, [e.clone(), Expr::list([flat])])?;
    Ok(with_levels_of(e, &slopes, variable))
}

/// The lists of slopes, one for each element of a nested list, each in the levels of a variable.
fn with_levels_of(e: &Expr, slopes: &Expr, variable: &Expr) -> Expr {
    if e.is_list() {
        let (elements, slopes) = (e.args(), slopes.args());
        let items = elements.iter().zip(slopes.iter()).map(|(e, slopes)| with_levels_of(e, slopes, variable));
        return Expr::list(items.collect::<Vec<_>>());
    }
    shaped_as(variable, &mut slopes.args().into_owned().into_iter())
}

/// A nested list of the same form with other elements.
fn shaped_as(form: &Expr, elements: &mut dyn Iterator<Item = Expr>) -> Expr {
    if form.is_list() {
        return Expr::list(form.args().iter().map(|item| shaped_as(item, elements)).collect::<Vec<_>>());
    }
    elements.next().unwrap_or_else(|| Sym::Failed.into())
}

/// The values of the components of a formal array.
fn pair_components(formal: &Expr, value: &Expr, values: &mut NodeMap<Expr>) {
    if formal.is_list() {
        for (place, component) in formal.args().iter().enumerate() {
            // A number stands for an array of it.
            let element = if value.is_list() { value.arg(place) } else { value.clone() };
            pair_components(component, &element, values);
        }
    } else {
        values.insert(formal.clone(), value.clone());
    }
}
