public import Foundation

/// Explicit hidden parameters for an array of cells, row-major, so that a trajectory can be replayed.
public struct CellParameters: Sendable, Hashable {
  /// Rows of the array.
  public let rows: Int
  /// Columns of the array.
  public let columns: Int
  /// The cells, row-major.
  public var cells: [Cell]
  /// The weights of the cells at the start, row-major; nil where they are not known.
  public var start: [Double]?

  /// Parameters of an array; `cells`, and `start` where given, hold `rows * columns` entries.
  public init(rows: Int, columns: Int, cells: [Cell], start: [Double]? = nil) {
    precondition(cells.count == rows * columns, "one entry a cell")
    precondition(start.map { $0.count == cells.count } ?? true, "one start a cell")
    self.rows = rows
    self.columns = columns
    self.cells = cells
    self.start = start
  }

  /// Reads a JSON object with one array a parameter, under the names of ``HiddenParameter``.
  ///
  /// The arrays may be flat (row-major; `"shape": [rows, columns]` says how, one row otherwise) or nested
  /// by rows, and may stand in an object `"hidden"`. `max_bound`, `min_bound`, `dwmin_up` and
  /// `dwmin_down` are needed, and so is what the kind of device adds; decay, diffusion, reset and drift
  /// may be left out. `persistent_weights` are the states at the start.
  ///
  /// - Throws: ``ModelError`` that names the parameter, and the index in its array.
  public init(json: Data, for kind: ResponseKind) throws(ModelError) {
    guard let top = try? JSONDecoder().decode(JSONValue.self, from: json),
      case .object(let object) = top
    else {
      throw ModelError(.malformed, at: "cell parameters", "the text is no JSON object")
    }
    var arrays = object
    if case .object(let hidden)? = object["hidden"] { arrays = hidden }
    let known = HiddenParameter.of(kind)
    let names = known.map(\.rawValue) + ["persistent_weights"]
    if object["hidden"] == nil { arrays["shape"] = nil }
    for name in arrays.keys.sorted() where !names.contains(name) {
      throw ModelError(
        .unknownName, at: name,
        "\(kind.rawValue) has no such cell parameter; "
          + Spelling.suggestion(for: name, in: names))
    }
    var values: [(HiddenParameter, [Double])] = []
    var shape = try Self.shape(object["shape"])
    for parameter in known {
      guard let value = arrays[parameter.rawValue] else {
        let optional: [HiddenParameter] = [.decayScales, .diffusionRates, .resetBias, .driftNu]
        if optional.contains(parameter) { continue }
        throw ModelError(
          .malformed, at: parameter.rawValue, "the array is missing; \(kind.rawValue) needs it")
      }
      let (numbers, rows) = try value.numbers(at: parameter.rawValue)
      if shape == nil, let rows { shape = (rows, numbers.count / max(1, rows)) }
      values.append((parameter, numbers))
    }
    let count = values.first?.1.count ?? 0
    let (rows, columns) = shape ?? (1, count)
    guard count > 0, rows * columns == count else {
      throw ModelError(
        .wrongSize, at: "shape", "\(rows) rows of \(columns) columns do not hold \(count) cells")
    }
    var cells = Array(repeating: Cell(), count: count)
    for (parameter, numbers) in values {
      guard numbers.count == count else {
        throw ModelError(
          .wrongSize, at: parameter.rawValue, "\(numbers.count) values for \(count) cells")
      }
      for index in 0..<count {
        try Self.check(numbers[index], at: "\(parameter.rawValue)[\(index)]")
        cells[index][keyPath: parameter.path] = numbers[index]
      }
    }
    for (index, cell) in cells.enumerated() where cell.minBound > cell.maxBound {
      throw ModelError(
        .badValue, at: "min_bound[\(index)]",
        "\(cell.minBound) is above the upper bound \(cell.maxBound)")
    }
    var start: [Double]?
    if let value = arrays["persistent_weights"] {
      let (weights, _) = try value.numbers(at: "persistent_weights")
      guard weights.count == count else {
        throw ModelError(
          .wrongSize, at: "persistent_weights", "\(weights.count) values for \(count) cells")
      }
      for (index, weight) in weights.enumerated() {
        try Self.check(weight, at: "persistent_weights[\(index)]")
      }
      start = weights
    }
    self.init(rows: rows, columns: columns, cells: cells, start: start)
  }

  private static func check(_ number: Double, at place: String) throws(ModelError) {
    guard abs(number) <= 1e6 else {
      throw ModelError(.badValue, at: place, "\(number) is beyond 1e6 in magnitude")
    }
  }

  /// The values of one parameter, row-major.
  public func values(_ parameter: HiddenParameter) -> [Double] {
    let path = parameter.path
    return cells.map { $0[keyPath: path] }
  }

  /// The JSON text that ``init(json:for:)`` reads back.
  public func json(for kind: ResponseKind) throws -> Data {
    var object: [String: JSONValue] = [
      "shape": .array([.number(Double(rows)), .number(Double(columns))])
    ]
    for parameter in HiddenParameter.of(kind) {
      object[parameter.rawValue] = .array(values(parameter).map { .number($0) })
    }
    return try JSONValue.object(object).data()
  }

  private static func shape(_ value: JSONValue?) throws(ModelError) -> (Int, Int)? {
    guard let value else { return nil }
    guard case .array(let parts) = value, parts.count == 2,
      case .number(let rows) = parts[0], case .number(let columns) = parts[1],
      rows >= 1, columns >= 1, rows < 1e6, columns < 1e6, rows == rows.rounded(),
      columns == columns.rounded()
    else {
      throw ModelError(.malformed, at: "shape", "two whole numbers are needed: [rows, columns]")
    }
    return (Int(rows), Int(columns))
  }
}
