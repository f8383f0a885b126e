public import DeviceContract
import Foundation
public import PulseLedger
import SymmetricPoint

extension WriteVerify {
  /// What it costs from known states: each cell by the way that it has to go.
  ///
  /// - Parameter factor: how many times the pulses that straight lines ask for.
  public func cost(
    from states: [Float], to targets: [Float?], factor: Double = 1, on region: CellRegion,
    of capabilities: Capabilities
  ) -> CalibrationCost {
    let pulses = pulses(from: states, to: targets).map { count in
      let most = min(Double(abs(count)) * factor, Double(mostPulses))
      return Int(most.rounded(.up)) * count.signum()
    }
    let most = pulses.reduce(0) { max($0, abs($1)) }
    // A round for each part of the way, and as many again for the few cells that are not there yet.
    let reads = most == 0 ? 2 : 12 + Int(2 * Double(most) * expected.step / (0.1 * expected.range))
    let times = max(1, (most + Int(Int16.max) - 1) / Int(Int16.max))
    var quote = PulseQuote(
      train(
        pulses.map { Int16(clamping: ($0 + $0.signum() * (times - 1)) / times) }, region,
        capabilities),
      times: times, on: capabilities)
    quote.add(reads: reads, of: region, averages: averages, on: capabilities)
    var cost = CalibrationCost(quote, reads: reads, energy: \.expectedEnergy)
    cost.pulses = pulses.reduce(0) { $0 + abs($1) }
    cost.pulsesPerCell = most
    return cost
  }

  /// The pulses of each cell by what is expected of it, positive for up.
  public func pulses(from states: [Float], to targets: [Float?]) -> [Int] {
    let array = MovedCell.Array(expected: expected, readVariance: 1e-12)
    return states.indices.map { cell in
      guard let target = targets[cell].map(Double.init) else { return 0 }
      let state = Double(states[cell])
      guard abs(target - state) > max(tolerance, expected.step / 2) else { return 0 }
      let polarity: Polarity = target > state ? .up : .down
      let ends = (array.step(polarity, at: state), array.step(polarity, at: target))
      // The mean of 1 / step along a straight line.
      let ratio = log(ends.0 / ends.1)
      let mean = abs(ratio) < 1e-6 ? ends.0 : (ends.0 - ends.1) / ratio
      let step = steps?[cell].map(Double.init) ?? 0
      let scale = step > 0 ? step / array.step(polarity, at: target) : 1
      let count = Int(min(abs(target - state) / (mean * scale), 1e8).rounded(.up))
      return polarity == .up ? count : -count
    }
  }

  /// What no run exceeds: every cell with a target gets the most pulses, in all rounds.
  public func worst(
    on region: CellRegion, _ targets: [Float?], of capabilities: Capabilities
  ) -> PulseQuote {
    // Cells of a row that go up and down at once take a slot each.
    let columns = region.columns.count
    let counts = targets.indices.map { cell in
      targets[cell] == nil ? 0 : Int16(cell % columns % 2 == 0 ? 1 : -1)
    }
    var quote = PulseQuote(train(counts, region, capabilities), times: mostPulses, on: capabilities)
    quote.add(reads: mostReads, of: region, averages: averages, on: capabilities)
    return quote
  }

  /// Reads of the region that no run exceeds.
  var mostReads: Int { mostRounds + Self.mostLastReads + 1 }

  private func train(
    _ counts: [Int16], _ region: CellRegion, _ capabilities: Capabilities
  ) -> PulseTrain {
    capabilities.train(.counts(counts), over: region, scheme: scheme, cause: .program)
  }
}

extension MeteredDevice {
  /// The most pulses of a cell, up to a number, whose quote all limits allow.
  public func mostPulses(
    upTo most: Int, on region: CellRegion, quote: @Sendable (Int) -> PulseQuote
  ) throws(DeviceError) -> Int {
    func fits(_ count: Int) throws(DeviceError) -> Bool {
      try verdicts(on: quote(count), over: region).allSatisfy {
        // A limit that nothing spends, such as one of the voltage, is for the check of the campaign to tell.
        $0.fits || $0.spent == nil
      }
    }
    if try fits(most) { return most }
    var (low, high) = (0, most)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try fits(middle) { low = middle } else { high = middle }
    }
    return low
  }
}
