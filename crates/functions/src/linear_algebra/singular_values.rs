//! Singular values of machine matrices, by one-sided Jacobi rotations (Hestenes, 1958): the columns
//! are rotated in pairs until all are orthogonal; their lengths are the singular values.

/// The largest singular value of a matrix in row-major order.
pub(super) fn greatest_singular_value(matrix: &[f64], rows: usize, columns: usize) -> f64 {
    const SWEEPS: usize = 60;
    let mut vectors: Vec<Vec<f64>> =
        (0..columns).map(|j| (0..rows).map(|i| matrix[i * columns + j]).collect()).collect();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..columns {
            for q in p + 1..columns {
                let (left, right) = vectors.split_at_mut(q);
                rotated |= make_orthogonal(&mut left[p], &mut right[0]);
            }
        }
        if !rotated {
            break;
        }
    }
    vectors.iter().map(|v| dot(v, v).sqrt()).fold(0.0, f64::max)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Rotates two vectors in their plane; whether they were not orthogonal before.
fn make_orthogonal(a: &mut [f64], b: &mut [f64]) -> bool {
    let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
    if ab.abs() <= f64::EPSILON * (aa * bb).sqrt() || ab == 0.0 {
        return false;
    }
    let ratio = (bb - aa) / (2.0 * ab);
    let tangent = ratio.signum() / (ratio.abs() + ratio.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for (x, y) in a.iter_mut().zip(b) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::greatest_singular_value;

    #[test]
    fn a_small_matrix_by_its_closed_form() {
        let value = greatest_singular_value(&[1.0, 2.0, 3.0, 4.0], 2, 2);
        assert!((value - (15.0 + 221.0_f64.sqrt()).sqrt()).abs() < 1e-14);
    }
}
