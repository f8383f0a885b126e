public import Foundation
import PhysicalUnits

// The device file, `device.json`: described in docs/device-file.md.
extension DeviceDescription {
  /// What marks a file as ours.
  public static let format = "tare-device"
  /// The version that is written, and the newest that is read.
  public static let version = 1

  /// Reads a device file.
  ///
  /// - Throws: ``ModelError`` with the path in the file; a name that is not known is refused, because a
  ///   parameter that is accepted must be used.
  public init(json: Data) throws(ModelError) {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: json)
    } catch {
      throw ModelError(.malformed, at: "device file", "the text is not JSON")
    }
    guard case .object(let file) = value, file["format"] == .text(Self.format) else {
      throw ModelError(
        .malformed, at: "format", "a device file starts with \"format\": \"\(Self.format)\"")
    }
    guard case .number(let version)? = file["version"], version >= 1, version < 1e6,
      version == version.rounded()
    else {
      throw ModelError(.malformed, at: "version", "a whole number of 1 or more is needed")
    }
    guard version <= Double(Self.version) else {
      throw ModelError(
        .newerVersion, at: "version",
        "the file has format version \(Int(version)) and this program reads up to "
          + "\(Self.version): use a newer tare, or write the file with this one")
    }
    let names = [
      "format", "version", "name", "origin", "model", "parameters", "pulse", "conductance", "fit",
    ]
    for name in file.keys.sorted() where !names.contains(name) {
      throw ModelError(.unknownName, at: name, Spelling.suggestion(for: name, in: names))
    }
    guard case .text(let kindName)? = file["model"] else {
      throw ModelError(.malformed, at: "model", "the name of the response function is missing")
    }
    guard let kind = ResponseKind(name: kindName) else {
      let kinds = ResponseKind.allCases.map(\.rawValue)
      throw ModelError(
        .unknownName, at: "model",
        "\"\(kindName)\" is no response function; "
          + Spelling.suggestion(for: kindName, in: kinds))
    }
    var model = DeviceModel(kind)
    if let parameters = file["parameters"] {
      guard case .object(let entries) = parameters else {
        throw ModelError(.malformed, at: "parameters", "an object of names and values is needed")
      }
      for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
        try model.set(key, to: entry, at: "parameters.\(key)")
      }
    }
    try model.validate()
    for name in ["name", "origin"] where file[name] != nil && file[name]?.string == nil {
      throw ModelError(.malformed, at: name, "a text is needed")
    }
    self.init(name: file["name"]?.string ?? "unnamed", model: model)
    origin = file["origin"]?.string ?? ""
    try read(pulse: file["pulse"])
    try read(conductance: file["conductance"])
  }

  private mutating func read(pulse value: JSONValue?) throws(ModelError) {
    let entries = try Self.entries(value, at: "pulse", names: ["amplitude", "width", "period"])
    for (name, text) in entries {
      do {
        switch name {
        case "amplitude": pulse.amplitude = try Volts(parsing: text)
        case "width": pulse.width = try PulseWidth(parsing: text)
        default: pulse.period = try PulseWidth(parsing: text)
        }
      } catch {
        throw ModelError(.badValue, at: "pulse.\(name)", error.explanation)
      }
    }
    guard pulse.amplitude > .zero, pulse.width > .zero, pulse.period >= pulse.width else {
      throw ModelError(
        .badValue, at: "pulse",
        "\(pulse.amplitude), \(pulse.width) every \(pulse.period): amplitude and width must be "
          + "above 0, and the period not below the width")
    }
  }

  private mutating func read(conductance value: JSONValue?) throws(ModelError) {
    let entries = try Self.entries(value, at: "conductance", names: ["at_zero", "per_unit"])
    for (name, text) in entries {
      do {
        if name == "at_zero" {
          conductanceAtZero = try Siemens(parsing: text)
        } else {
          conductancePerUnit = try Siemens(parsing: text)
        }
      } catch {
        throw ModelError(.badValue, at: "conductance.\(name)", error.explanation)
      }
    }
    guard conductancePerUnit > .zero, conductanceAtZero >= .zero else {
      throw ModelError(
        .badValue, at: "conductance", "per_unit must be above 0, and at_zero 0 or more")
    }
  }

  private static func entries(
    _ value: JSONValue?, at place: String, names: [String]
  ) throws(ModelError) -> [(String, String)] {
    guard let value else { return [] }
    guard case .object(let object) = value else {
      throw ModelError(.malformed, at: place, "an object is needed")
    }
    var entries: [(String, String)] = []
    for (name, entry) in object.sorted(by: { $0.key < $1.key }) {
      guard names.contains(name) else {
        throw ModelError(
          .unknownName, at: "\(place).\(name)", Spelling.suggestion(for: name, in: names))
      }
      guard case .text(let text) = entry else {
        throw ModelError(
          .malformed, at: "\(place).\(name)", "a text with a unit is needed, such as \"100 ns\"")
      }
      entries.append((name, text))
    }
    return entries
  }

  /// The text of a device file.
  ///
  /// - Parameter fit: the record of a fit, as JSON; kept for people and skipped when read back.
  public func json(fit: Data? = nil) throws -> Data {
    var file: [String: JSONValue] = [
      "format": .text(Self.format), "version": .number(Double(Self.version)),
      "name": .text(name), "origin": .text(origin), "model": .text(model.kind.rawValue),
      "parameters": .object(model.values),
      "pulse": .object([
        "amplitude": .text("\(pulse.amplitude)"), "width": .text("\(pulse.width)"),
        "period": .text("\(pulse.period)"),
      ]),
      "conductance": .object([
        "at_zero": .text("\(conductanceAtZero)"), "per_unit": .text("\(conductancePerUnit)"),
      ]),
    ]
    if let fit { file["fit"] = try JSONDecoder().decode(JSONValue.self, from: fit) }
    return try JSONValue.object(file).data()
  }
}

extension JSONValue {
  fileprivate var string: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
