import ArgumentParser
import Calibration
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar
import SymmetricPoint

/// A ledger whose cells are followed: what it says of itself, and what is expected of its cells.
struct TrackedLedger {
  let path: String
  let genesis: LedgerEntry.Genesis
  let campaign: LedgerEntry.Campaign
  let device: DeviceIdentity
  /// The settings of the run, as it was begun.
  let settings: [String: String]
  let expected: ResponseExpectation
  /// Standard deviation of a sample of a read, as a weight.
  let readNoise: Double
  /// The simulator that it was, built anew, which alone knows the truth; nil for a board.
  let simulator: SimulatedCrossbar?

  /// Reads what a ledger says of itself.
  ///
  /// - Parameters:
  ///   - expect: what is expected of the cells; nil for what a simulator was.
  ///   - readNoise: nil for that of the simulator, and for .2 % of the window else.
  init(_ path: String, expect: String?, readNoise: Double?) throws {
    var record = try PulseRecord(path)
    var none: PassiveArray?
    while record.source.campaign == nil || record.source.device == nil {
      guard try record.advance(&none, most: 100) else { break }
    }
    guard let genesis = record.source.genesis, let campaign = record.source.campaign,
      let device = record.source.device
    else {
      throw CommandFailure(
        .noInput,
        "\(path): no run has begun in this ledger, so that there are no pulses to learn from; track it when one has"
      )
    }
    (self.path, self.genesis, self.campaign, self.device) = (path, genesis, campaign, device)
    settings =
      (try? JSONDecoder().decode([String: String].self, from: Data(campaign.parameters.utf8)))
      ?? [:]
    let simulated = Self.simulated(settings, genesis)
    simulator = try simulated.map { try SimulatedCrossbar($0) }
    let description = try expect.map(DeviceOptions.describe) ?? simulated?.device
    guard let description else {
      throw CommandFailure(
        .usage,
        "\(path): it is the ledger of \(device.model) \(device.serialNumber), and says nothing of how its cells "
          + "respond: --expect PRESET or FILE.json says what is expected of them (`tare fit` makes such files)"
      )
    }
    guard let expected = ResponseExpectation(of: description) else {
      throw CommandFailure(
        .usage,
        "--expect \(expect ?? description.name): its mean cell does not move up and down in the middle of its "
          + "window, so that no symmetric point can be learnt of what is pulsed")
    }
    self.expected = expected
    self.readNoise =
      readNoise ?? simulator?.capabilities.converter.variance(averages: 1).squareRoot()
      ?? 0.002 * expected.range
  }

  /// The simulator that a run was on; nil for a board, and where its device file is gone.
  private static func simulated(
    _ settings: [String: String], _ genesis: LedgerEntry.Genesis
  ) -> SimulatorSettings? {
    guard let device = settings["device"], let selector = try? DeviceSelector(parsing: device),
      ["sim", ""].contains(selector.kind),
      let options = try? DeviceOptions.parse(
        ["--device", device] + (settings["seed"].map { ["--seed", $0] } ?? [])),
      var simulated = try? options.simulatorSettings(
        SimulatorSize(rows: genesis.rows, columns: genesis.columns, tiles: genesis.tiles))
    else { return nil }
    // Its chip stays where it is: the truth is in its parameters.
    simulated.state = nil
    return simulated
  }

  /// The true symmetric points of a tile; nil where nobody knows them.
  func truth(tile: Int) async throws -> [Double?]? {
    guard let simulator else { return nil }
    return try await simulator.symmetricPoints(
      of: simulator.capabilities.whole(tile: Tile(tile)))
  }
}
