import Foundation

/// What one field of a header says about its column.
struct CurveColumn {
  /// What a column of the long form holds.
  enum Role: Hashable {
    case index, polarity, state, time
  }

  /// What the column holds; nil if it is not known.
  var role: Role?
  /// The direction that the name contains.
  var direction: PulseDirection?
  /// What the states measure, if the name or the unit says so.
  var quantity: PulseCurve.Quantity?
  /// Whether the states are resistances.
  var isResistance = false
  /// The unit of the values, if there is one.
  var unit: CurveUnit?
  /// A text in brackets that should be a unit of this column and is not.
  var unknownUnit: String?

  /// A column without a name.
  init(_ role: Role) { self.role = role }

  /// Reads names such as "R (kohm)", "g_us", "G/uS", "LTP [mS]" and "time (ms)".
  init(header field: String) {
    let name = field.prefix { $0 != "(" && $0 != "[" }
    let bracket = field.dropFirst(name.count).dropFirst().prefix { $0 != ")" && $0 != "]" }
    let inBrackets = bracket.trimmingCharacters(in: .whitespaces)
    var words = name.split { $0 == " " || $0 == "_" || $0 == "/" }.map(String.init)
    takeDirection(&words)
    var suffix: CurveUnit?
    if !take(words), let last = words.last {
      let rest = words.dropLast().filter { $0.lowercased() != "in" }
      // Direction columns may have nothing but a unit beside the direction.
      let isKnown = rest.isEmpty ? direction != nil : take(rest)
      if isKnown {
        suffix = role == .time ? CurveUnit(time: last) : CurveUnit(state: last)
      }
      // What is neither a unit nor part of a known name makes another name.
      if suffix == nil || !apply(suffix) { clear() }
    }
    guard !inBrackets.isEmpty, role == .state || role == .time || direction != nil else { return }
    if role != .time, Self.dimensionless.contains(inBrackets.lowercased()) {
      // Numbers without a unit, which conductances and resistances are not.
      if quantity == .siemens { unknownUnit = inBrackets }
      return
    }
    let found = role == .time ? CurveUnit(time: inBrackets) : CurveUnit(state: inBrackets)
    if found == nil || suffix.map({ $0 != found }) ?? false || !apply(found) {
      unknownUnit = inBrackets
    }
  }

  /// A value of this column in siemens, ohms, seconds or without a unit.
  func converted(_ value: Double) -> Double { unit?.converted(value) ?? value }

  /// What stands for "no unit" in brackets.
  private static let dimensionless: Set = [
    "1", "-", "a.u.", "au", "a. u.", "arb. units", "arb. u.", "norm", "norm.", "normalised",
    "normalized",
  ]

  /// Takes words that name a direction out of a name.
  private mutating func takeDirection(_ words: inout [String]) {
    if words.count == 1, let whole = PulseDirection(polarity: words[0]) {
      direction = whole
      words = []
      return
    }
    // Single letters and digits are too often something else in a longer name.
    let found = words.compactMap { $0.count > 1 ? PulseDirection(polarity: $0) : nil }
    if Set(found).count == 1 {
      direction = found.first
      words.removeAll { $0.count > 1 && PulseDirection(polarity: $0) != nil }
    } else if found.isEmpty, let name = words.first(where: { $0.lowercased().contains("down") }) {
      direction = name.lowercased().contains("updown") ? nil : .down
    } else if found.isEmpty, words.contains(where: { $0.lowercased().hasSuffix("up") }) {
      direction = .up
    }
  }

  /// Takes what a name says, if it is known.
  private mutating func take(_ words: [String]) -> Bool {
    switch words.joined(separator: "_").lowercased() {
    case "pulse", "index", "pulse_index", "pulse_number", "n", "i", "#", "number", "pulse_no":
      role = .index
    case "polarity", "direction", "sign", "pulse_polarity", "pulse_direction", "type":
      role = .polarity
    case "conductance", "g", "siemens":
      role = .state
      quantity = .siemens
    case "resistance", "r", "ohm":
      role = .state
      quantity = .siemens
      isResistance = true
    case "weight", "w":
      role = .state
      quantity = .weight
    case "state", "value":
      role = .state
    case "time", "t", "seconds", "timestamp":
      role = .time
    default:
      return false
    }
    return true
  }

  /// Takes a unit, if it does not contradict the name.
  private mutating func apply(_ found: CurveUnit?) -> Bool {
    guard let found else { return false }
    switch found.dimension {
    case .time:
      guard role == .time else { return false }
    case .conductance, .resistance:
      guard role == nil || role == .state || role == .index, quantity != .weight,
        quantity == nil || isResistance == (found.dimension == .resistance)
      else { return false }
      quantity = .siemens
      isResistance = found.dimension == .resistance
    }
    unit = found
    return true
  }

  private mutating func clear() {
    role = nil
    quantity = nil
    isResistance = false
    unit = nil
  }
}
