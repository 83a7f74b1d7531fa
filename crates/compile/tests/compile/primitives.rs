//! Every primitive against its index formula, on random shapes with sizes 0 and 1 and rank 0.

use netform_array::ElementType::{Bool, F32, F64, I64};
use netform_array::{Array, ElementType};
use netform_compile::{
    Builder, Contraction, Dim, Direction, Distribution, Family, Label, Machine, Operation, Padding, Program, Reduction,
    ReductionKind, Scan, Slicing, Symbolic, Tensor, Ties, Type, ValueId, Windows,
};
use netform_expr::{Expr, Sym};
use proptest::prelude::{Just, Strategy, any, prop, proptest};

use crate::table::{Table, Unevaluated, indices, numbers, run, run_in, slot};

fn dims(sizes: &[usize]) -> Vec<Dim> {
    sizes.iter().map(|&size| Dim::from(size)).collect()
}

/// A program of one instruction on inputs of the given types.
fn program(types: &[(ElementType, &[usize])], make: impl FnOnce(&mut Builder, &[ValueId]) -> ValueId) -> Program {
    let mut builder = Builder::new();
    let inputs: Vec<ValueId> = types
        .iter()
        .enumerate()
        .map(|(k, (element, shape))| builder.input(&format!("x{k}"), Type::of_shape(*element, shape)).unwrap())
        .collect();
    let result = make(&mut builder, &inputs);
    builder.output("y", result).unwrap();
    builder.finish()
}

/// The program's result has the shape, and at every index the element, that the formula gives. The
/// program run on symbols gives the same after the symbols are replaced by numbers.
fn check(program: &Program, inputs: &[Tensor<f64>], shape: &[usize], formula: impl Fn(&[usize]) -> f64) {
    let result = run(program, inputs).unwrap().remove(0);
    assert_eq!(result.shape(), shape, "{program}");
    for index in indices(shape) {
        let (found, expected) = (*result.get(&index).unwrap(), formula(&index));
        let close = found == expected || (found - expected).abs() <= 1e-12 * (1.0 + expected.abs());
        assert!(close, "{program}at {index:?}: {found}, not {expected}");
    }
}

fn shape(ranks: std::ops::Range<usize>) -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0usize..4, ranks)
}

fn shape_and_axis() -> impl Strategy<Value = (Vec<usize>, usize)> {
    shape(1..4).prop_flat_map(|shape| {
        let rank = shape.len();
        (Just(shape), 0..rank)
    })
}

fn shape_and_axes() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    (shape(0..4), any::<[bool; 4]>())
        .prop_map(|(shape, chosen)| (shape.clone(), (0..shape.len()).filter(|&axis| chosen[axis]).collect()))
}

proptest! {
    #[test]
    fn map(shape in shape(0..4)) {
        let (a, b) = (numbers(&shape, 1), numbers(&shape, 2));
        let body = Expr::call(Sym::Plus, [slot(1), Expr::call(Sym::Times, [Expr::real(2.0), slot(2)]), Sym::Pi.into()]);
        let p = program(&[(F64, &shape), (F64, &shape)], |builder, x| builder.map(body, F64, x).unwrap());
        check(&p, &[a.clone(), b.clone()], &shape, |i| {
            a.get(i).unwrap() + 2.0 * b.get(i).unwrap() + std::f64::consts::PI
        });
    }

    #[test]
    fn reduce((shape, axes) in shape_and_axes()) {
        let a = numbers(&shape, 3);
        let kept: Vec<usize> = (0..shape.len()).filter(|axis| !axes.contains(axis)).collect();
        let result: Vec<usize> = kept.iter().map(|&axis| shape[axis]).collect();
        let group = |i: &[usize]| -> Vec<f64> {
            indices(&shape)
                .iter()
                .filter(|full| kept.iter().zip(i).all(|(&axis, &at)| full[axis] == at))
                .map(|full| *a.get(full).unwrap())
                .collect()
        };
        for (kind, fold) in [
            (ReductionKind::Sum, (|x| x.iter().sum()) as fn(&[f64]) -> f64),
            (ReductionKind::Product, |x| x.iter().product()),
            (ReductionKind::Max, |x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            (ReductionKind::Min, |x| x.iter().copied().fold(f64::INFINITY, f64::min)),
        ] {
            let p = program(&[(F64, &shape)], |builder, x| builder.reduce(kind, &axes, x[0]).unwrap());
            check(&p, std::slice::from_ref(&a), &result, |i| fold(&group(i)));
        }
        if !group(&vec![0; result.len()]).is_empty() {
            let p = program(&[(F64, &shape)], |builder, x| builder.reduce(ReductionKind::ArgMax, &axes, x[0]).unwrap());
            check(&p, std::slice::from_ref(&a), &result, |i| {
                let group = group(i);
                let largest = group.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                group.iter().position(|&x| x == largest).unwrap() as f64 + 1.0
            });
        }
    }

    #[test]
    fn contract_general(sizes in shape(4..5), flip in any::<bool>()) {
        // r[c, a] = sum over b, d of x[a, b, b] y[d, c, b] z[d]
        let (a, b, c, d) = (sizes[0], sizes[1], sizes[2], sizes[3]);
        let (x, y, z) = (numbers(&[a, b, b], 1), numbers(&[d, c, b], 2), numbers(&[d], 3));
        let labels = if flip { "abb,dcb,d->ca" } else { "xyy,wzy,w->zx" };
        let p = program(&[(F64, &[a, b, b]), (F64, &[d, c, b]), (F64, &[d])], |builder, v| builder.einsum(labels, v).unwrap());
        check(&p, &[x.clone(), y.clone(), z.clone()], &[c, a], |i| {
            indices(&[b, d])
                .iter()
                .map(|s| x.get(&[i[1], s[0], s[0]]).unwrap() * y.get(&[s[1], i[0], s[0]]).unwrap() * z.get(&[s[1]]).unwrap())
                .sum()
        });
    }

    #[test]
    fn transpose_reverse_broadcast(shape in shape(3..4), extra in 0usize..4) {
        let a = numbers(&shape, 5);
        let p = program(&[(F64, &shape)], |builder, x| {
            let t = builder.transpose(&[2, 0, 1], x[0]).unwrap();
            let r = builder.reverse(&[0, 2], t).unwrap();
            builder.broadcast(dims(&[shape[2], extra, shape[0], shape[1]]), &[0, 2, 3], r).unwrap()
        });
        check(&p, std::slice::from_ref(&a), &[shape[2], extra, shape[0], shape[1]], |i| {
            *a.get(&[i[2], shape[1] - 1 - i[3], shape[2] - 1 - i[0]]).unwrap()
        });
    }

    #[test]
    fn broadcasting_extends_size_one(rows in 0usize..4, columns in 0usize..4) {
        let a = numbers(&[rows, 1], 5);
        let p = program(&[(F64, &[rows, 1])], |builder, x| builder.broadcast(dims(&[rows, columns]), &[0, 1], x[0]).unwrap());
        check(&p, std::slice::from_ref(&a), &[rows, columns], |i| *a.get(&[i[0], 0]).unwrap());
    }

    #[test]
    fn slice_and_pad((shape, axis) in shape_and_axis(), start in 0usize..3, step in 1usize..3, count in 0usize..3) {
        let mut long = shape.clone();
        long[axis] += start + step * count;
        let a = numbers(&long, 6);
        let rank = shape.len();
        let on_axis = |value: usize, otherwise: usize| (0..rank).map(|k| if k == axis { value } else { otherwise }).collect::<Vec<_>>();
        let mut result = long.clone();
        result[axis] = count;
        let slicing = Slicing { start: dims(&on_axis(start, 0)).into(), step: on_axis(step, 1).into(), size: dims(&result).into() };
        let p = program(&[(F64, &long)], |builder, x| builder.slice(slicing, x[0]).unwrap());
        check(&p, std::slice::from_ref(&a), &result, |i| {
            let mut source = i.to_vec();
            source[axis] = start + step * i[axis];
            *a.get(&source).unwrap()
        });

        let b = numbers(&result, 7);
        let padding = Padding {
            low: dims(&on_axis(start, 0)).into(),
            high: dims(&on_axis(1, 0)).into(),
            interior: on_axis(step - 1, 0).into(),
        };
        let p = program(&[(F64, &result), (F64, &[])], |builder, x| builder.pad(padding, x[0], x[1]).unwrap());
        let mut padded = result.clone();
        padded[axis] = start + 1 + if count == 0 { 0 } else { step * (count - 1) + 1 };
        check(&p, &[b.clone(), Tensor::scalar(9.0)], &padded, |i| {
            let mut source = i.to_vec();
            let inside = i[axis] >= start && (i[axis] - start).is_multiple_of(step) && (i[axis] - start) / step < count;
            source[axis] = i[axis].saturating_sub(start) / step;
            if inside { *b.get(&source).unwrap() } else { 9.0 }
        });
    }

    #[test]
    fn concatenate((shape, axis) in shape_and_axis(), more in 0usize..3) {
        let mut other = shape.clone();
        other[axis] = more;
        let (a, b) = (numbers(&shape, 8), numbers(&other, 9));
        let p = program(&[(F64, &shape), (F64, &other)], |builder, x| builder.concatenate(axis, x).unwrap());
        let mut result = shape.clone();
        result[axis] += more;
        check(&p, &[a.clone(), b.clone()], &result, |i| {
            let mut source = i.to_vec();
            if i[axis] < shape[axis] { return *a.get(i).unwrap() }
            source[axis] -= shape[axis];
            *b.get(&source).unwrap()
        });
    }

    #[test]
    fn gather_and_scatter_add((mut shape, axis) in shape_and_axis(), picks in prop::collection::vec(0usize..100, 0..5)) {
        shape[axis] += 1;
        let size = shape[axis];
        let picks: Vec<usize> = picks.iter().map(|pick| pick % size).collect();
        let positions = Tensor::new(&[picks.len()], picks.iter().map(|&pick| (pick + 1) as f64).collect()).unwrap();
        let a = numbers(&shape, 10);
        let p = program(&[(F64, &shape), (I64, &[picks.len()])], |builder, x| builder.gather(axis, x[0], x[1]).unwrap());
        let mut gathered = shape.clone();
        gathered[axis] = picks.len();
        check(&p, &[a.clone(), positions.clone()], &gathered, |i| {
            let mut source = i.to_vec();
            source[axis] = picks[i[axis]];
            *a.get(&source).unwrap()
        });

        let updates = numbers(&gathered, 11);
        let types: [(ElementType, &[usize]); 3] = [(F64, &shape), (I64, &[picks.len()]), (F64, &gathered)];
        let p = program(&types, |builder, x| builder.scatter_add(axis, x[0], x[1], x[2]).unwrap());
        check(&p, &[a.clone(), positions, updates.clone()], &shape, |i| {
            let added: f64 = (0..picks.len())
                .filter(|&k| picks[k] == i[axis])
                .map(|k| {
                    let mut source = i.to_vec();
                    source[axis] = k;
                    *updates.get(&source).unwrap()
                })
                .sum();
            a.get(i).unwrap() + added
        });
    }

    #[test]
    fn window_and_overlap_add(rows in 0usize..7, columns in 0usize..3, size in 1usize..4, stride in 1usize..3, dilation in 1usize..3) {
        let windows = || Windows {
            axes: [0].as_slice().into(), sizes: dims(&[size]).into(),
            strides: [stride].as_slice().into(), dilations: [dilation].as_slice().into(),
        };
        let reach = dilation * (size - 1) + 1;
        let count = if rows < reach { 0 } else { (rows - reach) / stride + 1 };
        let a = numbers(&[rows, columns], 12);
        let p = program(&[(F64, &[rows, columns])], |builder, x| builder.window(windows(), x[0]).unwrap());
        check(&p, std::slice::from_ref(&a), &[count, columns, size], |i| {
            *a.get(&[stride * i[0] + dilation * i[2], i[1]]).unwrap()
        });

        let w = numbers(&[count, columns, size], 13);
        let p = program(&[(F64, &[count, columns, size])], |builder, x| builder.overlap_add(windows(), x[0]).unwrap());
        let length = if count == 0 { 0 } else { stride * (count - 1) + reach };
        check(&p, std::slice::from_ref(&w), &[length, columns], |i| {
            indices(&[count, size])
                .iter()
                .filter(|k| stride * k[0] + dilation * k[1] == i[0])
                .map(|k| w.get(&[k[0], i[1], k[1]]).unwrap())
                .sum()
        });
    }

    #[test]
    fn order_sorts((shape, axis) in shape_and_axis()) {
        let a = numbers(&shape, 14);
        let p = program(&[(F64, &shape)], |builder, x| builder.order(axis, x[0]).unwrap());
        check(&p, std::slice::from_ref(&a), &shape, |i| {
            let at = |k: usize| { let mut index = i.to_vec(); index[axis] = k; *a.get(&index).unwrap() };
            let mut places: Vec<usize> = (0..shape[axis]).collect();
            places.sort_by(|&p, &q| at(p).total_cmp(&at(q)));
            places[i[axis]] as f64 + 1.0
        });
    }

    #[test]
    fn scan_is_a_loop(length in 0usize..5, width in 0usize..3, backward in any::<bool>()) {
        // s' = 2 s + c x, y = s' + 1
        let mut body = Builder::new();
        let vector = || Type::of_shape(F64, &[width]);
        let (s, x, c) = (body.input("s", vector()).unwrap(), body.input("x", vector()).unwrap(), body.input("c", vector()).unwrap());
        let times = |a: Expr, b: Expr| Expr::call(Sym::Times, [a, b]);
        let next = Expr::call(Sym::Plus, [times(Expr::integer(2), slot(1)), times(slot(2), slot(3))]);
        let next = body.map(next, F64, &[s, x, c]).unwrap();
        let y = body.map(Expr::call(Sym::Plus, [slot(1), Expr::integer(1)]), F64, &[next]).unwrap();
        body.output("s", next).unwrap();
        body.output("y", y).unwrap();
        let direction = if backward { Direction::Backward } else { Direction::Forward };
        let scan = Scan { body: body.finish(), states: 1, sequences: 1, length: Dim::from(length), direction };

        let inputs = [numbers(&[width], 1), numbers(&[length, width], 2), numbers(&[width], 3)];
        let mut states: Vec<Vec<f64>> = vec![inputs[0].to_vec()];
        let mut outputs = vec![vec![0.0; width]; length];
        for turn in 0..length {
            let place = if backward { length - 1 - turn } else { turn };
            let state: Vec<f64> = (0..width)
                .map(|k| 2.0 * states[turn][k] + inputs[1].get(&[place, k]).unwrap() * inputs[2].get(&[k]).unwrap())
                .collect();
            outputs[place] = state.iter().map(|s| s + 1.0).collect();
            states.push(state);
        }
        for result in 0..2 {
            let types: [(ElementType, &[usize]); 3] = [(F64, &[width]), (F64, &[length, width]), (F64, &[width])];
            let p = program(&types, |builder, v| builder.scan(scan.clone(), v).unwrap()[result]);
            let shape = if result == 0 { vec![width] } else { vec![length, width] };
            check(&p, &inputs, &shape, |i| if result == 0 { states[length][i[0]] } else { outputs[i[0]][i[1]] });
        }
    }
}

#[test]
fn iota_select_convert_and_constants() {
    let p = program(&[], |builder, _| builder.iota(dims(&[2, 3]), 1).unwrap());
    check(&p, &[], &[2, 3], |i| i[1] as f64 + 1.0);

    let p = program(&[(Bool, &[3]), (F64, &[3]), (F64, &[3])], |builder, x| builder.select(x[0], x[1], x[2]).unwrap());
    let condition = Tensor::new(&[3], vec![1.0, 0.0, 1.0]).unwrap();
    check(&p, &[condition, numbers(&[3], 1), numbers(&[3], 2)], &[3], |i| {
        *numbers(&[3], if i[0] == 1 { 2 } else { 1 }).get(i).unwrap()
    });

    let p = program(&[(F64, &[2])], |builder, x| builder.convert(I64, x[0]).unwrap());
    check(&p, &[Tensor::new(&[2], vec![-1.5, 2.5]).unwrap()], &[2], |i| [-1.0, 2.0][i[0]]);

    let p = program(&[], |builder, _| builder.constant(Array::from_i64([2, 0], vec![]).unwrap()).unwrap());
    check(&p, &[], &[2, 0], |_| 0.0);
}

#[test]
fn single_precision_is_rounded_after_every_operation() {
    let body = Expr::call(Sym::Plus, [Expr::call(Sym::Times, [slot(1), slot(1)]), Expr::real(0.1)]);
    let p = program(&[(F32, &[1])], |builder, x| builder.map(body, F32, x).unwrap());
    let x = 1.1f32;
    check(&p, &[Tensor::new(&[1], vec![f64::from(x)]).unwrap()], &[1], |_| f64::from(x * x + 0.1f32));

    let p = program(&[(F32, &[3]), (F32, &[3])], |builder, x| builder.einsum("i,i->", x).unwrap());
    let data = [1.1f32, 2.3, -0.7];
    let tensor = Tensor::new(&[3], data.iter().map(|&x| f64::from(x)).collect()).unwrap();
    let expected = data.iter().fold(0.0f32, |sum, x| sum + x * x);
    check(&p, &[tensor.clone(), tensor], &[], |_| f64::from(expected));
}

#[test]
fn random_draws_depend_on_label_and_position_only() {
    let p = program(&[], |builder, _| {
        let distribution = Distribution { family: Family::Uniform, parameters: Vec::new() };
        builder.random(Expr::string("Mask"), distribution, Type::of_shape(F64, &[3, 2])).unwrap()
    });
    let draw = |seed: u64| run_in(&p, &mut Machine::new(&mut Table).with_seed(seed), &[]).remove(0).to_vec();
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let named = run_in(&p, &mut Symbolic::new(&mut Unevaluated), &[]).remove(0);
    let mask = Expr::call(Sym::MatrixSymbol, [Expr::string("Mask"), Expr::list([Expr::integer(3), Expr::integer(2)])]);
    let expected = Expr::call(Sym::Indexed, [mask, Expr::list([Expr::integer(3), Expr::integer(1)])]);
    assert_eq!(named.get(&[2, 0]), Some(&expected));
}

#[test]
fn symbols_give_closed_forms() {
    let p = program(&[(F64, &[1, 2]), (F64, &[2])], |builder, x| builder.einsum("ij,j->i", x).unwrap());
    let symbol = |name: &str| Expr::symbol(&format!("Global`{name}"));
    let w = Tensor::new(&[1, 2], vec![Expr::integer(3), symbol("w")]).unwrap();
    let x = Tensor::new(&[2], vec![symbol("x"), symbol("y")]).unwrap();
    let result = run_in(&p, &mut Symbolic::new(&mut Unevaluated), &[w, x]).remove(0);
    let times = |a: Expr, b: Expr| Expr::call(Sym::Times, [a, b]);
    let sum = Expr::call(Sym::Plus, [times(Expr::integer(3), symbol("x")), times(symbol("w"), symbol("y"))]);
    assert_eq!(Symbolic::list(&result), Expr::list([sum]));

    let p = program(&[(F64, &[2]), (I64, &[])], |builder, x| builder.gather(0, x[0], x[1]).unwrap());
    let source = Tensor::new(&[2], vec![symbol("x"), symbol("y")]).unwrap();
    let result = run_in(&p, &mut Symbolic::new(&mut Unevaluated), &[source, Tensor::scalar(symbol("i"))]).remove(0);
    let list = Expr::list([symbol("x"), symbol("y")]);
    assert_eq!(Symbolic::list(&result), Expr::call(Sym::Indexed, [list, symbol("i")]));
}

#[test]
fn symbolic_sizes_follow_from_inputs() {
    let n = Expr::symbol("Global`n");
    let mut builder = Builder::new();
    let x = builder.input("x", Type::new(F64, [Dim::symbol(n.clone())])).unwrap();
    let sum = builder.reduce(ReductionKind::Sum, &[0], x).unwrap();
    let body = Expr::call(Sym::Times, [slot(1), Expr::call(Sym::Power, [n.clone(), Expr::integer(-1)])]);
    let mean = builder.map(body, F64, &[sum]).unwrap();
    let first = builder.slice_axis(0, Dim::from(1), Dim::from(2), x).unwrap();
    builder.output("mean", mean).unwrap();
    builder.output("part", first).unwrap();
    let p = builder.finish();
    assert_eq!(p.requirements().iter().map(ToString::to_string).collect::<Vec<_>>(), ["3 <= n for slice"]);
    let results = run(&p, &[Tensor::new(&[4], vec![1.0, 2.0, 3.0, 6.0]).unwrap()]).unwrap();
    assert_eq!((results[0].to_vec(), results[1].to_vec()), (vec![3.0], vec![2.0, 3.0]));
    assert!(run(&p, &[numbers(&[2], 1)]).is_err());
    assert!(run(&p, &[numbers(&[0], 1)]).is_err());
    assert!(run(&p, &[numbers(&[4, 4], 1)]).is_err());
}

#[test]
fn wrong_positions_and_unknown_functions_are_errors() {
    let p = program(&[(F64, &[2]), (I64, &[])], |builder, x| builder.gather(0, x[0], x[1]).unwrap());
    for position in [0.0, 3.0, -1.0, 1.5, f64::NAN] {
        assert!(run(&p, &[numbers(&[2], 1), Tensor::scalar(position)]).is_err(), "{position}");
    }
    let body = Expr::normal(Expr::symbol("Global`f"), [slot(1)]);
    let p = program(&[(F64, &[])], |builder, x| builder.map(body, F64, x).unwrap());
    assert!(run(&p, &[Tensor::scalar(1.0)]).is_err());
    let p = program(&[(F64, &[0])], |builder, x| builder.reduce(ReductionKind::ArgMax, &[0], x[0]).unwrap());
    assert!(run(&p, &[numbers(&[0], 1)]).is_err());
}

#[test]
fn contractions_that_differ_in_names_are_equal() {
    let make = |text: &str| program(&[(F64, &[2, 2]), (F64, &[2])], |builder, x| builder.einsum(text, x).unwrap());
    assert_eq!(make("ij,j->i"), make("qr,r->q"));
    assert_ne!(make("ij,j->i"), make("ij,i->j"));
    let contraction =
        Contraction { operands: vec![[Label(7)].as_slice().into()], result: [Label(7)].as_slice().into() };
    assert_eq!(contraction.renumbered().result.as_slice(), [Label(0)]);
}

#[test]
fn exact_numbers_stay_exact() {
    let p = program(&[(F64, &[3]), (F64, &[3])], |builder, x| builder.einsum("i,i->", x).unwrap());
    let third = Expr::number(netform_expr::Number::rational(&1.into(), &3.into()).unwrap());
    let x = Tensor::new(&[3], vec![third.clone(), Expr::integer(2), Expr::integer(0)]).unwrap();
    let y = Tensor::new(&[3], vec![Expr::integer(3), third, Expr::integer(7)]).unwrap();
    let result = run_in(&p, &mut Symbolic::new(&mut Unevaluated), &[x, y]).remove(0);
    let expected = Expr::number(netform_expr::Number::rational(&5.into(), &3.into()).unwrap());
    assert_eq!(Symbolic::list(&result), expected);
}

#[test]
fn ties_are_an_attribute() {
    let reduction = Reduction { kind: ReductionKind::Max, axes: [0].as_slice().into(), ties: Ties::Shared };
    let p = program(&[(F64, &[2])], |builder, x| builder.emit(Operation::Reduce(reduction), [x[0]]).unwrap()[0]);
    assert!(p.to_string().contains("reduce max axes [0] shared %0"), "{p}");
}
