/// A table as comma-separated values after RFC 4180, with the line feeds of Unix.
///
/// ```swift
/// var table = CSVTable(columns: [.init("row"), .init("conductance", unit: "µS")])
/// try table.append([.integer(3), .number(35.2)])
/// try OutputFile.write(table.text, to: "cells.csv")
/// ```
public struct CSVTable: Sendable, Equatable {
  /// The head of one column.
  public struct Column: Sendable, Equatable {
    /// The quantity.
    public var name: String
    /// The unit of its values.
    public var unit: String?

    /// The head of a column.
    public init(_ name: String, unit: String? = nil) {
      self.name = name
      self.unit = unit
    }

    /// Name and unit as they stand in the first line: "conductance (µS)".
    var heading: String { unit.map { "\(name) (\($0))" } ?? name }
  }

  /// The columns, from left to right.
  public let columns: [Column]
  /// The rows, each with one field for each column.
  public private(set) var rows: [[CSVField]] = []

  /// A table without rows.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// - Throws: ``ReportingError`` with code `invalid` where there is not one field for each column.
  public mutating func append(_ row: [CSVField]) throws {
    guard row.count == columns.count else {
      throw ReportingError(
        code: .invalid, path: "",
        explanation: "A row of \(row.count) fields does not fit a table of \(columns.count) "
          + "columns.")
    }
    rows.append(row)
  }

  /// The whole table, headings first; lines end with CR and LF as the standard asks.
  public var text: String {
    let header = columns.map { CSVField.text($0.heading) }
    return ([header] + rows).map(Self.line).joined()
  }

  private static func line(_ fields: [CSVField]) -> String {
    // An empty line would be read as no row at all.
    if fields.count == 1, fields[0].text.isEmpty { return "\"\"\n" }
    return fields.map(\.quoted).joined(separator: ",") + "\n"
  }
}
