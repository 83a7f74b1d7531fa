//! Functions of elements: `map`, `select`, `convert`.

use netform_array::{ElementType, element_count};
use netform_expr::Expr;
use netform_kernels::Code;

use super::{Scope, Values, Writer};
use crate::dim::Sizes;
use crate::interpret::{InterpretError, Tape};
use crate::plan::memory::Stored;
use crate::plan::place::{Place, Value};
use crate::plan::steps::{Index, Map, Step, Whole};
use crate::plan::tapes::{Source, Tapes};
use crate::program::Operation;

impl Writer<'_> {
    pub(super) fn map(&mut self, scope: &Scope<'_>) -> Result<Values, InterpretError> {
        let Operation::Map { functions } = scope.operation else { return Err(InterpretError::Invalid("map")) };
        let functions: Vec<Tape> = functions
            .iter()
            .map(|function| Tape::compile(function, self.functions, &Sizes::default()))
            .collect::<Result<_, _>>()?;
        self.elementwise(scope, |tapes, operands| {
            functions.iter().map(|function| tapes.function(function, operands)).collect()
        })
    }

    pub(super) fn select(&mut self, scope: &Scope<'_>) -> Result<Values, InterpretError> {
        self.elementwise(scope, |tapes, operands| vec![tapes.step(Code::Select, operands.to_vec())])
    }

    pub(super) fn convert(&mut self, scope: &Scope<'_>) -> Result<Values, InterpretError> {
        let to = scope.results[0].0;
        let truncated = to == ElementType::I64 && matches!(scope.types[0].element, ElementType::F32 | ElementType::F64);
        let values = self.elementwise(scope, |tapes, operands| match truncated {
            true => vec![tapes.step(Code::Truncate, operands.to_vec())],
            false => operands.to_vec(),
        })?;
        if let (true, Some(Value::At(place))) = (truncated, values.first()) {
            self.push(Box::new(Whole { region: place.region() }), [place.buffer]);
        }
        Ok(values)
    }

    /// The elements, which are tested.
    pub(super) fn index(&mut self, label: &Expr, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let operand = self.place(scope.operands[0].clone(), scope.types[0].element)?;
        let place = match operand.double {
            true => operand,
            false => {
                let copy = self.elementwise(scope, |_, operands| vec![operands[0]])?;
                let copy = copy.into_iter().next().ok_or(InterpretError::Invalid("an index without elements"))?;
                self.place(copy, ElementType::I64)?
            }
        };
        let greatest = self.place(scope.operands[1].clone(), ElementType::I64)?;
        let buffers = [place.buffer, greatest.buffer];
        let step = Index { label: label.clone(), elements: place.region(), greatest: greatest.region() };
        self.push(Box::new(step), buffers);
        Ok(place)
    }

    /// A step that applies a tape to corresponding elements of the operands.
    ///
    /// It computes in single precision only what is of single precision altogether.
    fn elementwise(
        &mut self,
        scope: &Scope<'_>,
        write: impl FnOnce(&mut Tapes, &[Source]) -> Vec<Source>,
    ) -> Result<Values, InterpretError> {
        let count = element_count(&scope.results[0].1)?;
        let mut places: Vec<Place> = Vec::new();
        let mut sources: Vec<Option<f64>> = Vec::with_capacity(scope.operands.len());
        for (value, value_type) in scope.operands.iter().zip(&scope.types) {
            match value {
                Value::Known(tensor) if tensor.uniform().is_some() => sources.push(tensor.uniform()),
                value => {
                    places.push(self.place(value.clone(), value_type.element)?);
                    sources.push(None);
                }
            }
        }
        let mut tapes = Tapes::new(places.len());
        let mut inputs = 0..places.len();
        let operands: Vec<Source> = sources
            .into_iter()
            .map(|known| match known {
                Some(value) => tapes.constant(value),
                None => Source::Input(inputs.next().unwrap_or(0)),
            })
            .collect();
        let results = write(&mut tapes, &operands);
        let elements = scope.types.iter().map(|value_type| value_type.element);
        let mut elements = elements.filter(|element| *element != ElementType::Bool);
        let single = elements.all(|element| element == ElementType::F32)
            && scope.results.iter().all(|(element, _)| *element == ElementType::F32);
        match single {
            true => self.tape::<f32>(scope, places, tapes, &results, count),
            false => self.tape::<f64>(scope, places, tapes, &results, count),
        }
    }

    fn tape<T: Stored>(
        &mut self,
        scope: &Scope<'_>,
        places: Vec<Place>,
        tapes: Tapes,
        results: &[Source],
        count: usize,
    ) -> Result<Values, InterpretError> {
        let mut values = Values::new();
        let (mut outputs, mut wanted) = (Vec::new(), Vec::new());
        for (((element, shape), &result), &used) in scope.results.iter().zip(results).zip(&scope.used) {
            let room = self.room(*element, shape)?;
            if used {
                outputs.push(room.clone());
                wanted.push(result);
            }
            values.push(Value::At(room));
        }
        let tape = tapes.finish::<T>(&wanted);
        let buffers: Vec<_> = places.iter().chain(&outputs).map(|place| place.buffer).collect();
        let step: Box<dyn Step> = Box::new(Map {
            tape,
            inputs: places.iter().map(Place::region).collect(),
            outputs: outputs.iter().map(Place::region).collect(),
            count,
        });
        self.push(step, buffers);
        Ok(values)
    }
}
