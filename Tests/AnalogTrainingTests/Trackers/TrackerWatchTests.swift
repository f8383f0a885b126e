import AnalogTraining
import Foundation
import ReproducibleNoise
import Testing

/// Alarms, freezing, falling back, and references that are handed in and out.
@Suite struct TrackerWatchTests {
  typealias Watch = TrackerWatch<MovingAverage>

  /// Reads of 16 x 4 cells around points that may have moved.
  struct Cells {
    var random: RandomStream
    var points = [Float](repeating: 0.2, count: 64)

    init(seed: UInt64) { random = RandomStream(seed: seed) }

    mutating func feed(_ watch: inout Watch, visits: Int) {
      for _ in 0..<visits {
        let values = points.map { $0 + 0.1 * Float(random.gaussian()) }
        watch.observe(values, columns: 0..<4, signs: [1, 1, 1, 1])
      }
    }
  }

  /// A watch that has accepted what 150 visits have shown, at a false alarm in 1,000 checks.
  static func settled(
    _ cells: inout Cells, _ response: Watch.Response = .report
  ) -> Watch {
    var settings = Watch.Settings()
    (settings.falseAlarms, settings.response) = (0.001, response)
    var watch = Watch(MovingAverage(rows: 16, columns: 4, gain: 0.02), settings: settings)
    cells.feed(&watch, visits: 150)
    watch.check()
    return watch
  }

  /// At a false alarm in 20 checks, 300 checks of as many arrays have 15 on average at most; 4.5 standard deviations more
  /// are seen in 7 of a million runs.
  @Test func whereNothingMovesAlarmsAreAsRareAsStated() {
    let (seed, arrays): (UInt64, Int) = (51, 300)
    var alarms = 0
    for array in 0..<arrays {
      var cells = Cells(seed: seed &+ UInt64(array) &* 1_000)
      var settings = Watch.Settings()
      settings.falseAlarms = 0.05
      var watch = Watch(MovingAverage(rows: 16, columns: 4, gain: 0.02), settings: settings)
      cells.feed(&watch, visits: 60)
      watch.check()
      // Over 150 visits what was accepted is forgotten.
      cells.feed(&watch, visits: 150)
      if watch.check() != nil { alarms += 1 }
    }
    print("false alarms, seed \(seed): \(alarms) of \(arrays), at most 5 % are stated")
    #expect(Double(alarms) < 15 + 4.5 * (300 * 0.05 * 0.95).squareRoot())
  }

  /// A spread of an average of gain .02 is .1 * sqrt(.02 / 1.98) = .01, that of a move 1.4 times as much.
  @Test func aCommonDriftIsTold() throws {
    var cells = Cells(seed: 52)
    var watch = Self.settled(&cells)
    #expect(watch.alarms.isEmpty)
    // Less than one spread in each cell, 7 standard deviations of the mean of all.
    cells.points = cells.points.map { $0 - 0.0125 }
    cells.feed(&watch, visits: 300)
    let told = watch.check()
    let alarm = try #require(told)
    #expect(alarm.kind == .common && alarm.check == 2 && alarm.cells == 64)
    #expect(abs(alarm.shift + 0.0125) < 4.5 * 0.0142 / 8)
    #expect(watch.alarms == [alarm])
  }

  @Test func driftsToBothSidesAreTold() {
    var cells = Cells(seed: 53)
    var watch = Self.settled(&cells)
    cells.points = cells.points.enumerated().map {
      $0.element + ($0.offset % 2 == 0 ? 0.03 : -0.03)
    }
    cells.feed(&watch, visits: 300)
    let told = watch.check()
    #expect(told?.kind == .scatter)
  }

  @Test func oneCellThatMovesIsNamed() throws {
    var cells = Cells(seed: 54)
    var watch = Self.settled(&cells)
    cells.points[4 * 7 + 2] += 0.2
    cells.feed(&watch, visits: 300)
    let told = watch.check()
    let alarm = try #require(told)
    #expect(alarm.row == 7 && alarm.column == 2)
    #expect(alarm.chance < 1e-9)
  }

  @Test func aMoveThatIsAllowedIsNotTold() {
    var cells = Cells(seed: 55)
    var settings = Watch.Settings()
    settings.allowed = 0.1
    var watch = Watch(
      MovingAverage(rows: 16, columns: 4, gain: 0.02), settings: settings,
      start: KnownReference(rows: 16, columns: 4, value: 0.2))
    cells.points = cells.points.map { $0 + 0.03 }
    cells.feed(&watch, visits: 200)
    let told = watch.check()
    #expect(told == nil && watch.checks == 1)
  }

  // MARK: - What is done about it

  @Test func aFrozenReferenceStaysUntilItIsResumed() throws {
    var cells = Cells(seed: 56)
    var watch = Self.settled(&cells, .freeze)
    let good = try #require(watch.accepted)
    cells.points = cells.points.map { $0 + 0.3 }
    cells.feed(&watch, visits: 20)
    #expect(watch.estimate != good.estimate)
    let told = watch.check()
    #expect(told != nil && watch.isFrozen)
    #expect(watch.estimate == good.estimate && watch.spread == good.spread)
    let stood = watch.tracker
    cells.feed(&watch, visits: 20)
    let again = watch.check()
    #expect(watch.tracker == stood && again == nil, "what is frozen takes no reads")
    watch.resume()
    #expect(watch.estimate == stood.estimate)
    cells.feed(&watch, visits: 1)
    #expect(watch.tracker != stood)
  }

  @Test func itFallsBackToTheLastGoodReference() throws {
    var cells = Cells(seed: 57)
    var watch = Self.settled(&cells, .fallBack)
    let good = try #require(watch.accepted)
    cells.points = cells.points.map { $0 + 0.3 }
    cells.feed(&watch, visits: 20)
    let told = watch.check()
    #expect(told != nil)
    #expect(watch.reference == good && !watch.isFrozen)
  }

  @Test func whatIsAcceptedIsComparedWithFromThenOn() {
    var cells = Cells(seed: 58)
    var watch = Self.settled(&cells)
    cells.points = cells.points.map { $0 + 0.3 }
    cells.feed(&watch, visits: 400)
    let told = watch.check()
    #expect(told != nil)
    watch.accept()
    cells.feed(&watch, visits: 200)
    let again = watch.check()
    #expect(again == nil && watch.alarms.count == 1)
  }

  @Test func aReferenceIsHandedInAndOut() throws {
    var cells = Cells(seed: 59)
    let first = Self.settled(&cells)
    let handed = first.reference
    let bytes = try JSONEncoder().encode(handed)
    let taken = try JSONDecoder().decode(KnownReference.self, from: bytes)
    #expect(taken == handed)
    var second = Watch(MovingAverage(rows: 16, columns: 4, gain: 0.02), start: taken)
    #expect(second.accepted == handed && second.estimate == handed.estimate)
    cells.feed(&second, visits: 100)
    let told = second.check()
    #expect(told == nil, "nothing has moved")
    // A watch can be put away with all that it has told.
    cells.points = cells.points.map { $0 + 0.3 }
    cells.feed(&second, visits: 100)
    second.check()
    let again = try JSONDecoder().decode(Watch.self, from: JSONEncoder().encode(second))
    #expect(again.alarms == second.alarms && again.alarms.count == 1)
    #expect(again.tracker == second.tracker)
  }

  @Test func aChoppedAverageBeginsAnewWithItsCopies() {
    var average = ChoppedAverage(rows: 1, columns: 2, kind: .halfPeriod(skipping: 0))
    average.observe([1, 1], columns: 0..<2, signs: [1, 1])
    average.restart(from: KnownReference(rows: 1, columns: 2, value: 0.4))
    #expect(average.isLatched == [true, true] && average.estimate.values == [0.4, 0.4])
    average.observe([2, 2], columns: 0..<2, signs: [1, 1])
    average.latch(0)
    #expect(average.estimate.values == [2, 0.4], "nothing is left of before")
  }

  @Test func aHoldEndsByItselfAndANewPlaceIsAccepted() {
    var cells = Cells(seed: 58)
    var settings = Watch.Settings()
    (settings.falseAlarms, settings.response) = (0.001, .freeze)
    (settings.warmUp, settings.hold) = (2, 3)
    var watch = Watch(MovingAverage(rows: 16, columns: 4, gain: 0.02), settings: settings)
    for _ in 0..<3 {
      cells.feed(&watch, visits: 150)
      watch.check()
    }
    #expect(watch.accepted != nil && watch.checks == 3, "two checks of warm-up")
    cells.points = cells.points.map { $0 + 0.3 }
    cells.feed(&watch, visits: 20)
    let told = watch.check()
    #expect(told != nil && watch.isFrozen)
    for check in 1...3 {
      watch.check()
      #expect(watch.isFrozen == (check < 3))
    }
    #expect(watch.accepted == nil)
    for _ in 0..<4 {
      cells.feed(&watch, visits: 300)
      watch.check()
    }
    #expect(watch.accepted != nil && watch.alarms.count == 1)
    #expect(abs(watch.estimate.values[0] - 0.5) < 0.06, "4.5 spreads of .013")
  }

  /// A score of 8 in one of 64 cells is nothing that a normal does, and what a Student's t of four degrees of freedom
  /// now and then does: by chance in .13 % of cells.
  @Test func fewDegreesOfFreedomLetSingleCellsGoFar() throws {
    let still = KnownReference(rows: 8, columns: 8)
    var (old, new) = (still, still)
    old.spread = Matrix(rows: 8, columns: 8, repeating: 0.1)
    new.spread = old.spread
    new.estimate[3, 5] = 8 * 0.1 * Float(2).squareRoot()
    let normal = try #require(DriftAlarm(from: old, to: new, check: 1, 0.01, allowed: 0))
    #expect(normal.kind == .cell && normal.row == 3 && normal.column == 5)
    #expect(DriftAlarm(from: old, to: new, check: 1, 0.01, allowed: 0, freedom: 4) == nil)
    new.estimate = Matrix(rows: 8, columns: 8, repeating: 0.1)
    let common = try #require(
      DriftAlarm(from: old, to: new, check: 1, 0.01, allowed: 0, freedom: 4))
    #expect(common.kind == .common)
  }
}
