import AnalogTraining
import DeviceContract
import ReproducibleNoise
import Testing

/// What a digital buffer collects, and when it fires.
@Suite struct TransferBufferTests {
  /// Adds the same read of the one cell so many times, and says what was fired each time.
  static func course(
    _ buffer: inout TransferBuffer, read: Float, visits: Int
  ) -> [Int16] {
    (0..<visits).map { _ in buffer.add([read], columns: 0..<1, writes: [true])[0] }
  }

  @Test func aPulseIsFiredWhenTheReadsMakeAWholeOne() {
    var buffer = TransferBuffer(rows: 1, columns: 1, rate: 0.25)
    #expect(Self.course(&buffer, read: -1, visits: 9) == [0, 0, 0, -1, 0, 0, 0, -1, 0])
    #expect(buffer.values.values == [-0.25])
  }

  @Test func whatIsKeptOfAnEntryThatHasFired() {
    var kept = TransferBuffer(rows: 1, columns: 1, rate: 1.5, afterPulse: .keep(0.5))
    #expect(Self.course(&kept, read: 1, visits: 1) == [1])
    #expect(kept.values.values == [0.75])
    var subtracted = TransferBuffer(rows: 1, columns: 1, rate: 1.5, afterPulse: .subtract)
    #expect(Self.course(&subtracted, read: 1, visits: 3) == [1, 1, 1])
    #expect(subtracted.values.values == [1.5])
  }

  @Test func noMorePulsesThanAllowedAreFiredAtAVisit() {
    var one = TransferBuffer(rows: 1, columns: 1, rate: 1, afterPulse: .subtract)
    #expect(Self.course(&one, read: 3.5, visits: 1) == [1])
    #expect(one.values.values == [2.5])
    var three = TransferBuffer(
      rows: 1, columns: 1, rate: 1, mostPulses: 3, afterPulse: .subtract)
    #expect(Self.course(&three, read: -2.5, visits: 2) == [-2, -3])
    #expect(three.values.values == [0])
  }

  /// What a column collects beyond a whole pulse before it has a reference is lost: it would be fired at once later,
  /// and says only how wrong the first reference was.
  @Test func anEntryThatMayNotFireForgetsWhatItWouldHaveFired() {
    var buffer = TransferBuffer(rows: 1, columns: 2, rate: 1)
    #expect(buffer.add([1, 1], columns: 0..<2, writes: [false, true]) == [0, 1])
    #expect(buffer.values.values == [0, 0])
    #expect(buffer.add([0.5], columns: 0..<1, writes: [false]) == [0])
    #expect(buffer.add([0.5], columns: 0..<1, writes: [true]) == [1])
  }

  /// H becomes (1 - b) H + rate P: its limit is rate P / b.
  @Test func aBufferThatForgetsHasALimit() {
    var buffer = TransferBuffer(rows: 1, columns: 1, rate: 0.09, decay: 0.1)
    let fired = Self.course(&buffer, read: 1, visits: 400)
    #expect(fired.allSatisfy { $0 == 0 }, "0.09 / 0.1 is below one pulse")
    #expect(abs(buffer.values.values[0] - 0.9) < 1e-5)
  }

  @Test func readsGoToTheirCells() {
    var buffer = TransferBuffer(rows: 2, columns: 4, rate: 0.5)
    _ = buffer.add([0.1, 0.2, 0.3, 0.4], columns: 1..<3, writes: [true, true])
    #expect(
      buffer.values == Matrix(rows: 2, columns: 4, values: [0, 0.05, 0.1, 0, 0, 0.15, 0.2, 0]))
  }

  /// The rates of docs/training.md, and how they scale with a layer.
  @Test func theRateIsThatOfTheSettings() {
    var settings = BufferSettings(transferRate: 0.03)
    let small = layer(rows: 10, columns: 32)
    #expect(abs(settings.rate(of: small) - 0.0649) < 1e-4)
    settings.threshold = 0.8
    #expect(abs(settings.rate(of: small) - 0.0811) < 1e-4)
    (settings.threshold, settings.autoGranularity, settings.every) = (1, 1_000, 2)
    #expect(abs(settings.rate(of: small) - 0.0649 * 64 / 1_000) < 1e-5)
  }

  /// A transfer without memory: the mean number of pulses is the value times the rate.
  ///
  /// 4,000 draws of at most one pulse: a
  /// standard deviation of the mean is below 0.008, and 4.5 of them are left out in 7 of a million runs a value.
  @Test func stochasticTransfersHaveTheRightMean() {
    let seed: UInt64 = 3
    var random = RandomStream(seed: seed)
    var transfer = Transfer.stochastic(BitLinePlanner(granularity: 0.1), rate: 0.05)
    for columns in [0..<1, 0..<2] {
      let values = Array([0.8, -0.4, 1.6, -1.2][..<(2 * columns.count)].map { Float($0) })
      var sums = [Double](repeating: 0, count: values.count)
      for _ in 0..<4_000 {
        let pulses = transfer.pulses(
          values, writes: Array(repeating: true, count: columns.count), rows: 2, columns: columns,
          array: 1, using: &random)
        guard let pulses = pulses.first else { continue }
        for (cell, count) in counts(of: pulses).enumerated() { sums[cell] += Double(count) }
      }
      print("stochastic transfer, seed \(seed):", sums.map { $0 / 4_000 })
      for (sum, value) in zip(sums, values) {
        #expect(abs(sum / 4_000 - Double(value) * 0.5) < 4.5 * 0.008)
      }
    }
  }
}

/// Signed pulses of each cell, row-major.
func counts(of pulses: ArrayPulses) -> [Int] {
  switch pulses.pattern {
  case .counts(let counts): counts.map(Int.init)
  case .outerProduct(let rows, let columns, let slots):
    rows.flatMap { row in
      columns.map { column in
        row.coincidences(with: column, slots: slots)
          * (row.isNegative == column.isNegative ? 1 : -1)
      }
    }
  default: []
  }
}
