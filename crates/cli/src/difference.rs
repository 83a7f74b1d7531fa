//! How far arrays are apart.

/// In the language: ``Command`difference[a, b]`` is the largest difference and the largest number of `b`, or a text that says why
/// there are none. Truth values are the numbers 1 and 0; elements that are infinite or undefined in both are equal.
pub(crate) const DIFFERENCE: &str = r#"
Command`numbers[a_] := N[a /. {True -> 1, False -> 0}];
Command`difference[given_, expected_] := With[{a = Command`numbers[given], b = Command`numbers[expected]}, Which[
   Dimensions[a] =!= Dimensions[b], "the dimensions are " <> ToString[Dimensions[a]] <> " instead of " <> ToString[Dimensions[b]],
   ! VectorQ[Flatten[{a}], NumericQ] || ! VectorQ[Flatten[{b}], NumericQ],
     With[{others = Select[Transpose[{Flatten[{a}], Flatten[{b}]}], First[#] =!= Last[#] &]}, Which[
       ! VectorQ[Flatten[others], NumericQ], "there are elements that are no numbers",
       True, {Max[Abs[others[[All, 1]] - others[[All, 2]]], 0.], Max[Abs[Select[Flatten[{b}], NumericQ]], 0.]}]],
   True, {Max[Abs[Flatten[{a - b}]], 0.], Max[Abs[Flatten[{b}]], 0.]}]];
"#;
