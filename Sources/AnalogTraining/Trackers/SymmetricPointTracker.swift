/// What follows the symmetric points of an array's cells through what is read of them, whatever they are
/// pulsed for.
///
/// A tracker fires nothing. Cells that get about as many up as down pulses wander around their symmetric
/// points, and so do what is read of them; how far the two are apart depends on what else moves the cells,
/// and each tracker says what it assumes of that.
public protocol SymmetricPointTracker: Sendable, Codable {
  /// The symmetric points in weights, rows times columns, as far as they are known; 0 where nothing was read.
  var estimate: Matrix { get }
  /// Standard deviations of ``estimate``; infinite where nothing was read.
  var spread: Matrix { get }
  /// Takes what was read of some columns, row-major over them.
  ///
  /// - Parameter signs: the chopper's sign of each of the columns, with which gradients came.
  mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float])
}
