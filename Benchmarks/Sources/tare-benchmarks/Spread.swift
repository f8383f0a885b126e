/// Several measurements of one thing.
struct Spread {
  /// What the numbers are told in.
  enum Unit {
    case microseconds, seconds, rate
  }

  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var median: Double {
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The value that so many of a hundred are not above.
  func percentile(_ percent: Int) -> Double {
    sorted[min(sorted.count - 1, sorted.count * percent / 100)]
  }

  /// Times at the 50th and the 99th percentile, in microseconds.
  var percentiles: String {
    Self.grouped(median * 1e6, digits: 1) + ", " + Self.grouped(percentile(99) * 1e6, digits: 1)
  }

  /// Each value under a function, such as a rate for a time.
  func map(_ body: (Double) -> Double) -> Spread { Spread(sorted.map(body)) }

  /// Such as "210 (190 to 400) µs".
  func text(in unit: Unit) -> String {
    func number(_ value: Double) -> String { Self.text(value, in: unit) }
    let suffix =
      switch unit {
      case .microseconds: " µs"
      case .seconds: " s"
      case .rate: "/s"
      }
    return "\(number(median)) (\(number(sorted.first ?? 0)) to \(number(sorted.last ?? 0)))"
      + suffix
  }

  private static func text(_ value: Double, in unit: Unit) -> String {
    switch unit {
    case .microseconds: grouped(value * 1e6, digits: value < 1e-4 ? 1 : 0)
    case .seconds: grouped(value, digits: value < 10 ? 3 : 1)
    case .rate: grouped(value, digits: 0)
    }
  }

  /// With a comma after every three digits.
  static func grouped(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    let whole = String(Int(scaled / scale))
    var text = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    if digits > 0 {
      let rest = String(Int(scaled.truncatingRemainder(dividingBy: scale)))
      text += "." + String(repeating: "0", count: digits - rest.count) + rest
    }
    return (value < 0 && scaled > 0 ? "-" : "") + text
  }
}
