//! Contraction against the sum written out.

use std::collections::BTreeMap;

use netform_array::{Layout, View};
use netform_kernels::{ContractError, contract};
use proptest::prelude::{Strategy, prop, prop_assert_eq, proptest};

/// The definition: loop over the labels of the result, then over the others in order of first
/// occurrence, and add products.
fn naive(operands: &[View<'_, f64>], labels: &[&[usize]], result: &[usize]) -> Vec<f64> {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut order: Vec<usize> = result.to_vec();
    for (view, names) in operands.iter().zip(labels) {
        for (&label, &size) in names.iter().zip(view.shape()) {
            sizes.insert(label, size);
            if !order.contains(&label) {
                order.push(label);
            }
        }
    }
    let shape = |names: &[usize]| names.iter().map(|label| sizes[label]).collect::<Vec<_>>();
    let mut sums = vec![0.0; shape(result).iter().product()];
    let all = Layout::row_major(&shape(&order)).unwrap();
    let per_sum = shape(&order[result.len()..]).iter().product::<usize>();
    for step in 0..all.len() {
        let mut rest = step;
        let mut index = BTreeMap::new();
        for label in order.iter().rev() {
            index.insert(*label, rest % sizes[label]);
            rest /= sizes[label];
        }
        let product = operands
            .iter()
            .zip(labels)
            .map(|(view, names)| *view.get(&names.iter().map(|label| index[label]).collect::<Vec<_>>()).unwrap())
            .reduce(|a, b| a * b)
            .unwrap_or(1.0);
        sums[step / per_sum] += product;
    }
    sums
}

fn values(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f64 / 97.0 - 5.0).collect()
}

fn case() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<usize>, Vec<usize>)> {
    let operands = prop::collection::vec(prop::collection::vec(0usize..4, 0..4), 0..4);
    (operands, prop::collection::vec(0usize..4, 4), prop::collection::vec(0usize..4, 0..4))
}

proptest! {
    #[test]
    fn equals_the_sum_written_out((labels, sizes, mut result) in case()) {
        result.sort();
        result.dedup();
        result.retain(|label| labels.iter().flatten().any(|l| l == label));
        let data: Vec<Vec<f64>> = labels
            .iter()
            .enumerate()
            .map(|(k, names)| values(names.iter().map(|&l| sizes[l]).product(), k))
            .collect();
        let views: Vec<View<'_, f64>> = labels
            .iter()
            .zip(&data)
            .map(|(names, data)| View::contiguous(data, &names.iter().map(|&l| sizes[l]).collect::<Vec<_>>()).unwrap())
            .collect();
        let labels: Vec<&[usize]> = labels.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(contract(&views, &labels, &result).unwrap(), naive(&views, &labels, &result));
    }
}

#[test]
fn strided_operands_are_read_in_place() {
    let data = values(12, 3);
    let view = View::contiguous(&data, &[3, 4]).unwrap().transpose(&[1, 0]).unwrap().reverse(0).unwrap();
    let labels: [&[usize]; 2] = [&[0, 1], &[2, 1]];
    let operands = [view.clone(), view];
    assert_eq!(contract(&operands, &labels, &[2, 0]).unwrap(), naive(&operands, &labels, &[2, 0]));
}

#[test]
fn misfits_are_errors() {
    let data = [1.0f64; 6];
    let view = View::contiguous(&data, &[2, 3]).unwrap();
    let attempt = |labels: &[&[usize]], result: &[usize]| contract(&[view.clone(), view.clone()], labels, result);
    assert_eq!(
        attempt(&[&[0, 1], &[1, 2]], &[0, 2]),
        Err(ContractError::SizesDiffer { label: 1, first: 3, second: 2 })
    );
    assert_eq!(attempt(&[&[0, 1], &[1]], &[0]), Err(ContractError::LabelCount { operand: 1 }));
    assert_eq!(attempt(&[&[0, 1]], &[0]), Err(ContractError::OperandCount { labels: 1, operands: 2 }));
    assert_eq!(attempt(&[&[0, 1], &[0, 1]], &[5]), Err(ContractError::ResultLabel { label: 5 }));
    assert_eq!(attempt(&[&[0, 1], &[0, 1]], &[0, 0]), Err(ContractError::ResultLabel { label: 0 }));
}
