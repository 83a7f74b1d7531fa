//! Weights that every program of a comparison can compute.

/// A text in which `NETTEXT` stands for a net: gives every array elements that both sides of a comparison can compute: `Sin[k]`,
/// k = 1, 2, ... over all arrays in their order, over the root of the last dimension.
pub(crate) const FILLED: &str = "Module[{net = NetInitialize[NETTEXT], k = 0}, NetReplacePart[net, \
    (# -> With[{d = Dimensions[Information[net, \"Arrays\"][#]]}, \
    Module[{n = Times @@ d, a}, a = N[Sin[Range[k + 1, k + n]]]/Sqrt[N[Last[d]]]; k += n; ArrayReshape[a, d]]]) & /@ \
    Keys[Information[net, \"Arrays\"]]]]";
