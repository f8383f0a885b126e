/// How values become colours.
public enum ColorScale: Sendable, Equatable {
  /// From dark to light, for values without a natural middle.
  case sequential
  /// Blue below and orange above a middle that is nearly white, for deviations.
  case diverging(center: Double)

  /// The number of different colours; finer steps cannot be told apart.
  static let levels = 192

  /// The stops of a scale, at equal distances.
  ///
  /// Lightness changes evenly, so that equal differences of values look equal and the order survives
  /// printing in grey and colour blindness.
  var stops: [PerceptualColor] {
    switch self {
    case .sequential:
      [
        PerceptualColor(lightness: 0.25, chroma: 0.100, hue: 290),
        PerceptualColor(lightness: 0.42, chroma: 0.110, hue: 262),
        PerceptualColor(lightness: 0.59, chroma: 0.085, hue: 205),
        PerceptualColor(lightness: 0.76, chroma: 0.130, hue: 150),
        PerceptualColor(lightness: 0.93, chroma: 0.140, hue: 106),
      ]
    case .diverging:
      [
        PerceptualColor(lightness: 0.40, chroma: 0.120, hue: 255),
        PerceptualColor(lightness: 0.68, chroma: 0.105, hue: 248),
        PerceptualColor(lightness: 0.96, chroma: 0.004, hue: 90),
        PerceptualColor(lightness: 0.68, chroma: 0.125, hue: 55),
        PerceptualColor(lightness: 0.40, chroma: 0.105, hue: 42),
      ]
    }
  }

  /// The colours of all levels, from the lowest value to the highest, as `#rrggbb`.
  var colors: [String] {
    linearColors.map(PerceptualColor.hexadecimal)
  }

  /// The colours of all levels in linear red, green and blue.
  var linearColors: [[Double]] {
    let stops = stops
    return (0..<Self.levels).map { level in
      let place = Double(level) / Double(Self.levels - 1) * Double(stops.count - 1)
      let index = min(Int(place), stops.count - 2)
      let mixed = PerceptualColor.mix(
        stops[index], stops[index + 1], place - Double(index))
      return PerceptualColor.linearRGB(lightness: mixed.lightness, a: mixed.a, b: mixed.b)
    }
  }

  /// The limits that a scale needs for values between two others.
  func limits(for values: ClosedRange<Double>) -> ClosedRange<Double> {
    switch self {
    case .sequential: return values
    case .diverging(let center):
      let reach = max(abs(values.lowerBound - center), abs(values.upperBound - center))
      return (center - reach)...(center + reach)
    }
  }
}
