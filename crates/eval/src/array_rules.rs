//! How evaluation treats arrays: threading over lists, and functions that see arrays only.

use netform_array::Array;
use netform_expr::{Attributes, Expr, NodeSet, Sym};

use crate::function::ArrayPositions;
use crate::{Flow, Function, RealCode, ResultType, Session, Shape};

impl Session {
    /// `f[{a, b}, c]` becomes `{f[a, c], f[b, c]}`.
    ///
    /// `None` if an argument is an array without being a list: a list is never threaded over the
    /// components that such an argument hides.
    pub(crate) fn thread_over_lists(&mut self, head: &Expr, arguments: &[Expr]) -> Result<Option<Expr>, Flow> {
        for arg in arguments {
            if self.is_symbolic_array(arg)? {
                self.check_sizes(head, arguments)?;
                return Ok(None);
            }
            if self.is_non_threadable(arg) {
                return Ok(None);
            }
        }
        if let Some(array) = self.map_machine_numbers(head, arguments) {
            return Ok(Some(array));
        }
        let mut lengths = arguments.iter().filter(|arg| arg.is_list()).map(Expr::len);
        let length = lengths.next().unwrap_or(0);
        if let Some(other) = lengths.find(|&other| other != length) {
            let call = Expr::normal(head.clone(), arguments.iter().cloned());
            let sizes = [Expr::integer(length as i64), Expr::integer(other as i64), call];
            self.message(Sym::Thread, "tdlen", &sizes);
            return Ok(None);
        }
        let unpacked: Vec<_> = arguments.iter().map(|arg| arg.is_list().then(|| arg.args())).collect();
        let element = |i: usize| {
            let parts = arguments
                .iter()
                .zip(&unpacked)
                .map(|(arg, items)| items.as_ref().map_or(arg, |items| &items[i]).clone());
            Expr::normal(head.clone(), parts.collect::<Vec<_>>())
        };
        Ok(Some(Expr::list((0..length).map(element).collect::<Vec<_>>())))
    }

    /// Whether an expression stands for an array by the attribute `NonThreadable` of the user's symbols: one of these is its
    /// head, or it is a listable function of such an expression.
    fn is_non_threadable(&self, e: &Expr) -> bool {
        let mut open = vec![e.clone()];
        let mut seen = NodeSet::default();
        while let Some(e) = open.pop() {
            if e.user_classes() & self.definitions.non_threadable == 0 || !seen.insert(e.clone()) {
                continue;
            }
            let mut head = e.clone();
            while head.is_normal() {
                head = head.head().clone();
            }
            if self.attributes_of(&head).contains(Attributes::NON_THREADABLE) {
                return true;
            }
            if self.attributes_of(e.head()).contains(Attributes::LISTABLE) {
                open.extend(e.args().iter().cloned());
            }
        }
        false
    }

    /// A message if known sizes of arrays differ at a leading level that both have.
    pub(crate) fn check_sizes(&mut self, head: &Expr, arguments: &[Expr]) -> Result<(), Flow> {
        if arguments.iter().filter(|arg| arg.may_hold_array_symbol() || arg.is_list()).count() < 2 {
            return Ok(());
        }
        let mut expected: Vec<Option<i64>> = Vec::new();
        for arg in arguments {
            let Shape::Known(dimensions) = self.shape_of(arg)? else { continue };
            for (axis, size) in dimensions.iter().map(Expr::as_i64).enumerate() {
                match expected.get_mut(axis) {
                    None => expected.push(size),
                    Some(known @ None) => *known = size,
                    Some(Some(known)) => {
                        if let Some(size) = size.filter(|size| size != known) {
                            let sizes = [Expr::integer(*known), Expr::integer(size)];
                            let call = Expr::normal(head.clone(), arguments.iter().cloned());
                            self.message(Sym::Thread, "tdlen", &[sizes.as_slice(), &[call]].concat());
                            return Ok(());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The same on packed machine reals, by the function's code. Shapes must agree but for scalars;
    /// a result that is not finite is left to the general path.
    fn map_machine_numbers(&mut self, head: &Expr, arguments: &[Expr]) -> Option<Expr> {
        if self.has_user_rules(head) {
            return None;
        }
        let function = self.registry.get(head)?;
        if matches!(function.result, ResultType::Integer | ResultType::Truth) {
            return None;
        }
        let code = function.real?;
        let shape = arguments.iter().find_map(Expr::as_array)?.shape().to_vec();
        let mut columns = Vec::with_capacity(arguments.len());
        for arg in arguments {
            columns.push(match arg.as_array() {
                Some(array) if array.shape() == shape => Column::Elements(array.as_f64()?),
                Some(_) => return None,
                None => Column::Constant(arg.as_real().or_else(|| arg.as_i64().map(|v| v as f64))?),
            });
        }
        let size = shape.iter().product();
        let mut results = Vec::with_capacity(size);
        let mut row = vec![0.0; columns.len()];
        for i in 0..size {
            for (slot, column) in row.iter_mut().zip(&columns) {
                *slot = match column {
                    Column::Elements(elements) => elements[i],
                    Column::Constant(value) => *value,
                };
            }
            let result = match (code, row.as_slice()) {
                (RealCode::Unary(f), [x]) => f(*x),
                (RealCode::Binary(f), [x, y]) => f(*x, *y),
                (RealCode::Variadic(f), values) => f(values),
                _ => return None,
            };
            if !result.is_finite() {
                return None;
            }
            results.push(result);
        }
        Array::from_f64(shape, results).ok().map(Expr::array)
    }

    /// Whether a call has, at a position that the function sees as an array, an array that is no
    /// explicit list.
    pub(crate) fn takes_symbolic_array(&mut self, function: &Function, call: &Expr) -> Result<bool, Flow> {
        let args = call.args();
        if let ArrayPositions::In(position) = function.arrays {
            let Some(list) = args.get(position - 1).filter(|list| list.is_list()) else { return Ok(false) };
            for item in list.args().iter() {
                if self.is_seen_as_array(item)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        for (i, arg) in args.iter().enumerate() {
            if function.arrays.contains(i, args.len()) && self.is_seen_as_array(arg)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an argument is an array although it is no list: a symbol of one is, even without levels, and so is a component,
    /// whose parts as an expression mean nothing.
    fn is_seen_as_array(&mut self, e: &Expr) -> Result<bool, Flow> {
        let is_component = e.has_head(Sym::Indexed) || e.has_head(Sym::ArrayVariable);
        Ok(is_component && e.may_hold_array_symbol() || e.is_array_symbol() || self.is_symbolic_array(e)?)
    }

    /// Tells that a call has a wrong number of arguments.
    pub fn message_argument_count(&mut self, call: &Expr, least: usize, most: usize) {
        let head = call.head().clone();
        let count = Expr::integer(call.len() as i64);
        let (low, high) = (Expr::integer(least as i64), Expr::integer(most.min(i64::MAX as usize) as i64));
        let (tag, args) = match (call.len(), least, most) {
            (1, l, m) if l == m => ("argr", vec![head.clone(), low]),
            (_, 1, 1) => ("argx", vec![head.clone(), count]),
            (_, l, m) if l == m => ("argrx", vec![head.clone(), count, low]),
            (1, _, usize::MAX) => ("argmu", vec![head.clone(), low]),
            (_, _, usize::MAX) => ("argm", vec![head.clone(), count, low]),
            (1, l, m) if l + 1 == m => ("argtu", vec![head.clone(), low, high]),
            (_, l, m) if l + 1 == m => ("argt", vec![head.clone(), count, low, high]),
            (1, _, _) => ("argbu", vec![head.clone(), low, high]),
            _ => ("argb", vec![head.clone(), count, low, high]),
        };
        self.message_of(&head, tag, &args);
    }
}

enum Column<'a> {
    Elements(&'a [f64]),
    Constant(f64),
}
