import DeviceContract
import Foundation
import PulseLedger
import ReproducibleNoise
import ResponseModels
import SimulatedCrossbar
import Testing

@testable import SymmetricPoint

/// Cells that were calibrated before, and whose symmetric points have moved since.
///
/// Cover: 95 % of 256 cells are 243 with a standard deviation of 3.5; 90 % and 99.5 % are 3.6 and 3.3 of them away, a
/// false alarm of 7e-4. Seeds are fixed: an alarm is of a change.
@Suite struct RefreshingTests {
  private static let tolerance = 0.02
  private static let search = Seek(
    .lowNoise(), tolerance: tolerance, mostPulses: 4_000, scheme: .isolated)

  /// An array that was calibrated, and a simulator of it as it is after its symmetric points have moved.
  private struct Moved {
    let region: CellRegion
    let earlier: [SymmetricPointEstimate]
    let truth: [Double]
    let make: () throws -> SimulatedCrossbar

    /// - Parameters:
    ///   - drift: the standard deviation of the moves.
    ///   - isUsed: whether cells were pulsed since, and stand anywhere.
    init(drift: Double, seed: UInt64, isUsed: Bool = false) async throws {
      let subject = try await Subject("low-noise", rows: 16, columns: 16, seed: seed)
      let region = subject.region
      earlier = try await RefreshingTests.search.run(
        on: MeteredDevice(subject.simulator), region: region
      ).estimates
      let model = DeviceDescription(try Preset.named("low-noise")).model.resolved
      var cells = model.sampleCells(rows: 16, columns: 16, seed: seed)
      var random = RandomStream(seed: seed, stream: 1 << 60)
      var truth: [Double] = []
      for place in cells.cells.indices {
        let point = try #require(subject.truth[place]) + drift * random.gaussian()
        // This device has its symmetric point at state 0, and the weight is the state less the reference.
        cells.cells[place].reference = -point
        truth.append(try #require(model.symmetricPoint(of: cells.cells[place])))
        #expect(abs(truth[place] - point) < 1e-9)
      }
      cells.start = try await subject.simulator.states(of: region).map {
        Double($0) + (isUsed ? 0.3 * random.gaussian() : 0)
      }
      (self.truth, self.region) = (truth, region)
      let given = cells
      make = {
        var settings = SimulatorSettings(
          device: DeviceDescription(try Preset.named("low-noise")))
        (settings.rows, settings.columns, settings.seed) = (16, 16, seed + 1_000)
        settings.cells = given
        return try SimulatedCrossbar(settings)
      }
    }

    /// What the earlier calibration leaves known, if symmetric points are thought to have moved by so much.
    func standing(_ drift: Double) -> [SymmetricPointEstimate] {
      earlier.map { estimate in
        var aged = estimate
        let deviation = Double(estimate.halfWidth) / 1.96
        aged.halfWidth = Float(1.96 * (deviation * deviation + drift * drift).squareRoot())
        return aged
      }
    }

    func cover(_ estimates: [SymmetricPointEstimate]) -> Double {
      let held = zip(estimates, truth).count { $0.interval.contains(Float($1)) }
      return Double(held) / Double(truth.count)
    }
  }

  /// What is known already is worth pulses, intervals hold, and cells move as far as they were thought to.
  ///
  /// Cells that stand where they were left say it themselves; those that were used since do not.
  @Test(arguments: [1, 2], [false, true])
  func whatIsKnownIsWorthPulses(seed: UInt64, isUsed: Bool) async throws {
    print("RefreshingTests.whatIsKnownIsWorthPulses: seed \(seed), \(isUsed)")
    let drift = 0.025
    let moved = try await Moved(drift: drift, seed: seed, isUsed: isUsed)
    let due = Array(0..<moved.region.count)
    let anew = MeteredDevice(try moved.make())
    let first = try await Self.search.run(on: anew, region: moved.region)
    let search = Refreshing(Self.search, standing: moved.standing(drift), due: due)
    let device = MeteredDevice(try moved.make())
    let again = try await search.run(on: device, region: moved.region)
    let pulses = (await anew.account.totals.all, await device.account.totals.all)
    let ratio = try #require(again.driftRatio)
    print(
      "  \(pulses.0 / 256) pulses a cell anew, \(pulses.1 / 256) with what was known; cover "
        + "\(moved.cover(first.estimates)), \(moved.cover(again.estimates)); drift ratio \(ratio)")
    #expect(again.stoppedBy == nil && again.count(of: .converged) >= 250)
    // An error of 0.02 and a drift of 0.025 leave 0.032, which is worth two fifths of the pulses that noise asks for.
    let before = moved.earlier.reduce(0) { $0 + $1.pulses }
    #expect(Double(pulses.1) < 0.8 * Double(isUsed ? pulses.0 : before))
    #expect((0.90...0.995).contains(moved.cover(again.estimates)))
    let errors = zip(again.estimates, moved.truth).map { Double($0.value) - $1 }
    #expect(rms(errors) < 1.2 * Self.tolerance)
    // Squares of 256 normal numbers: 1, and 4 standard deviations of 0.09.
    #expect((0.64...1.36).contains(ratio))
    // Who thinks that nothing moved is told better, unless so much was known that nothing more is looked for.
    guard !isUsed else { return }
    let sure = Refreshing(Self.search, standing: moved.standing(0.006), due: due)
    let surprised = try await sure.run(
      on: MeteredDevice(try moved.make()), region: moved.region)
    #expect(try #require(surprised.driftRatio) > 1.5)
  }

  /// Cells that are not due keep their estimates, and no pulse reaches them.
  @Test func othersAreLeftAlone() async throws {
    let moved = try await Moved(drift: 0.025, seed: 3)
    let due = (0..<256).filter { $0 % 5 == 0 }
    let standing = moved.standing(0.025)
    let search = Refreshing(Self.search, standing: standing, due: due)
    let device = MeteredDevice(try moved.make())
    let found = try await search.run(on: device, region: moved.region)
    let counts = await device.counts(of: moved.region)
    let quote = search.quote(on: moved.region, of: device.capabilities)
    #expect(quote.pulses.all == due.count * 4_000 && quote.perCell == 4_000)
    for cell in 0..<256 {
      if due.contains(cell) {
        #expect(found.estimates[cell].pulses == Int(counts.up[cell] + counts.down[cell]))
        #expect(found.estimates[cell].halfWidth < standing[cell].halfWidth)
      } else {
        #expect(counts.up[cell] + counts.down[cell] == 0)
        #expect(found.estimates[cell].value == standing[cell].value)
        #expect(found.estimates[cell].halfWidth == standing[cell].halfWidth)
        #expect(found.estimates[cell].pulses == 0)
      }
    }
    let nothing = Refreshing(Self.search, standing: standing, due: [])
    let idle = try await nothing.run(on: device, region: moved.region)
    #expect(idle.reads == 0 && idle.estimates.map(\.value) == standing.map(\.value))
    #expect(nothing.quote(on: moved.region, of: device.capabilities) == PulseQuote())
  }

  /// What is known is where the lines cross, and nothing else of them is touched.
  @Test func aKnownPointIsWhereLinesCross() {
    let belief = LineBelief(.lowNoise())
    let least = 0.05 * 2 * ResponseExpectation.lowNoise().slope
    let known = belief.around(KnownPoint(value: 0.2, deviation: 0.01))
    let point = LineFilter(
      reading: 0, belief: known,
      noise: .init(pulse: 0.3, isMultiplicative: false, read: 1e-6)
    ).symmetricPoint(leastSlope: least)
    // Slopes of an unknown sum make the ratio spread a little further.
    #expect(abs(point.value - 0.2) < 1e-3 && (0.009_9...0.013).contains(point.deviation))
    for place in [1, 3] {
      #expect(known.mean[place] == belief.mean[place])
      #expect(abs(known.covariance[place][place] - belief.covariance[place][place]) < 1e-15)
    }
    #expect(abs(known.mean[0] + known.mean[2] - belief.mean[0] - belief.mean[2]) < 1e-15)
  }
}
