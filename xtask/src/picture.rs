//! The table of `cargo xtask bench` as a picture: a bar for each row, as long as the ratio of our time to that of the
//! fastest peer.

use std::fmt::Write as _;

/// The times of a row in seconds.
pub(crate) struct Bars {
    /// Its name, without characters that mean something in SVG.
    pub(crate) row: String,
    /// Our time.
    pub(crate) ours: f64,
    /// That of the fastest peer, if there is one.
    pub(crate) theirs: Option<f64>,
}

/// Places in units of the picture: where bars begin, the length of the ratio 1, and the height of a row.
const LEFT: f64 = 90.0;
const ONE: f64 = 240.0;
const HEIGHT: f64 = 22.0;
/// Longer bars are cut, since their numbers stand behind them.
const LONGEST: f64 = 1.6;

/// The picture.
pub(crate) fn picture(rows: &[Bars]) -> String {
    let (width, height) = (LEFT + ONE * LONGEST + 170.0, HEIGHT * (rows.len() as f64 + 1.0));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n"
    );
    for (place, Bars { row, ours, theirs }) in rows.iter().enumerate() {
        let top = HEIGHT * place as f64;
        let text = top + 0.7 * HEIGHT;
        let ratio = theirs.map(|theirs| ours / theirs);
        let length = ONE * ratio.unwrap_or(0.0).min(LONGEST);
        let colour = if ratio.is_some_and(|ratio| ratio > 1.0) { "#c0504d" } else { "#4f81bd" };
        let numbers = match (ratio, theirs) {
            (Some(ratio), Some(theirs)) => format!("{ratio:.2} ({:.2} to {:.2} us)", ours * 1e6, theirs * 1e6),
            _ => format!("{:.2} us", ours * 1e6),
        };
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{text:.1}\" text-anchor=\"end\">{row}</text>", LEFT - 6.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>",
            top + 0.15 * HEIGHT,
            0.7 * HEIGHT
        );
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{text:.1}\">{numbers}</text>", LEFT + length + 6.0);
    }
    let (one, bottom) = (LEFT + ONE, HEIGHT * rows.len() as f64);
    let _ = writeln!(svg, "<path d=\"M{one} 0V{bottom}\" stroke=\"#333\" stroke-dasharray=\"3 3\"/>");
    let _ = writeln!(
        svg,
        "<text x=\"{one}\" y=\"{:.1}\" text-anchor=\"middle\">as long as the fastest peer</text>",
        bottom + 0.7 * HEIGHT
    );
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::{Bars, picture};

    #[test]
    fn bars_are_as_long_as_ratios() {
        let row = |row: &str, ours: f64, theirs: Option<f64>| Bars { row: row.to_owned(), ours, theirs };
        let svg = picture(&[row("a", 1e-6, Some(2e-6)), row("b", 9e-6, Some(1e-6)), row("c", 1e-6, None)]);
        let widths: Vec<&str> = svg.split("width=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(widths, ["120.0", "384.0", "0.0"]);
        assert!(svg.contains("0.50 (1.00 to 2.00 us)") && svg.contains("9.00 (9.00 to 1.00 us)"), "{svg}");
    }
}
