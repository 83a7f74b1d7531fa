(* LeNet: convolutions, pooling and affine layers, on numbers and on symbols. *)
lenet = NetChain[{
    ConvolutionLayer[6, 5], Ramp, PoolingLayer[2, 2],
    ConvolutionLayer[16, 5], Ramp, PoolingLayer[2, 2],
    FlattenLayer[], 120, Ramp, 84, Ramp, 10, SoftmaxLayer[]}, "Input" -> {1, 28, 28}];
Information[lenet, "ArraysTotalElementCount"]
SeedRandom[1]; trained = NetInitialize[lenet]; image = RandomReal[1, {1, 28, 28}];
trained[image]
Total[trained[image]]
Dimensions[trained[image, NetPortGradient[{1, "Weights"}]]]
(* A smaller one of the same kind, as a formula. *)
small = NetChain[{ConvolutionLayer[1, {2}, "Biases" -> None], Ramp, PoolingLayer[{2}], 1}, "Input" -> {1, 3}];
small[{{x, y, z}}]
D[small[{{x, y, z}}] /. Ramp -> Identity, x]
