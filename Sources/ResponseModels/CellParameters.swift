public import Foundation

/// Explicit hidden parameters for an array of cells, row-major, so that a trajectory can be replayed.
public struct CellParameters: Sendable, Hashable {
  /// Rows of the array.
  public let rows: Int
  /// Columns of the array.
  public let columns: Int
  /// The cells, row-major.
  public var cells: [Cell]

  /// Parameters of an array; `cells` holds `rows * columns` of them.
  public init(rows: Int, columns: Int, cells: [Cell]) {
    precondition(cells.count == rows * columns, "one entry a cell")
    self.rows = rows
    self.columns = columns
    self.cells = cells
  }

  /// Reads a JSON object with one array a parameter, under the names of ``HiddenParameter``.
  ///
  /// The arrays may be flat (row-major; `"shape": [rows, columns]` says how, one row otherwise) or nested
  /// by rows, and may stand in an object `"hidden"`. `max_bound`, `min_bound`, `dwmin_up` and
  /// `dwmin_down` are needed, and so is what the kind of device adds; decay, diffusion, reset and drift
  /// may be left out.
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
    let names = known.map(\.rawValue)
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
      for index in 0..<count { cells[index][keyPath: parameter.path] = numbers[index] }
    }
    self.init(rows: rows, columns: columns, cells: cells)
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
      rows >= 1, columns >= 1, rows < 1e6, columns < 1e6
    else {
      throw ModelError(.malformed, at: "shape", "two numbers are needed: [rows, columns]")
    }
    return (Int(rows), Int(columns))
  }
}
