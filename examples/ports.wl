(* A graph with three inputs and two outputs. *)
net = NetGraph[<|"scale" -> Times, "mix" -> Plus, "norm" -> ElementwiseLayer[Tanh], "sum" -> SummationLayer[]|>,
   {{NetPort["x"], NetPort["gate"]} -> "scale", {"scale", NetPort["bias"]} -> "mix" -> "norm" -> NetPort["activity"],
    "mix" -> "sum" -> NetPort["total"]}, "x" -> 2, "gate" -> 2, "bias" -> 2];
net[<|"x" -> {1., 2.}, "gate" -> {0.5, 0.25}, "bias" -> {0., 1.}|>]
net[<|"x" -> {a, b}, "gate" -> {g, h}, "bias" -> {0, c}|>]
net[<|"x" -> {a, b}, "gate" -> {g, h}, "bias" -> {0, c}|>, NetPortGradient["gate"]]
NetEquations[net]
