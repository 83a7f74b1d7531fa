//! Chunks of actions as functions of the code generator.

use std::collections::HashMap;

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::immediates::Ieee64;
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, types};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use netform_kernels::{Code, Linear, Routine};

use crate::plan::{Action, Place};
use crate::routines::{self, Functions};
use crate::schedule::Arrays;
use crate::values::{Value, Values};

/// Writes chunks, one after the other.
pub(crate) struct Translator<'a> {
    values: &'a Values,
    configuration: TargetFrontendConfig,
    context: FunctionBuilderContext,
    /// The values of the present chunk.
    present: Vec<Option<ir::Value>>,
    /// Those that are not nothing.
    written: Vec<Value>,
    functions: Functions,
}

impl<'a> Translator<'a> {
    pub(crate) fn new(values: &'a Values, configuration: TargetFrontendConfig) -> Translator<'a> {
        let present = vec![None; values.count()];
        Translator {
            values,
            configuration,
            context: FunctionBuilderContext::new(),
            present,
            written: vec![],
            functions: Functions::default(),
        }
    }

    /// The functions that the chunks call.
    pub(crate) fn functions(self) -> Functions {
        self.functions
    }

    /// The signature of chunks: inputs, constants, results, the scratch array, and the call.
    pub(crate) fn signature(&self) -> Signature {
        let mut signature = Signature::new(self.configuration.default_call_conv);
        signature.params = vec![AbiParam::new(self.configuration.pointer_type()); 5];
        signature
    }

    /// Writes a chunk.
    pub(crate) fn chunk(&mut self, actions: &[Action], function: &mut ir::Function) {
        let mut builder = FunctionBuilder::new(function, &mut self.context);
        let block = builder.create_block();
        builder.append_block_params_for_function_params(block);
        builder.switch_to_block(block);
        builder.seal_block(block);
        let &[inputs, constants, results, scratch, call] = builder.block_params(block) else {
            unreachable!("chunks have five parameters");
        };
        let mut writer = Writer {
            values: self.values,
            word: self.configuration.pointer_type(),
            convention: self.configuration.default_call_conv,
            present: &mut self.present,
            written: &mut self.written,
            functions: &mut self.functions,
            builder,
            signatures: HashMap::new(),
            inputs,
            constants,
            results,
            scratch,
            call,
        };
        actions.iter().for_each(|action| writer.action(action));
        let mut builder = writer.builder;
        builder.ins().return_(&[]);
        builder.finalize(self.configuration);
        self.written.drain(..).for_each(|value| self.present[value as usize] = None);
    }
}

/// Writes one chunk.
struct Writer<'a> {
    values: &'a Values,
    word: ir::Type,
    convention: CallConv,
    present: &'a mut Vec<Option<ir::Value>>,
    written: &'a mut Vec<Value>,
    functions: &'a mut Functions,
    builder: FunctionBuilder<'a>,
    /// The signatures of routines by their addresses.
    signatures: HashMap<usize, SigRef>,
    inputs: ir::Value,
    constants: ir::Value,
    results: ir::Value,
    scratch: ir::Value,
    call: ir::Value,
}

impl Writer<'_> {
    fn action(&mut self, action: &Action) {
        match action {
            Action::Load(value, place) => {
                let (from, place) = self.address(*place);
                let loaded = self.builder.ins().load(types::F64, MemFlagsData::trusted(), from, offset(place));
                self.define(*value, loaded);
            }
            Action::Store(value, place) => {
                let (to, place) = self.address(*place);
                let value = self.value(*value);
                self.builder.ins().store(MemFlagsData::trusted(), value, to, offset(place));
            }
            Action::Compute(value) => {
                if let Some((code, operands)) = self.values.operation(*value) {
                    let operands: Vec<ir::Value> = operands.iter().map(|&operand| self.value(operand)).collect();
                    let computed = self.compute(code, &operands);
                    self.define(*value, computed);
                }
            }
            Action::Call(called, place) => self.routine(called, *place),
            Action::Product(product, arrays) => self.product(*product, *arrays),
            Action::Collect(value, first) => {
                if let Some((code, operands)) = self.values.operation(*value) {
                    let function = self.function(code);
                    let start = self.word(first * size_of::<f64>());
                    let start = self.builder.ins().iadd(self.scratch, start);
                    let count = self.word(operands.len());
                    let address = routines::variadic as *const () as usize;
                    let computed = self.number(address, &[self.call, function, start, count]);
                    self.define(*value, computed);
                }
            }
        }
    }

    /// A value that an action has defined, or a constant, which operations read where it is.
    fn value(&mut self, value: Value) -> ir::Value {
        match (self.present[value as usize], self.values.constant(value)) {
            (Some(present), _) => present,
            (None, Some(place)) => {
                let flags = MemFlagsData::trusted().with_readonly();
                self.builder.ins().load(types::F64, flags, self.constants, offset(place))
            }
            (None, None) => unreachable!("plans load values before they are used"),
        }
    }

    fn define(&mut self, value: Value, as_what: ir::Value) {
        self.present[value as usize] = Some(as_what);
        self.written.push(value);
    }

    /// The array in which a place is, and which place of it that is.
    fn address(&self, place: Place) -> (ir::Value, usize) {
        match place {
            Place::Input(place) => (self.inputs, place),
            Place::Result(place) => (self.results, place),
            Place::Scratch(place) => (self.scratch, place),
        }
    }

    fn constant(&mut self, value: f64) -> ir::Value {
        self.builder.ins().f64const(Ieee64::with_bits(value.to_bits()))
    }

    /// A number, or an address, that the code has in itself.
    fn word(&mut self, word: usize) -> ir::Value {
        self.builder.ins().iconst(self.word, word as i64)
    }

    /// The place of a function that is called.
    fn function(&mut self, code: Code) -> ir::Value {
        let place = self.functions.place(code).unwrap_or_else(|| unreachable!("{code:?} calls no function"));
        self.word(place)
    }

    /// The value of an operation that is no elementary function, with exactly the meaning that it has in tapes.
    fn compute(&mut self, code: Code, operands: &[ir::Value]) -> ir::Value {
        let operand = |k: usize| operands[k];
        match code {
            Code::Add => self.builder.ins().fadd(operand(0), operand(1)),
            Code::Subtract => self.builder.ins().fsub(operand(0), operand(1)),
            Code::Multiply => self.builder.ins().fmul(operand(0), operand(1)),
            Code::Divide => self.builder.ins().fdiv(operand(0), operand(1)),
            Code::Larger => self.extreme(FloatCC::GreaterThan, operand(0), operand(1), operand(1)),
            Code::Smaller => self.extreme(FloatCC::LessThan, operand(0), operand(1), operand(1)),
            Code::Largest => self.extreme(FloatCC::GreaterThan, operand(0), operand(1), operand(0)),
            Code::Smallest => self.extreme(FloatCC::LessThan, operand(0), operand(1), operand(0)),
            Code::Less => self.truth(FloatCC::LessThan, operand(0), operand(1)),
            Code::AtMost => self.truth(FloatCC::LessThanOrEqual, operand(0), operand(1)),
            Code::Greater => self.truth(FloatCC::GreaterThan, operand(0), operand(1)),
            Code::AtLeast => self.truth(FloatCC::GreaterThanOrEqual, operand(0), operand(1)),
            Code::Equal => self.truth(FloatCC::Equal, operand(0), operand(1)),
            Code::Unequal => self.truth(FloatCC::NotEqual, operand(0), operand(1)),
            Code::And => {
                let (zero, second) = (self.constant(0.0), self.is_true(operand(1)));
                self.choose(FloatCC::Equal, operand(0), zero, zero, second)
            }
            Code::Or => {
                let (zero, one, second) = (self.constant(0.0), self.constant(1.0), self.is_true(operand(1)));
                self.choose(FloatCC::Equal, operand(0), zero, second, one)
            }
            Code::Not => {
                let zero = self.constant(0.0);
                self.truth(FloatCC::Equal, operand(0), zero)
            }
            Code::Select => {
                let zero = self.constant(0.0);
                self.choose(FloatCC::Equal, operand(0), zero, operand(2), operand(1))
            }
            Code::Copy => operand(0),
            Code::Negate => self.builder.ins().fneg(operand(0)),
            Code::Reciprocal => {
                let one = self.constant(1.0);
                self.builder.ins().fdiv(one, operand(0))
            }
            Code::Square => self.builder.ins().fmul(operand(0), operand(0)),
            Code::Absolute => self.builder.ins().fabs(operand(0)),
            Code::SquareRoot => self.builder.ins().sqrt(operand(0)),
            Code::PositivePart => {
                let zero = self.constant(0.0);
                self.choose(FloatCC::GreaterThan, zero, operand(0), zero, operand(0))
            }
            Code::Sign => {
                let (zero, one, minus_one) = (self.constant(0.0), self.constant(1.0), self.constant(-1.0));
                let other = self.choose(FloatCC::GreaterThan, operand(0), zero, one, operand(0));
                self.choose(FloatCC::LessThan, operand(0), zero, minus_one, other)
            }
            Code::Floor => self.builder.ins().floor(operand(0)),
            Code::Ceiling => self.builder.ins().ceil(operand(0)),
            Code::Round => self.builder.ins().nearest(operand(0)),
            Code::Truncate => self.builder.ins().trunc(operand(0)),
            Code::Unary(_) => {
                let function = self.function(code);
                let address = routines::unary as *const () as usize;
                self.number(address, &[self.call, function, operand(0)])
            }
            Code::Power => self.number(Routine::power(), &[operand(0), operand(1)]),
            Code::Binary(_) => {
                let function = self.function(code);
                let address = routines::binary as *const () as usize;
                self.number(address, &[self.call, function, operand(0), operand(1)])
            }
            Code::Exponential
            | Code::ExponentialMinusOne
            | Code::Logarithm
            | Code::LogarithmOfOnePlus
            | Code::Softplus
            | Code::HyperbolicTangent
            | Code::HyperbolicSecant
            | Code::LogisticSigmoid
            | Code::Sine
            | Code::Cosine
            | Code::Tangent
            | Code::ArcTangent
            | Code::ErrorFunction
            | Code::ComplementaryErrorFunction
            | Code::Dot
            | Code::Variadic(_) => unreachable!("plans call {code:?}"),
        }
    }

    /// The first where it compares so with the second, otherwise the second; but `unless` where that is not a number.
    fn extreme(&mut self, relation: FloatCC, a: ir::Value, b: ir::Value, unless: ir::Value) -> ir::Value {
        // Where one is not a number this is the second.
        let extreme = self.choose(relation, a, b, a, b);
        self.choose(FloatCC::Equal, unless, unless, extreme, a)
    }

    /// 1 where the first compares so with the second, otherwise 0.
    fn truth(&mut self, relation: FloatCC, a: ir::Value, b: ir::Value) -> ir::Value {
        let (one, zero) = (self.constant(1.0), self.constant(0.0));
        self.choose(relation, a, b, one, zero)
    }

    /// 0 where a number is 0, otherwise 1.
    fn is_true(&mut self, x: ir::Value) -> ir::Value {
        let zero = self.constant(0.0);
        self.truth(FloatCC::NotEqual, x, zero)
    }

    /// `yes` where the first compares so with the second, otherwise `no`; without a branch, by a mask of a vector of which
    /// the first number counts.
    fn choose(&mut self, relation: FloatCC, a: ir::Value, b: ir::Value, yes: ir::Value, no: ir::Value) -> ir::Value {
        let [a, b, yes, no] = [a, b, yes, no].map(|scalar| self.builder.ins().scalar_to_vector(types::F64X2, scalar));
        let mask = self.builder.ins().fcmp(relation, a, b);
        let mask = self.builder.ins().bitcast(types::F64X2, MemFlagsData::new(), mask);
        let chosen = self.builder.ins().bitselect(mask, yes, no);
        self.builder.ins().extractlane(chosen, 0)
    }

    /// Calls a routine for values of one elementary function.
    fn routine(&mut self, called: &[Value], place: usize) {
        let values = self.values;
        let operations = called.iter().filter_map(|&value| values.operation(value));
        let mut arguments: Vec<ir::Value> =
            operations.flat_map(|(_, operands)| operands).map(|&operand| self.value(operand)).collect();
        let Some(routine) = values.operation(called[0]).and_then(|(code, _)| Routine::of(code)) else {
            unreachable!("plans call elementary functions only");
        };
        if let &[value] = called {
            let computed = self.number(routine.one(), &arguments);
            return self.define(value, computed);
        }
        // Places without a value get any number.
        arguments.resize(Routine::WIDTH, arguments[0]);
        let to = self.pointer(Place::Scratch(place));
        arguments.push(to);
        self.invoke(routine.several(), &arguments, &[]);
        for (k, &value) in called.iter().enumerate() {
            let place = place + k;
            let loaded = self.builder.ins().load(types::F64, MemFlagsData::trusted(), self.scratch, offset(place));
            self.define(value, loaded);
        }
    }

    /// Calls the kernel of a product.
    fn product(&mut self, product: usize, Arrays { factors, sums }: Arrays) {
        let linear = self.word(&raw const self.values.products()[product].linear as usize);
        let (factors, sums) = (self.pointer(factors), self.pointer(sums));
        self.invoke(Linear::address(), &[linear, factors, sums], &[]);
    }

    /// The address of a place.
    fn pointer(&mut self, place: Place) -> ir::Value {
        let (array, place) = self.address(place);
        match place {
            0 => array,
            _ => {
                let distance = self.word(place * size_of::<f64>());
                self.builder.ins().iadd(array, distance)
            }
        }
    }

    /// Calls a routine that returns a number.
    fn number(&mut self, address: usize, arguments: &[ir::Value]) -> ir::Value {
        let call = self.invoke(address, arguments, &[AbiParam::new(types::F64)]);
        self.builder.inst_results(call)[0]
    }

    /// Calls a routine.
    fn invoke(&mut self, address: usize, arguments: &[ir::Value], returns: &[AbiParam]) -> ir::Inst {
        let signature = match self.signatures.get(&address) {
            Some(known) => *known,
            None => {
                let mut signature = Signature::new(self.convention);
                let of = |argument: &ir::Value| AbiParam::new(self.builder.func.dfg.value_type(*argument));
                signature.params = arguments.iter().map(of).collect();
                signature.returns = returns.to_vec();
                let known = self.builder.import_signature(signature);
                self.signatures.insert(address, known);
                known
            }
        };
        let callee = self.word(address);
        self.builder.ins().call_indirect(signature, callee, arguments)
    }
}

/// Where a number is in an array, in bytes. Larger arrays are refused before.
fn offset(place: usize) -> i32 {
    (place * size_of::<f64>()) as i32
}
