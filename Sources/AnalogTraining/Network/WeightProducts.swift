/// What a network asks of whoever holds its weights.
///
/// Layers are counted from 0 among those with weights.
public protocol WeightProducts {
  /// The products of every row of inputs with the weights of a layer: (samples x columns) to (samples x rows).
  ///
  /// *Contract*: one product a sample, in the order of the samples. The bias is not part of it.
  mutating func forward(_ inputs: Matrix, layer: Int) async throws -> Matrix

  /// The products of every row of deltas with the transpose: (samples x rows) to (samples x columns).
  ///
  /// *Contract*: as of ``forward(_:layer:)``. A network asks for none of its first weighted layer.
  mutating func backward(_ deltas: Matrix, layer: Int) async throws -> Matrix
}
