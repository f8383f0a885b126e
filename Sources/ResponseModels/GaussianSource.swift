import ReproducibleNoise

/// Where device-to-device spread takes its normal numbers from.
protocol GaussianSource {
  mutating func gaussian() -> Double
  mutating func uniform(_ low: Double, _ high: Double) -> Double
  mutating func uniform() -> Double
}

extension RandomStream: GaussianSource {}

/// A source that always draws the mean, for the mean device.
struct NoSpread: GaussianSource {
  mutating func gaussian() -> Double { 0 }
  mutating func uniform() -> Double { 1 }
  mutating func uniform(_ low: Double, _ high: Double) -> Double { (low + high) / 2 }
}
