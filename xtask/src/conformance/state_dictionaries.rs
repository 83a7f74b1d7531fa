//! State dictionaries of PyTorch onto nets described in the language, as the descriptions of real-models say.

/// A net in the language for a case of the suite: the shapes of its inputs are those of the recorded ones.
pub(super) fn net(case: &str) -> Option<&'static str> {
    Some(match case {
        "mtcnn-pnet" => {
            "NetGraph[<|\"conv1\" -> ConvolutionLayer[10, {3, 3}], \"prelu1\" -> ParametricRampLayer[], \"pool1\" -> pool[2], \
             \"conv2\" -> ConvolutionLayer[16, {3, 3}], \"prelu2\" -> ParametricRampLayer[], \
             \"conv3\" -> ConvolutionLayer[32, {3, 3}], \"prelu3\" -> ParametricRampLayer[], \
             \"conv4_1\" -> ConvolutionLayer[2, {1, 1}], \"softmax\" -> SoftmaxLayer[1], \"conv4_2\" -> ConvolutionLayer[4, {1, 1}]|>, \
             {NetPort[\"image\"] -> \"conv1\" -> \"prelu1\" -> \"pool1\" -> \"conv2\" -> \"prelu2\" -> \"conv3\" -> \"prelu3\", \
             \"prelu3\" -> \"conv4_1\" -> \"softmax\" -> NetPort[\"prob\"], \"prelu3\" -> \"conv4_2\" -> NetPort[\"box\"]}, \
             \"image\" -> Rest[Dimensions[io[\"in.0.image\"]]]]"
        }
        "mtcnn-rnet" => {
            "NetGraph[<|\"conv1\" -> ConvolutionLayer[28, {3, 3}], \"prelu1\" -> ParametricRampLayer[], \"pool1\" -> pool[3], \
             \"conv2\" -> ConvolutionLayer[48, {3, 3}], \"prelu2\" -> ParametricRampLayer[], \"pool2\" -> pool[3], \
             \"conv3\" -> ConvolutionLayer[64, {2, 2}], \"prelu3\" -> ParametricRampLayer[], \
             \"turn\" -> TransposeLayer[1 <-> 3], \"flat\" -> FlattenLayer[], \"dense4\" -> LinearLayer[128], \"prelu4\" -> ParametricRampLayer[], \
             \"dense5_1\" -> LinearLayer[2], \"softmax\" -> SoftmaxLayer[], \"dense5_2\" -> LinearLayer[4]|>, \
             {NetPort[\"image\"] -> \"conv1\" -> \"prelu1\" -> \"pool1\" -> \"conv2\" -> \"prelu2\" -> \"pool2\" -> \"conv3\" -> \"prelu3\" -> \
             \"turn\" -> \"flat\" -> \"dense4\" -> \"prelu4\", \"prelu4\" -> \"dense5_1\" -> \"softmax\" -> NetPort[\"prob\"], \
             \"prelu4\" -> \"dense5_2\" -> NetPort[\"box\"]}, \"image\" -> Rest[Dimensions[io[\"in.0.image\"]]]]"
        }
        "mtcnn-onet" => {
            "NetGraph[<|\"conv1\" -> ConvolutionLayer[32, {3, 3}], \"prelu1\" -> ParametricRampLayer[], \"pool1\" -> pool[3], \
             \"conv2\" -> ConvolutionLayer[64, {3, 3}], \"prelu2\" -> ParametricRampLayer[], \"pool2\" -> pool[3], \
             \"conv3\" -> ConvolutionLayer[64, {3, 3}], \"prelu3\" -> ParametricRampLayer[], \"pool3\" -> pool[2], \
             \"conv4\" -> ConvolutionLayer[128, {2, 2}], \"prelu4\" -> ParametricRampLayer[], \
             \"turn\" -> TransposeLayer[1 <-> 3], \"flat\" -> FlattenLayer[], \"dense5\" -> LinearLayer[256], \"prelu5\" -> ParametricRampLayer[], \
             \"dense6_1\" -> LinearLayer[2], \"softmax\" -> SoftmaxLayer[], \"dense6_2\" -> LinearLayer[4], \"dense6_3\" -> LinearLayer[10]|>, \
             {NetPort[\"image\"] -> \"conv1\" -> \"prelu1\" -> \"pool1\" -> \"conv2\" -> \"prelu2\" -> \"pool2\" -> \"conv3\" -> \"prelu3\" -> \"pool3\" -> \
             \"conv4\" -> \"prelu4\" -> \"turn\" -> \"flat\" -> \"dense5\" -> \"prelu5\", \"prelu5\" -> \"dense6_1\" -> \"softmax\" -> NetPort[\"prob\"], \
             \"prelu5\" -> \"dense6_2\" -> NetPort[\"box\"], \"prelu5\" -> \"dense6_3\" -> NetPort[\"points\"]}, \
             \"image\" -> Rest[Dimensions[io[\"in.0.image\"]]]]"
        }
        // The last states of all three recurrences are outputs, one below the other.
        "resemblyzer-lstm" => {
            "With[{last = FunctionLayer[Function[{a, b, c}, {a, b, c}]]}, NetGraph[<|\"lstm\" -> NetGraph[\
             <|\"l0\" -> LongShortTermMemoryLayer[256], \"l1\" -> LongShortTermMemoryLayer[256], \"l2\" -> LongShortTermMemoryLayer[256], \
             \"h\" -> last, \"c\" -> last|>, {NetPort[\"Input\"] -> \"l0\" -> \"l1\" -> \"l2\" -> NetPort[\"Output\"], \
             NetPort[{\"l0\", \"FinalState\"}] -> NetPort[{\"h\", \"a\"}], NetPort[{\"l1\", \"FinalState\"}] -> NetPort[{\"h\", \"b\"}], \
             NetPort[{\"l2\", \"FinalState\"}] -> NetPort[{\"h\", \"c\"}], NetPort[{\"l0\", \"FinalCellState\"}] -> NetPort[{\"c\", \"a\"}], \
             NetPort[{\"l1\", \"FinalCellState\"}] -> NetPort[{\"c\", \"b\"}], NetPort[{\"l2\", \"FinalCellState\"}] -> NetPort[{\"c\", \"c\"}], \
             \"h\" -> NetPort[\"Hidden\"], \"c\" -> NetPort[\"Cell\"]}], \"top\" -> PartLayer[3], \"linear\" -> LinearLayer[256], \
             \"ramp\" -> Ramp, \"unit\" -> FunctionLayer[#/Sqrt[Total[#^2]] &]|>, \
             {NetPort[\"mels\"] -> \"lstm\", NetPort[{\"lstm\", \"Output\"}] -> NetPort[\"lstm\"], NetPort[{\"lstm\", \"Hidden\"}] -> NetPort[\"hidden\"], \
             NetPort[{\"lstm\", \"Cell\"}] -> NetPort[\"cell\"], \
             NetPort[{\"lstm\", \"Hidden\"}] -> \"top\" -> \"linear\" -> \"ramp\" -> \"unit\" -> NetPort[\"embedding\"]}, \
             \"mels\" -> Rest[Dimensions[io[\"in.0.mels\"]]]]]"
        }
        _ => return None,
    })
}
