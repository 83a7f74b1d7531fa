(* A net is an expression: the same layer takes numbers, symbols, mixtures and array symbols. *)

myLinLayer[w_, b_, ds_] := w . ds + b

net = LinearLayer[2, "Input" -> 3,
    "Weights" -> {{-0.94985, -0.523433, -0.971035}, {-0.57963, 0.21651705, 0.0729379}},
    "Biases" -> {0., 0.}];

(* Numbers run through a compiled program. *)
net[{1, 2, 3}]

(* Symbols give the closed form. *)
net[{s1, s2, s3}]

(* It is what a definition by hand gives: the same expression, not almost the same. *)
myLinLayer[NetExtract[net, "Weights"], NetExtract[net, "Biases"], {s1, s2, s3}] === net[{s1, s2, s3}]

(* Any mixture. *)
net[{1, s2, 3}]

(* Random weights are repeatable. *)
SeedRandom[123]; lin = NetInitialize @ LinearLayer[2, "Input" -> 3]; SeedRandom[123];
lin === NetInitialize @ LinearLayer[2, "Input" -> 3]

(* The program on numbers and the closed form agree to the last bits. *)
lin[{1, 2, 3}] - (lin[{x, y, z}] /. {x -> 1, y -> 2, z -> 3})

(* Without weights there are symbolic ones. *)
LinearLayer[2, "Input" -> 3][{x, y, z}]

(* On an array symbol the result is an array expression. *)
lin[VectorSymbol["v", 3]]
LinearLayer[2, "Input" -> 3][VectorSymbol["v", 3]]

(* Nets can be differentiated. *)
D[NetChain[{4, Tanh, 2}, "Input" -> 2][{x, y}], x]

(* The equations of an LSTM over three steps, with symbolic weights. *)
LongShortTermMemoryLayer[2, "Input" -> {3, 2}][{{a, b}, {c, d}, {e, f}}]

(* The equations of a GRU, for a paper. *)
NetEquations[GatedRecurrentLayer[2, "Input" -> {"Varying", 3}]] // TeXForm

(* Mistakes are told. *)
lin[{x, y}]

(* Rules rewrite nets. *)
NetChain[{4, Tanh, 2}, "Input" -> 2] /. Tanh -> Ramp
