import DeviceContract
import PulseLedger
import Testing

@testable import SymmetricPoint

/// The ways of single cells that searches leave behind.
@Suite struct CellCourseTests {
  /// Six cells from the first to the last, and the end of each way is what the search says of the cell.
  @Test(arguments: ["seek", "sweep", "array-mean", "zero-shifting"])
  func waysEndAtTheEstimates(name: String) async throws {
    let subject = try await Subject(
      "low-noise", rows: 8, columns: 8, seed: 7, options: [quietReads])
    let seek = Seek(.lowNoise(), tolerance: 0.02, mostPulses: 4_000, scheme: .isolated)
    let search: any SymmetricPointSearch =
      switch name {
      case "seek": seek
      case "sweep": Sweep(.lowNoise(), tolerance: 0.02, mostPulses: 4_000)
      case "array-mean": ArrayMean(seek, sample: 12)
      default: ZeroShifting(.cyclic, pulses: 4_000, scheme: .isolated)
      }
    let found = try await Outcome(search, on: subject).result
    #expect(found.cells.count == 6)
    if name != "array-mean" {
      #expect(found.cells.map(\.cell) == [0, 12, 25, 37, 50, 63])
    }
    for course in found.cells {
      let (end, estimate) = (try #require(course.points.last), found.estimates[course.cell])
      #expect(end.pulses == estimate.pulses && estimate.pulses > 0)
      #expect(zip(course.points, course.points.dropFirst()).allSatisfy { $0.pulses < $1.pulses })
      #expect(end.value == estimate.value && end.halfWidth == estimate.halfWidth)
      // Searches take one more look at the array when their last read is in; it moves little.
      if name == "seek" || name == "sweep", let before = course.points.dropLast().last {
        #expect(abs(before.value - end.value) <= 2 * estimate.halfWidth)
      }
      // What is known gets more, whatever it was at first.
      if let first = course.points.first?.halfWidth { #expect(first > 2 * estimate.halfWidth) }
    }
  }

  /// At the symmetric point of these cells both steps are the step at weight 0 but for the slopes: 0.001 times 1 - w².
  @Test func granularityIsToldWithTheRest() async throws {
    let subject = try await Subject(
      "low-noise", rows: 8, columns: 8, seed: 8, options: [quietReads])
    let seek = Seek(.lowNoise(), tolerance: 0.01, mostPulses: 8_000, scheme: .isolated)
    let found = try await Outcome(seek, on: subject).result
    let steps = try #require(found.steps)
    #expect(steps.count == 64)
    let mean = steps.reduce(0.0) { $0 + Double($1) } / 64
    #expect((0.0009...0.0011).contains(mean), "\(mean)")
  }
}
