(* The equations of nets, as they stand in papers, and nets by their equations. *)

(* A convolution is a sum over the offsets of a window, pooling a maximum. *)
lenet = NetChain[{
    ConvolutionLayer[6, 5], Ramp, PoolingLayer[2, 2],
    ConvolutionLayer[16, 5], Ramp, PoolingLayer[2, 2],
    FlattenLayer[], 120, Ramp, 84, Ramp, 10, SoftmaxLayer[]}, "Input" -> {1, 28, 28}];
NetEquations[lenet]
TeXForm[NetEquations[lenet]]

(* Fewer names: only what has to be a quantity of its own. *)
NetEquations[NetChain[{4, Tanh, 2, SoftmaxLayer[]}, "Input" -> 3], "Intermediate" -> False]

(* An encoder block of a transformer with one head. *)
encoder = NetGraph[<|
    "key" -> NetMapOperator[LinearLayer[4]], "value" -> NetMapOperator[LinearLayer[4]],
    "query" -> NetMapOperator[LinearLayer[4]],
    "attention" -> AttentionLayer["Dot", "ScoreRescaling" -> "DimensionSqrt"],
    "add1" -> Plus, "norm1" -> NormalizationLayer[2 ;; All, "Same"],
    "feed" -> NetMapOperator[NetChain[{8, "GELU", 4}]], "add2" -> Plus, "norm2" -> NormalizationLayer[2 ;; All, "Same"]|>,
   {NetPort["Input"] -> {"key", "value", "query"},
    "key" -> NetPort[{"attention", "Key"}], "value" -> NetPort[{"attention", "Value"}], "query" -> NetPort[{"attention", "Query"}],
    {"attention", NetPort["Input"]} -> "add1" -> "norm1" -> "feed", {"feed", "norm1"} -> "add2" -> "norm2"},
   "Input" -> {n, 4}];
TeXForm[NetEquations[encoder]]

(* Two bidirectional recurrent layers, and attention over what they give. *)
reader = NetGraph[<|
    "first" -> NetBidirectionalOperator[LongShortTermMemoryLayer[3]], "second" -> NetBidirectionalOperator[LongShortTermMemoryLayer[3]],
    "attention" -> AttentionLayer["Bilinear"]|>,
   {NetPort["Input"] -> "first" -> "second", "second" -> NetPort[{"attention", "Key"}], "second" -> NetPort[{"attention", "Value"}],
    NetPort["Query"] -> NetPort[{"attention", "Query"}]},
   "Input" -> {7, 5}, "Query" -> 4];
Length[NetEquations[reader]]
TeXForm[NetEquations[reader]]

(* Several inputs. *)
three = NetGraph[{LinearLayer[2], Tanh, ThreadingLayer[#1 + #2 #3 &]},
    {NetPort["a"] -> 1 -> 3, NetPort["b"] -> 2 -> 3, NetPort["c"] -> 3}, "a" -> 3, "b" -> 2, "c" -> 2];
MarkdownForm[NetEquations[three]]

(* The way back: a net by its equations. *)
SeedRandom[1]; net = NetInitialize[NetChain[{LongShortTermMemoryLayer[2], SequenceLastLayer[], 3, Tanh}, "Input" -> {4, 2}]];
again = NetFromEquations[NetEquations[net, "Values" -> True], {"x"}];
data = RandomReal[1, {4, 2}]; Max[Abs[net[data] - again[data]]] < 10^-12

(* Equations that somebody wrote. *)
x = VectorSymbol["x", 2]; y = VectorSymbol["y", 2]; W = MatrixSymbol["W", {2, 2}];
NetFromEquations[{y == Tanh[W . x] + x}, {"x"}]
