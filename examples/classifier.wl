(* A classifier of words: texts go in, a class comes out. *)
net = NetChain[{EmbeddingLayer[3], GatedRecurrentLayer[4], SequenceLastLayer[], LinearLayer[], SoftmaxLayer[]},
   "Input" -> NetEncoder[{"Characters", "abcdefghijklmnopqrstuvwxyz"}],
   "Output" -> NetDecoder[{"Class", {"noun", "verb"}}]];
net = NetInitialize[net, RandomSeeding -> 7];
net[{"walk", "tree"}]
net["walk", "Probabilities"]
net["walk", {"TopProbabilities", 1}]
(* The raw output, and the entropy of the decision as a formula of an unknown probability. *)
net["walk", None]
NetDecoder[{"Class", {"noun", "verb"}}][{p, 1 - p}, "Entropy"]
(* A mixture of two experts decides about a vector; its gate is a linear layer. *)
mixture = NetChain[{MixtureOfExpertsLayer[{2, {3, Tanh, 2}}], SoftmaxLayer[]}, "Input" -> 2,
   "Output" -> NetDecoder[{"Class", {left, right}}]];
mixture = NetInitialize[mixture, RandomSeeding -> 7];
{mixture[{0.3, -1.2}], mixture[{{1., 2.}, {-2., 1.}}, "Probabilities"]}
(* On symbols the decision waits for numbers. *)
decision = mixture[{x, y}];
decision /. {x -> 0.3, y -> -1.2}
