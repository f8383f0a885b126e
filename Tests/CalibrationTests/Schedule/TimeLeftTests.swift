import PhysicalUnits
import SymmetricPoint
import Testing

@testable import Calibration

/// The time that is left, from times that are made up.
@Suite struct TimeLeftTests {
  private static func stand(_ done: Int, of cells: Int = 1_000, pulses: Int) -> SearchProgress {
    SearchProgress(done: done, cells: cells, pulses: pulses, reads: 0)
  }

  /// Nothing is said of a campaign that has just begun: not by time, not by notes, not by pulses.
  @Test func nothingIsSaidTooEarly() {
    var soon = TimeLeft(planned: 1_000)
    for tick in 0..<10 {
      soon.note(Self.stand(0, pulses: 50 * tick), at: 0.1 * Double(tick))
      #expect(soon.seconds == nil)
    }
    var few = TimeLeft(planned: 1_000)
    for tick in 0..<2 { few.note(Self.stand(0, pulses: 300 * tick), at: 5 * Double(tick)) }
    #expect(few.seconds == nil)
    var still = TimeLeft(planned: 100_000)
    for tick in 0..<10 { still.note(Self.stand(0, pulses: tick), at: Double(tick)) }
    #expect(still.seconds == nil)
  }

  /// With no cell done the plan counts: 700 of 1,000 pulses are left after 300 in 3 s.
  @Test func thePlanCountsAtFirst() throws {
    var left = TimeLeft(planned: 1_000)
    for tick in 0...3 { left.note(Self.stand(0, pulses: 100 * tick), at: Double(tick)) }
    let seconds = try #require(left.seconds?.value)
    #expect(abs(seconds - 7) < 1e-9)
  }

  /// A campaign whose cells take twice what was planned: the estimate comes to within a fifth of the truth at half of
  /// it and stays there, and is nothing at the end.
  @Test func whatWasSeenCountsAtTheEnd() throws {
    let (cells, rate, each) = (1_000, 5_000.0, 200)
    var left = TimeLeft(planned: cells * each / 2)
    let end = Double(cells * each) / rate
    for tick in 0...40 {
      let time = end * Double(tick) / 40
      left.note(Self.stand(cells * tick / 40, pulses: Int(rate * time)), at: time)
      guard tick >= 20, tick < 40 else { continue }
      let seconds = try #require(left.seconds?.value)
      #expect(abs(seconds - (end - time)) <= 0.2 * (end - time), "\(seconds) at \(time) of \(end)")
    }
    #expect(left.seconds == .zero)
  }

  /// Beyond the plan with no cell done lately nothing is known.
  @Test func beyondThePlanNothingIsMadeUp() {
    var left = TimeLeft(planned: 100)
    for tick in 0...10 { left.note(Self.stand(0, pulses: 100 * tick), at: Double(tick)) }
    #expect(left.seconds == nil)
  }

  /// A line that becomes ten times as slow shows within a minute; one slow read does not matter.
  @Test func aSlowLineShows() throws {
    var left = TimeLeft(planned: 1_000_000)
    var (time, pulses) = (0.0, 0)
    func note(_ seconds: Double, _ more: Int) throws -> Double {
      (time, pulses) = (time + seconds, pulses + more)
      left.note(Self.stand(0, pulses: pulses), at: time)
      return left.seconds?.value ?? .nan
    }
    for _ in 0..<60 { _ = try note(1, 1_000) }
    let before = try note(1, 1_000)
    #expect(abs(before - Double(1_000_000 - pulses) / 1_000) < 1e-6 * before)
    let hiccup = try note(2, 1_000)
    #expect(abs(hiccup - before) < 0.1 * before)
    for _ in 0..<60 { _ = try note(1, 100) }
    let slow = try note(1, 100)
    #expect(slow > 6 * before && slow < 10 * before)
  }

  /// What came from a ledger took no time, and says nothing.
  @Test func aRestartForgets() {
    var left = TimeLeft(planned: 1_000)
    for tick in 0...5 { left.note(Self.stand(0, pulses: 100 * tick), at: Double(tick)) }
    #expect(left.seconds != nil)
    left.restart()
    left.note(Self.stand(0, pulses: 600), at: 6)
    #expect(left.seconds == nil)
  }

  @Test(arguments: [
    (0.0, "0 s"), (0.2, "1 s"), (9.0, "9 s"), (12.0, "15 s"), (59.0, "60 s"), (60.0, "1 min"),
    (200.0, "3 min"), (3_569.0, "59 min"), (3_600.0, "1 h"), (7_900.0, "2 h 10 min"),
  ])
  func inWords(seconds: Double, text: String) {
    #expect(TimeLeft.text(Seconds(seconds)) == text)
  }
}
