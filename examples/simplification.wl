(* Smaller nets with the same results. *)

(* Normalisation becomes part of the convolution before it, affine layers become one, dropout goes. *)
SeedRandom[1];
net = NetInitialize[NetChain[{
    ConvolutionLayer[2, 3], BatchNormalizationLayer[], Ramp, FlattenLayer[], 6, DropoutLayer[], 4, SoftmaxLayer[]},
    "Input" -> {1, 6, 6}]];
simple = NetSimplify[net];
Map[Head, Information[simple, "LayersList"]]
image = RandomReal[1, {1, 6, 6}]; Max[Abs[net[image] - simple[image]]] < 10^-12

(* One rule alone. *)
NetSimplify[NetChain[{LinearLayer[1, "Weights" -> {{1, 2}}, "Biases" -> {3}], 2 # &, Tanh}], "Rules" -> {"FoldScaling"}]

(* Fixed inputs: what depends on no other input is computed. *)
graph = NetGraph[<|"scale" -> Times, "shift" -> Plus, "f" -> Tanh|>,
    {{NetPort["a"], NetPort["b"]} -> "scale", {"scale", NetPort["x"]} -> "shift" -> "f"}, "x" -> 2, "a" -> 2, "b" -> 2];
fixed = NetSimplify[graph, "Inputs" -> <|"a" -> {1, 2}, "b" -> {3, 4}|>]
fixed[{u, v}]

(* Small weights go, and the units that nothing leads to then. *)
pruned = NetChain[{LinearLayer[3, "Weights" -> {{1., 2.}, {0.001, -0.002}, {3., 4.}}, "Biases" -> {1., 2., 3.}], Ramp,
    LinearLayer[1, "Weights" -> {{1., 2., 3.}}, "Biases" -> {0.}]}];
NetSimplify[pruned, "Threshold" -> 1/100]

(* Rational weights. *)
Rationalize[pruned, 1/10]
