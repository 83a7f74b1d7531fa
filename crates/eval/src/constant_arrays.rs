//! Constant arrays as arguments: zeros and ones under elementwise functions, zeros under linear ones,
//! and constants beside explicit lists, which are written out.

use netform_expr::{Attributes, Expr, Sym, map_bottom_up, postorder};

use crate::{Eval, Flow, Function, Linearity, Session, Shape};

impl Session {
    /// The number, or scalar expression, that all elements of an array are: of zeros, ones, and multiples of ones.
    ///
    /// # Errors
    /// As [`Session::shape_of`].
    pub fn uniform_element(&mut self, e: &Expr) -> Result<Option<Expr>, Flow> {
        match e.head_sym() {
            Some(Sym::SymbolicZerosArray) => Ok(Some(Expr::integer(0))),
            Some(Sym::SymbolicOnesArray) => Ok(Some(Expr::integer(1))),
            Some(Sym::Times) if e.may_hold_array_symbol() => {
                let factors = e.args();
                let Some(place) = factors.iter().position(|factor| factor.has_head(Sym::SymbolicOnesArray)) else {
                    return Ok(None);
                };
                let mut scalars = Vec::with_capacity(factors.len() - 1);
                for (_, factor) in factors.iter().enumerate().filter(|(i, _)| *i != place) {
                    if factor.is_list() || self.shape_of(factor)?.is_array() {
                        return Ok(None);
                    }
                    scalars.push(factor.clone());
                }
                self.evaluate_call(Sym::Times, scalars).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The list of the elements of a constant array of known dimensions, of a multiple of one, or of what is made of such
    /// arrays without array symbols.
    ///
    /// # Errors
    /// As [`Session::evaluate`].
    pub fn written_out(&mut self, e: &Expr) -> Eval {
        if !e.may_hold_array_symbol() {
            return Ok(None);
        }
        if let Some(written_out) = self.function_of(e.head()).and_then(|function| function.written_out) {
            return Ok(written_out(e));
        }
        let Some(factors) = e.args_of(Sym::Times) else { return self.of_constants_alone(e) };
        let is_constant = |factor: &Expr| self.function_of(factor.head()).is_some_and(|f| f.written_out.is_some());
        let Some(place) = factors.iter().position(is_constant) else { return self.of_constants_alone(e) };
        for (_, factor) in factors.iter().enumerate().filter(|(i, _)| *i != place) {
            if self.shape_of(factor)?.is_array() {
                return Ok(None);
            }
        }
        let Some(list) = self.written_out(&factors[place])? else { return Ok(None) };
        let mut parts = factors.into_owned();
        parts[place] = list;
        self.evaluate_call(Sym::Times, parts).map(Some)
    }

    /// The list that an expression of constant arrays, without array symbols, is when these are written out.
    fn of_constants_alone(&mut self, e: &Expr) -> Eval {
        let is_open = postorder(
            e,
            |node| node.may_hold_array_symbol() && !node.has_head(Sym::Function),
            |node| if node.is_array_symbol() || node.has_head(Sym::ArrayRandom) { Err(()) } else { Ok(()) },
        );
        if is_open.is_err() {
            return Ok(None);
        }
        let list = |node: &Expr| self.function_of(node.head()).and_then(|function| function.written_out)?(node);
        let written_out = map_bottom_up(e, |node| list(&node).unwrap_or(node));
        if written_out == *e {
            return Ok(None);
        }
        Ok(Some(self.evaluate(&written_out)?).filter(Expr::is_list))
    }

    /// What a call that no other rule has changed is because arrays among its arguments are constant.
    pub(crate) fn on_constant_arrays(&mut self, function: &Function, call: &Expr) -> Eval {
        let args = call.args();
        let is_listable = function.attributes.contains(Attributes::LISTABLE);
        if is_listable && let Some(value) = self.of_uniform_arrays(call)? {
            return Ok(Some(value));
        }
        if function.linear.selects
            && let Some(first) = args.first()
            && let Some(element) = self.uniform_element(first)?
        {
            let shape = self.shape_of(call)?;
            if shape.dimensions().is_some() {
                return self.evaluate_call(Sym::Times, [element, Session::ones(&shape)]).map(Some);
            }
        }
        if function.linear.arguments == Linearity::First
            && args.first().is_some_and(|first| first.has_head(Sym::SymbolicZerosArray))
        {
            let shape = self.shape_of(call)?;
            return Ok(shape.dimensions().map(|_| Session::zeros(&shape)));
        }
        let is_array = |i: usize| is_listable || function.arrays.contains(i, args.len());
        let lists = (0..args.len()).any(|i| is_array(i) && args[i].is_list());
        if !lists {
            return Ok(None);
        }
        let places: Vec<usize> = (0..args.len()).filter(|i| is_array(*i)).collect();
        let arrays: Vec<Expr> = places.iter().map(|&i| args[i].clone()).collect();
        let Some(explicit) = self.beside_lists(&arrays)? else { return Ok(None) };
        let mut parts = args.into_owned();
        places.into_iter().zip(explicit).for_each(|(i, array)| parts[i] = array);
        Ok(Some(Expr::normal(call.head().clone(), parts)))
    }

    /// Arrays, some of them explicit lists and some constants of known dimensions, with all constants
    /// written out; `None` if there are other arrays, or no list, or no constant.
    ///
    /// # Errors
    /// As [`Session::shape_of`].
    pub fn beside_lists(&mut self, arrays: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
        let (mut lists, mut constants) = (0, 0);
        let mut explicit = Vec::with_capacity(arrays.len());
        for array in arrays {
            if array.is_list() {
                lists += 1;
                explicit.push(array.clone());
            } else if self.is_symbolic_array(array)? {
                constants += 1;
                match self.written_out(array)? {
                    Some(list) => explicit.push(list),
                    None => return Ok(None),
                }
            } else {
                explicit.push(array.clone());
            }
        }
        Ok((lists > 0 && constants > 0).then_some(explicit))
    }

    /// An elementwise function of scalars and arrays that are the same everywhere, as a multiple of ones.
    fn of_uniform_arrays(&mut self, call: &Expr) -> Eval {
        if self.uniform_element(call)?.is_some() {
            return Ok(None);
        }
        let mut largest = Shape::scalar();
        let mut elements = Vec::with_capacity(call.len());
        for arg in call.args().iter() {
            let shape = self.shape_of(arg)?;
            if !shape.is_array() {
                if arg.is_list() {
                    return Ok(None);
                }
                elements.push(arg.clone());
                continue;
            }
            let (Some(element), Some(dimensions)) = (self.uniform_element(arg)?, shape.dimensions()) else {
                return Ok(None);
            };
            let known = largest.dimensions().unwrap_or_default();
            if !dimensions.iter().zip(known).all(|(a, b)| a == b) {
                return Ok(None);
            }
            if shape.rank() > largest.rank() {
                largest = shape;
            }
            elements.push(element);
        }
        if !largest.is_array() {
            return Ok(None);
        }
        let value = self.evaluate(&Expr::normal(call.head().clone(), elements))?;
        self.evaluate_call(Sym::Times, [value, Session::ones(&largest)]).map(Some)
    }
}
