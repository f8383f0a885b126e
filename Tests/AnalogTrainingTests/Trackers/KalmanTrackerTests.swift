import ReproducibleNoise
import Testing

@testable import AnalogTraining

/// The filter of points and chopped signals.
@Suite struct KalmanTrackerTests {
  /// Covariances after so many visits under a sign that stays.
  static func settled(
    _ settings: KalmanTracker.Settings, sign: Float, visits: Int = 4_000
  ) -> KalmanTracker.Covariance {
    var tracker = KalmanTracker(rows: 1, columns: 1, settings: settings)
    for _ in 0..<visits { tracker.observe([0], columns: 0..<1, signs: [sign]) }
    return tracker.covariances[0]
  }

  /// Without a signal it is the local level: before a read its variance p solves p^2 = q p + q, after it p / (p + 1).
  @Test(arguments: [1e-4, 0.01, 0.5])
  func aPointAloneHasTheVarianceOfTheLocalLevel(noise: Double) {
    var settings = KalmanTracker.Settings()
    (settings.pointNoise, settings.signalNoise) = (noise, 0)
    let before = (noise + (noise * noise + 4 * noise).squareRoot()) / 2
    let found = Self.settled(settings, sign: 1)
    #expect(abs(found.point - before / (before + 1)) < 1e-9)
    #expect(found.both == 0 && found.signal == 0)
  }

  /// What is left after many visits solves the Riccati equation P = A (P - P h h' P / (h' P h + 1)) A' + Q.
  @Test(arguments: [Float(1), -1])
  func covariancesSolveTheRiccatiEquation(sign: Float) {
    let settings = KalmanTracker.Settings()
    let (c, memory) = (Double(sign), settings.signalMemory)
    let found = Self.settled(settings, sign: sign)
    // Before the next read.
    let p = found.point + settings.pointNoise
    let b = memory * found.both
    let s = memory * memory * found.signal + settings.signalNoise
    let (hp, hs) = (p + c * b, b + c * s)
    let total = hp + c * hs + 1
    #expect(abs(p - (p - hp * hp / total + settings.pointNoise)) < 1e-9)
    #expect(abs(b - memory * (b - hp * hs / total)) < 1e-9)
    #expect(abs(s - (memory * memory * (s - hs * hs / total) + settings.signalNoise)) < 1e-9)
    #expect(c * b < 0, "what is taken for the point is not taken for the signal")
  }

  /// Cells as the filter takes them to be, with a chopper that turns over every 10 visits.
  struct Cells {
    var random: RandomStream
    var points: [Float]
    var signals: [Float]
    let settings: KalmanTracker.Settings
    let noise: Float

    init(_ count: Int, settings: KalmanTracker.Settings, noise: Float, seed: UInt64) {
      random = RandomStream(seed: seed)
      (self.settings, self.noise) = (settings, noise)
      points = []
      signals = []
      let memory = settings.signalMemory * settings.signalMemory
      for _ in 0..<count {
        points.append(0.5 * Float(random.gaussian()))
        let scale = (settings.signalNoise / (1 - memory)).squareRoot()
        signals.append(noise * Float(scale * random.gaussian()))
      }
    }

    mutating func read(sign: Float) -> [Float] {
      for cell in points.indices {
        points[cell] += noise * Float(settings.pointNoise.squareRoot() * random.gaussian())
        signals[cell] =
          Float(settings.signalMemory) * signals[cell]
          + noise * Float(settings.signalNoise.squareRoot() * random.gaussian())
      }
      return points.indices.map {
        points[$0] + sign * signals[$0] + noise * Float(random.gaussian())
      }
    }
  }

  /// Errors in units of the spread have a mean square of 1: over 800 cells with a standard error of sqrt(2 / 800), and
  /// the variance of a read is known to some 14 % a cell, which adds 2 % to the mean.
  @Test func errorsAreAsLargeAsTheSpreadSays() {
    let (seed, count, noise): (UInt64, Int, Float) = (41, 800, 0.2)
    var settings = KalmanTracker.Settings()
    (settings.signalNoise, settings.readNoise) = (0.05, 0.5)
    var cells = Cells(count, settings: settings, noise: noise, seed: seed)
    var tracker = KalmanTracker(rows: count, columns: 1, settings: settings)
    var average = MovingAverage(rows: count, columns: 1, gain: 0.25)
    for visit in 0..<150 {
      let sign: Float = visit / 10 % 2 == 0 ? 1 : -1
      let values = cells.read(sign: sign)
      tracker.observe(values, columns: 0..<1, signs: [sign])
      average.observe(values, columns: 0..<1, signs: [sign])
    }
    let errors = zip(tracker.estimate.values, cells.points).map { $0 - $1 }
    let scores = zip(errors, tracker.spread.values).map { $0 / $1 }
    let others = zip(average.estimate.values, cells.points).map { $0 - $1 }
    print(
      "kalman, seed \(seed): error \(rms(errors)), in spreads \(rms(scores)), average \(rms(others))"
    )
    #expect(abs(rms(scores) * rms(scores) - 1) < 4.5 * (2.0 / Double(count)).squareRoot() + 0.04)
    // The gain of E-RIDER is for another end: it follows signals.
    #expect(rms(errors) < 0.5 * rms(others))
  }

  @Test func aStartIsWeighedByItsSpread() {
    var settings = KalmanTracker.Settings()
    settings.readNoise = 0.1
    let start = KnownReference(
      estimate: Matrix(rows: 2, columns: 1, values: [0.5, 0.5]),
      spread: Matrix(rows: 2, columns: 1, values: [0.001, .infinity]))
    var tracker = KalmanTracker(rows: 2, columns: 1, settings: settings, start: start)
    #expect(abs(tracker.spread.values[0] - 0.001) < 1e-6)
    tracker.observe([1, 1], columns: 0..<1, signs: [1])
    #expect(abs(tracker.estimate.values[0] - 0.5) < 0.002, "sure of it")
    #expect(tracker.estimate.values[1] > 0.95, "nothing was known")
    var other = KalmanTracker(rows: 2, columns: 1, settings: settings)
    #expect(other.spread.values == [.infinity, .infinity])
    other.restart(from: start)
    other.observe([1, 1], columns: 0..<1, signs: [1])
    #expect(other == tracker)
  }

  /// Cells of which nothing was known beside others that were known: they are as those of a tracker without a start,
  /// whatever number stands in the place of their points.
  @Test func aCellOfWhichNothingWasKnownBeginsLikeOneWithoutAStart() {
    let start = KnownReference(
      estimate: Matrix(rows: 2, columns: 1, values: [0.5, 7]),
      spread: Matrix(rows: 2, columns: 1, values: [0.01, .infinity]))
    var tracker = KalmanTracker(rows: 2, columns: 1, start: start)
    var alone = KalmanTracker(rows: 2, columns: 1)
    #expect(tracker.spread.values[0].isFinite && tracker.spread.values[1] == .infinity)
    #expect(tracker.estimate.values[1] == 0)
    for (read, value) in [Float(0.2), 0.4, 0.3, 0.1].enumerated() {
      tracker.observe([value, value], columns: 0..<1, signs: [1])
      alone.observe([value, value], columns: 0..<1, signs: [1])
      #expect(tracker.estimate.values[1] == alone.estimate.values[1])
      #expect(tracker.spread.values[1] == alone.spread.values[1])
      #expect(tracker.spread.values[1].isFinite == (read > 1))
    }
  }
}
