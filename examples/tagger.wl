(* Two bidirectional LSTM layers, attention over their states, and a classifier. *)
both[n_] := NetBidirectionalOperator[{LongShortTermMemoryLayer[n], LongShortTermMemoryLayer[n]}];
tagger = NetGraph[<|"lower" -> both[3], "upper" -> both[3], "last" -> SequenceLastLayer[],
    "attention" -> AttentionLayer["Bilinear"], "class" -> 2, "softmax" -> SoftmaxLayer[]|>,
   {NetPort["Input"] -> "lower" -> "upper" -> "last" -> NetPort[{"attention", "Query"}],
    "upper" -> {NetPort[{"attention", "Key"}], NetPort[{"attention", "Value"}]},
    "attention" -> "class" -> "softmax"}, "Input" -> {4, 2}];
SeedRandom[2]; net = NetInitialize[tagger]; words = RandomReal[1, {4, 2}];
net[words]
net[words, NetPort[{"attention", "AttentionWeights"}]]
(* The same as a formula in one of the numbers. *)
formula = net[ReplacePart[words, {1, 1} -> t]];
{LeafCount[formula] > 10^4, formula /. t -> words[[1, 1]]}
