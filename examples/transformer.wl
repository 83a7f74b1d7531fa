(* An encoder block of a transformer: attention of two heads, a residual connection around each part, layer norms. *)
heads[size_, count_] := NetMapOperator[LinearLayer[{count, size/count}]];
block[size_, count_, inner_, length_] := NetGraph[<|
    "key" -> heads[size, count], "value" -> heads[size, count], "query" -> heads[size, count],
    "attention" -> AttentionLayer["Dot", "MultiHead" -> True, "ScoreRescaling" -> "DimensionSqrt"],
    "project" -> NetMapOperator[LinearLayer[size]], "add1" -> Plus, "norm1" -> NormalizationLayer[2 ;; All, "Same"],
    "feed" -> NetMapOperator[NetChain[{inner, "GELU", size}]], "add2" -> Plus, "norm2" -> NormalizationLayer[2 ;; All, "Same"]|>,
   {NetPort["Input"] -> {"key", "value", "query"},
    "key" -> NetPort[{"attention", "Key"}], "value" -> NetPort[{"attention", "Value"}], "query" -> NetPort[{"attention", "Query"}],
    "attention" -> "project", {"project", NetPort["Input"]} -> "add1" -> "norm1" -> "feed", {"feed", "norm1"} -> "add2" -> "norm2"},
   "Input" -> {length, size}];
SeedRandom[1]; net = NetInitialize[block[4, 2, 8, 3]];
net[{{1., 0., 2., 1.}, {0., 1., 1., 0.}, {2., 1., 0., 1.}}]
symbolic = net[Array[x, {3, 4}]];
Dimensions[symbolic]
symbolic[[1, 1]] /. x[i_, j_] :> {{1., 0., 2., 1.}, {0., 1., 1., 0.}, {2., 1., 0., 1.}}[[i, j]]
