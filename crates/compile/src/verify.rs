//! Checks that a program is one: types, shapes, definitions before uses, bodies.

use crate::infer::{TypeError, infer};
use crate::program::{Operation, Program, Type, ValueId};

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// An operand is not defined before it is used.
    #[error("instruction {instruction}: {value} is used before it is defined")]
    UseBeforeDefinition {
        /// The place of the instruction.
        instruction: usize,
        /// The value.
        value: ValueId,
    },
    /// The results of an instruction are not the next values in order.
    #[error("instruction {instruction}: its results are not numbered in order")]
    Numbering {
        /// The place of the instruction.
        instruction: usize,
    },
    /// An operation is not legal on its operands.
    #[error("instruction {instruction}: {error}")]
    Type {
        /// The place of the instruction.
        instruction: usize,
        /// Why it is not legal.
        error: TypeError,
    },
    /// A value has not the type that its instruction gives.
    #[error("instruction {instruction}: {value} has type {found}, but its instruction gives {expected}")]
    WrongType {
        /// The place of the instruction.
        instruction: usize,
        /// The value.
        value: ValueId,
        /// The type that follows from the operands.
        expected: Type,
        /// The type that the program states.
        found: Type,
    },
    /// The number of types differs from the number of values.
    #[error("there are {types} types for {values} values")]
    TypeCount {
        /// The number of types.
        types: usize,
        /// The number of values that instructions define.
        values: usize,
    },
    /// The list of inputs is not that of the input instructions.
    #[error("the list of inputs does not agree with the instructions")]
    Inputs,
    /// An output names no value.
    #[error("output {name} is {value}, which is not defined")]
    Output {
        /// The name of the output.
        name: String,
        /// The missing value.
        value: ValueId,
    },
    /// Something that must hold of the sizes is not stated.
    #[error("the requirements of the instructions are not all stated")]
    Requirements,
    /// Something is wrong in the body of a scan.
    #[error("instruction {instruction}, in its body: {error}")]
    Body {
        /// The place of the scan.
        instruction: usize,
        /// What is wrong there.
        error: Box<VerifyError>,
    },
}

/// Checks a program and the bodies within it.
///
/// # Errors
/// Everything that is wrong, in order.
pub fn verify(program: &Program) -> Result<(), Vec<VerifyError>> {
    let mut errors = Vec::new();
    let mut defined = 0usize;
    let mut inputs = Vec::new();
    let mut requirements = Vec::new();
    for (place, instruction) in program.instructions.iter().enumerate() {
        if let Operation::Scan(scan) = &instruction.operation
            && let Err(inner) = verify(&scan.body)
        {
            errors.extend(inner.into_iter().map(|error| VerifyError::Body { instruction: place, error: error.into() }));
        }
        let missing = instruction.operands.iter().find(|operand| operand.index() >= defined);
        if let Some(&value) = missing {
            errors.push(VerifyError::UseBeforeDefinition { instruction: place, value });
        }
        let first = defined as u32;
        let in_order = instruction.results.iter().zip(first..).all(|(result, expected)| result.0 == expected);
        if !in_order {
            errors.push(VerifyError::Numbering { instruction: place });
        }
        defined += instruction.results.len();
        if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
            inputs.extend_from_slice(&instruction.results);
        }
        let known = instruction.operands.iter().all(|operand| operand.index() < program.types.len());
        if missing.is_some() || !in_order || !known || defined > program.types.len() {
            continue;
        }
        let operands: Vec<&Type> = instruction.operands.iter().map(|&operand| program.type_of(operand)).collect();
        match infer(&instruction.operation, &operands, &mut requirements) {
            Err(error) => errors.push(VerifyError::Type { instruction: place, error }),
            Ok(types) if types.len() != instruction.results.len() => {
                errors.push(VerifyError::Numbering { instruction: place });
            }
            Ok(types) => {
                for (expected, &value) in types.into_iter().zip(&instruction.results) {
                    let found = program.type_of(value);
                    if expected != *found {
                        let found = found.clone();
                        errors.push(VerifyError::WrongType { instruction: place, value, expected, found });
                    }
                }
            }
        }
    }
    if defined != program.types.len() {
        errors.push(VerifyError::TypeCount { types: program.types.len(), values: defined });
    }
    if inputs != program.inputs {
        errors.push(VerifyError::Inputs);
    }
    for output in program.outputs.iter().filter(|output| output.value.index() >= defined) {
        errors.push(VerifyError::Output { name: output.name.to_string(), value: output.value });
    }
    if requirements.iter().any(|requirement| !program.requirements.contains(requirement)) {
        errors.push(VerifyError::Requirements);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use netform_array::ElementType::{F64, I64};

    use super::{VerifyError, verify};
    use crate::program::{Builder, Direction, Operation, Program, Scan, Type, ValueId};

    fn product() -> Program {
        let mut builder = Builder::new();
        let a = builder.input("a", Type::of_shape(F64, &[2, 3])).expect("an input");
        let b = builder.input("b", Type::of_shape(F64, &[3])).expect("an input");
        let c = builder.einsum("ij,j->i", &[a, b]).expect("a product");
        builder.output("c", c).expect("an output");
        builder.finish()
    }

    /// The errors after a change of a valid program.
    fn broken(change: impl FnOnce(&mut Program)) -> Vec<VerifyError> {
        let mut program = product();
        assert_eq!(verify(&program), Ok(()));
        change(&mut program);
        verify(&program).expect_err("the program is broken")
    }

    #[test]
    fn wrong_types_are_found() {
        let errors = broken(|program| program.types[2] = Type::of_shape(F64, &[3]));
        assert!(matches!(errors.as_slice(), [VerifyError::WrongType { value: ValueId(2), .. }]), "{errors:?}");
        let errors = broken(|program| program.types[1] = Type::of_shape(I64, &[3]));
        assert!(matches!(errors.as_slice(), [VerifyError::WrongType { .. }, VerifyError::Type { .. }]), "{errors:?}");
        let errors = broken(|program| program.types.truncate(2));
        assert!(errors.contains(&VerifyError::TypeCount { types: 2, values: 3 }), "{errors:?}");
    }

    #[test]
    fn wrong_operands_are_found() {
        let errors = broken(|program| program.instructions[2].operands[0] = ValueId(2));
        assert_eq!(errors, [VerifyError::UseBeforeDefinition { instruction: 2, value: ValueId(2) }]);
        let errors = broken(|program| program.instructions[2].operands[0] = ValueId(77));
        assert_eq!(errors, [VerifyError::UseBeforeDefinition { instruction: 2, value: ValueId(77) }]);
        let errors = broken(|program| program.instructions[2].operands.truncate(1));
        assert!(matches!(errors.as_slice(), [VerifyError::Type { instruction: 2, .. }]), "{errors:?}");
        let errors = broken(|program| program.instructions.swap(0, 1));
        assert!(errors.contains(&VerifyError::Numbering { instruction: 0 }), "{errors:?}");
    }

    #[test]
    fn wrong_ports_are_found() {
        assert_eq!(broken(|program| program.inputs.reverse()), [VerifyError::Inputs]);
        let errors = broken(|program| program.outputs[0].value = ValueId(3));
        assert_eq!(errors, [VerifyError::Output { name: "c".into(), value: ValueId(3) }]);
    }

    #[test]
    fn wrong_bodies_are_found() {
        let mut body = product();
        body.types[2] = Type::of_shape(F64, &[5]);
        let mut builder = Builder::new();
        let n = builder.input("n", Type::of_shape(F64, &[2, 3])).expect("an input");
        builder.output("n", n).expect("an output");
        let mut program = builder.finish();
        let scan = Scan { body, states: 0, sequences: 0, length: 2.into(), direction: Direction::Forward };
        let mut instruction = program.instructions[0].clone();
        instruction.operation = Operation::Scan(Box::new(scan));
        instruction.operands.push(ValueId(0));
        instruction.results[0] = ValueId(1);
        program.instructions.push(instruction);
        program.types.push(Type::of_shape(F64, &[2, 2]));
        let errors = verify(&program).expect_err("the body is broken");
        assert!(matches!(errors.as_slice(), [VerifyError::Body { .. }, VerifyError::Type { .. }]), "{errors:?}");
    }
}
