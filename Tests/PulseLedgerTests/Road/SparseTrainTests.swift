import DeviceContract
import PhysicalUnits
import PulseLedger
import SimulatedCrossbar
import Testing

/// Outer products that pulse few cells, under limits that look at every cell.
@Suite struct SparseTrainTests {
  private static func train(_ bench: Bench, row: Int, column: Int) -> PulseTrain {
    func lines(_ count: Int, _ firing: Int) -> [BitLine] {
      (0..<count).map { BitLine(isNegative: false, words: $0 == firing ? [1] : []) }
    }
    return bench.train(
      .outerProduct(rowLines: lines(4, row), columnLines: lines(6, column), slots: 1))
  }

  /// Trains of different lines: sums of their largest exposures say nothing of the cell that has felt the most.
  @Test func exposuresAreLimitedCellByCell() async throws {
    let bench = try Bench()
    let limit = 12
    let device = try bench.metered { $0.exposuresPerCell = limit }
    var refusals = 0
    for place in 0..<60 {
      let train = Self.train(bench, row: place % 4, column: place % 5)
      let added = HalfSelectExposures(of: train, rows: 4, columns: 6)
      let felt = await device.exposures(of: bench.region)
      let fits = felt.indices.allSatisfy { cell in
        let more = added.count(row: Row(cell / 6), column: Column(cell % 6))
        return more == 0 || Int(felt[cell]) + more <= limit
      }
      let error: DeviceError?
      do throws(DeviceError) {
        _ = try await device.apply(train)
        error = nil
      } catch let found {
        error = found
        refusals += 1
      }
      #expect((error == nil) == fits && (error == nil || error?.code == .overBudget))
    }
    #expect(refusals > 0 && refusals < 60)
    #expect(await device.exposures(of: bench.region) == (try await bench.felt()))
  }

  @Test func pulsesAreLimitedCellByCell() async throws {
    let bench = try Bench()
    let device = try bench.metered {
      $0.perCell = 2
      $0.protected = [CellRegion(rows: 3..<4, columns: 5..<6)]
    }
    let trains = [(0, 0), (1, 1), (0, 0), (2, 5), (3, 4)].map {
      Self.train(bench, row: $0.0, column: $0.1)
    }
    _ = try await device.apply(trains)
    try await bench.expectRefusal(
      .overBudget, of: [Self.train(bench, row: 0, column: 0)], by: device,
      telling: ["cell (0, 0) of tile 0"])
    try await bench.expectRefusal(
      .overLimit, of: [Self.train(bench, row: 3, column: 5)], by: device,
      telling: ["cell (3, 5) of tile 0"])
    #expect(
      await device.counts(of: bench.region)
        == (try await bench.simulator.odometer(of: bench.region)))
  }

  /// A period between two steps of the device: what is reserved for a train is given back whole.
  @Test func timeIsReservedAsItIsSpent() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator)
    var train = Self.train(bench, row: 0, column: 0)
    train.shape.period = train.shape.period + PulseWidth(picoseconds: 4_000)
    let receipt = try await device.apply(train)
    #expect(receipt.shape.period != train.shape.period)
    #expect(await device.spending.time == receipt.duration)
  }

  @Test func aJournalThatForgetsGivesOutNumbers() async throws {
    let bench = try Bench()
    let device = MeteredDevice(bench.simulator, journal: ForgettingJournal())
    for _ in 0..<3 {
      _ = try await device.apply([
        Self.train(bench, row: 0, column: 0), Self.train(bench, row: 1, column: 1),
      ])
      _ = try await device.read(ReadRequest(region: bench.region))
    }
    #expect(try await bench.simulator.history().last == 6)
    #expect(await device.account.totals.all == 6)
  }
}
