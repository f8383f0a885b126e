/// How the weights of a layer are made of what its arrays hold: the one description of it, for weights that were read back
/// and for products that the arrays make themselves.
public struct WeightMixing: Sendable, Hashable {
  /// What an array adds to the weights: a part of what it holds beyond a zero, with a sign a column.
  public struct Term: Sendable, Hashable {
    /// Which array.
    public var array: Int
    /// What a weight of 1 in it is worth.
    public var worth: Float
    /// What its cells hold where they mean 0, in digital numbers; nil for 0 itself.
    public var zero: Matrix?
    /// Of the chopper, one a column; nil for none.
    public var signs: [Float]?

    /// Describes a term.
    public init(array: Int, worth: Float, zero: Matrix? = nil, signs: [Float]? = nil) {
      (self.array, self.worth, self.zero, self.signs) = (array, worth, zero, signs)
    }
  }

  /// Where the sum begins.
  public enum Base: Sendable, Hashable {
    /// The cells of an array, as they are.
    case array(Int)
    /// Digital numbers.
    case digital(Matrix)
  }

  /// Where the sum begins.
  public var base: Base
  /// What is added to it, in order.
  public var terms: [Term]

  /// An array, and what others add to it.
  public init(base: Int, terms: [Term] = []) {
    (self.base, self.terms) = (.array(base), terms)
  }

  /// Weights that no array holds.
  public init(digital weights: Matrix) {
    (base, terms) = (.digital(weights), [])
  }

  /// The arrays that the network sees.
  public var arrays: [Int] {
    let first: [Int] = if case .array(let array) = base { [array] } else { [] }
    return Set(first + terms.map(\.array)).sorted()
  }

  /// The weights that the network is evaluated at.
  ///
  /// - Parameter cells: those of each array as last read, rows times columns of the layer; nil for arrays that are not
  ///   in ``arrays``.
  public func weights(seeing cells: [Matrix?]) -> Matrix {
    var sum =
      switch base {
      case .array(let array): cells.cells(of: array)
      case .digital(let weights): weights
      }
    for term in terms {
      sum = .mixed(
        slow: sum, fast: cells.cells(of: term.array), reference: term.zero, gamma: term.worth,
        signs: term.signs)
    }
    return sum
  }
}
