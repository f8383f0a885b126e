import DeviceContract
package import Foundation
import PhysicalUnits
import TOMLKit

/// A table of a bench file, or of another one of its kind, whose values are read by key and never by guess.
package struct BenchSection {
  let table: TOMLTable
  /// The name as it stands between brackets; empty for the top of the file.
  let name: String
  let file: String
  /// The whole file, in which lines are looked up.
  let text: String
  /// Which of several tables of the name it is, counted from 1.
  var element: Int?

  init(table: TOMLTable, name: String, file: String, text: String, element: Int? = nil) {
    (self.table, self.name, self.file, self.text) = (table, name, file, text)
    self.element = element
  }

  /// The text of a file.
  package static func text(of data: Data, file: String) throws(BenchFileError) -> String {
    guard let text = String(data: data, encoding: .utf8) else {
      throw BenchFileError(file: file, explanation: "this is no text in UTF-8")
    }
    return text
  }

  /// The top of a file, which says of which format it is.
  ///
  /// - Parameters:
  ///   - format: the format that is read, such as "tare-bench/1".
  ///   - kind: what such a file is called.
  ///   - keys: those that the top of such a file may have, besides `format`.
  package init(
    text: String, file name: String, format: String, kind: String, keys: [String]
  ) throws(BenchFileError) {
    // The parser hands texts over as C strings, which would end there.
    guard !["\0", "\\u0000", "\\U00000000", "\\x00"].contains(where: text.contains) else {
      throw BenchFileError(file: name, explanation: "the file holds a character of number 0")
    }
    let root: TOMLTable
    do {
      root = try TOMLTable(string: text)
    } catch {
      let cause = error as? TOMLParseError
      throw BenchFileError(
        file: name, line: cause?.source.begin.line,
        explanation: "this is no TOML: \(cause?.description ?? "\(error)")")
    }
    self.init(table: root, name: "", file: name, text: text)
    try check(keys: ["format"] + keys)
    let found = try self.text("format")
    guard found == format else {
      let family = format.prefix { $0 != "/" } + "/"
      throw error(
        "format",
        found.map {
          $0.hasPrefix(family)
            ? "\"\($0)\" is another version than this program reads, \"\(format)\""
            : "\"\($0)\" is no \(kind); write \"\(format)\""
        } ?? "is missing; write format = \"\(format)\"")
    }
  }

  /// Refuses keys that mean nothing.
  package func check(keys known: [String]) throws(BenchFileError) {
    for key in table.keys.sorted() where !known.contains(key) {
      throw error(key, "there is no such key here; " + NearName.advice(for: key, in: known))
    }
    for key in table.keys where table[key] == nil {
      throw error(key, "the value cannot be read")
    }
  }

  /// A table below this one.
  func section(_ key: String) throws(BenchFileError) -> BenchSection? {
    guard let value = table[key] else { return nil }
    guard let inner = value.table else {
      throw error(key, "\(shown(value)) is no table; write [\(path(key))] and its keys below")
    }
    return BenchSection(table: inner, name: path(key), file: file, text: text)
  }

  /// The tables of a list, written as [[key]] each.
  package func sections(_ key: String) throws(BenchFileError) -> [BenchSection] {
    guard let value = table[key] else { return [] }
    guard let list = value.array, list.allSatisfy({ $0.table != nil }) else {
      throw error(key, "\(shown(value)) is no list of tables; write [[\(path(key))]] above each")
    }
    return list.enumerated().compactMap { place, entry in
      entry.table.map {
        BenchSection(table: $0, name: path(key), file: file, text: text, element: place + 1)
      }
    }
  }

  package func text(_ key: String) throws(BenchFileError) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw error(key, "\(shown(value)) is no text in quotes") }
    return text
  }

  package func name(_ key: String) throws(BenchFileError) -> String? {
    guard let name = try text(key) else { return nil }
    guard let first = name.first, first.isLetter || first.isNumber,
      name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.+ ".contains($0) })
    else { throw error(key, "\"\(name)\" is no name; letters, digits and - _ . + are possible") }
    return name
  }

  func flag(_ key: String) throws(BenchFileError) -> Bool? {
    guard let value = table[key] else { return nil }
    guard let flag = value.bool else {
      throw error(key, "\(shown(value)) is neither true nor false")
    }
    return flag
  }

  /// A whole number of 0 or more; 1e6 is one as well.
  package func count(_ key: String) throws(BenchFileError) -> Int? {
    guard let value = table[key] else { return nil }
    guard let count = value.int ?? value.double.flatMap({ Int(exactly: $0) }), count >= 0,
      count < 9_000_000_000_000_000
    else {
      throw error(key, "\(shown(value)) is no whole number of 0 or more, such as 20000")
    }
    return count
  }

  /// A whole number, which may be below 0.
  package func whole(_ key: String) throws(BenchFileError) -> Int? {
    guard let value = table[key] else { return nil }
    guard let number = value.int, abs(number) <= 1_000_000 else {
      throw error(key, "\(shown(value)) is no whole number up to a million, such as 1 or -1")
    }
    return number
  }

  func positive(_ key: String, example: String) throws(BenchFileError) -> Double? {
    guard let value = table[key] else { return nil }
    guard let number = value.double ?? value.int.map(Double.init), number > 0, number.isFinite
    else { throw error(key, "\(shown(value)) is no number above 0, such as \(example)") }
    return number
  }

  /// A quantity with its unit, above 0.
  func quantity<Quantity: PhysicalQuantity>(
    _ key: String, example: String
  ) throws(BenchFileError) -> Quantity? {
    guard let text = try quoted(key, example: example) else { return nil }
    let quantity: Quantity
    do {
      quantity = try Quantity(parsing: text)
    } catch {
      throw self.error(key, error.explanation)
    }
    guard quantity > .zero else {
      throw error(key, "\"\(text)\" is not above 0; write for example \"\(example)\"")
    }
    return quantity
  }

  func width(_ key: String) throws(BenchFileError) -> PulseWidth? {
    guard let text = try quoted(key, example: "1 µs") else { return nil }
    let width: PulseWidth
    do {
      width = try PulseWidth(parsing: text)
    } catch {
      throw self.error(key, error.explanation)
    }
    guard width > .zero else {
      throw error(key, "\"\(text)\" is not above 0; write for example \"1 µs\"")
    }
    return width
  }

  func share(_ key: String) throws(BenchFileError) -> Double? {
    guard let text = try quoted(key, example: "2 %") else { return nil }
    do {
      return try PulseBudget.share(text)
    } catch {
      throw self.error(key, error.explanation)
    }
  }

  func pulsesByCause(_ key: String) throws(BenchFileError) -> [Cause: Int] {
    guard let section = try section(key) else { return [:] }
    try section.check(keys: Cause.allCases.map(\.rawValue))
    var pulses: [Cause: Int] = [:]
    for cause in Cause.allCases { pulses[cause] = try section.count(cause.rawValue) }
    return pulses
  }

  /// Regions such as "0:1,0:63", of tile 0 unless "tile 1: " stands before.
  func regions(_ key: String) throws(BenchFileError) -> [CellRegion] {
    guard let value = table[key] else { return [] }
    guard let array = value.array else {
      throw error(key, "\(shown(value)) is no list such as [\"0:1,0:63\", \"tile 1: 5:5,0:63\"]")
    }
    var regions: [CellRegion] = []
    for entry in array {
      guard let text = entry.string, let region = Self.region(text) else {
        throw error(
          key,
          "\(shown(entry)) is no region; write \"FIRST-ROW:LAST-ROW,FIRST-COLUMN:LAST-COLUMN\""
            + ", such as \"0:1,0:63\", with \"tile 1: \" before it for another tile than 0")
      }
      regions.append(region)
    }
    return regions
  }

  /// What is wrong with a key.
  package func error(_ key: String, _ explanation: String) -> BenchFileError {
    let place = element.map { "[[\(name)]] \($0), " } ?? (name.isEmpty ? "" : "[\(name)] ")
    return BenchFileError(
      file: file, line: BenchLines.line(of: key, in: name, of: text, element: element),
      key: place + key, explanation: explanation)
  }

  private static func region(_ text: String) -> CellRegion? {
    guard text.hasPrefix("tile") else { return CellRegion(text: text) }
    let fields = text.dropFirst(4).split(separator: ":", maxSplits: 1)
    guard fields.count == 2, let tile = Int(fields[0].filter { $0 != " " }), tile >= 0 else {
      return nil
    }
    return CellRegion(text: String(fields[1].filter { $0 != " " }), tile: Tile(tile))
  }

  private func quoted(_ key: String, example: String) throws(BenchFileError) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else {
      throw error(
        key, "\(shown(value)) is no text with a unit; write for example \"\(example)\", in quotes")
    }
    return text
  }

  private func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

  /// A value as an error shows it.
  private func shown(_ value: any TOMLValueConvertible) -> String {
    if let text = value.string { return "\"\(text)\"" }
    if let number = value.double { return "\(number)" }
    if let number = value.int { return "\(number)" }
    if let flag = value.bool { return "\(flag)" }
    return "a value of type \(value.type)"
  }
}
