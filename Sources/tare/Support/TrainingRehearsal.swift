import AnalogTraining
import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting
import SimulatedCrossbar

/// A training that is gone through on a simulator of the expected cells, to say what the real one will cost.
struct TrainingRehearsal {
  let campaign: TrainingCampaign
  let expected: SimulatorSettings
  /// The longest that it goes on; what is left is taken to be like the last epoch.
  private static let seconds = 20.0

  /// The cost on a device, held against limits; the device is not touched.
  func plan(
    on device: MeteredDevice, _ progress: @escaping @Sendable (String) -> Void
  ) async throws -> TrainingPlan {
    let capabilities = device.capabilities
    var settings = expected
    (settings.tiles, settings.rows, settings.columns) = (
      capabilities.tiles, capabilities.rows, capabilities.columns
    )
    settings.seed = campaign.settings.seed
    let rehearsal = MeteredDevice(try SimulatedCrossbar(settings), journal: ForgettingJournal())
    let (trainer, prepared, last) = try await train(on: rehearsal, progress)
    let (all, epochs) = (campaign.settings.epochs, trainer.epochs.count)
    let rest = Double(all - epochs)
    func whole(_ value: (PulseAccount) -> Double) async -> Double {
      let now = value(await rehearsal.account)
      return now + rest * (now - value(last))
    }
    let reads = Int(await whole { Double($0.reads) })
    let expected = CalibrationCost(
      pulsesPerCell: prepared.hottest
        + Int(
          Double(try await hottest(rehearsal) - prepared.hottest) * Double(all)
            / Double(max(1, epochs))),
      pulses: Int(await whole { Double($0.totals.all) }), reads: reads,
      exposures: Int(await whole { Double($0.exposures) }),
      time: Seconds(await whole { $0.time.value }),
      energy: Joules(await whole { $0.energy.value }))
    // The preparation, which chance hardly changes, and all that steps can do beside it.
    let before = CalibrationCost(
      pulsesPerCell: prepared.hottest, pulses: prepared.account.totals.all, reads: reads,
      exposures: prepared.account.exposures, time: prepared.account.time,
      energy: prepared.account.energy)
    var worst = before
    worst.time = worst.time + expected.time
    for tile in 0..<trainer.plan.arrays {
      let most = try campaign.settings.worst(
        images: campaign.data.count, tile: tile, on: capabilities)
      worst.pulsesPerCell = max(worst.pulsesPerCell, prepared.hottest + most.perCell)
      worst.pulses += most.pulses.all
      worst.exposures += most.mostExposures
      worst.time = worst.time + most.mostTime
      worst.energy = worst.energy + most.mostEnergy
    }
    let verdicts = try await device.verdicts(
      on: await quote(expected, like: rehearsal, on: capabilities), over: capabilities.whole())
    let ended = trainer.epochs.last
    return TrainingPlan(
      best: before, expected: expected, worst: worst, rehearsed: epochs, epochs: all,
      accuracy: ended?.accuracy, loss: ended?.loss, limits: verdicts)
  }

  /// Goes through as many epochs as there is time for.
  ///
  /// - Returns: the training, what its preparation has spent, and what had been spent before its last epoch.
  private func train(
    on device: MeteredDevice, _ progress: @escaping @Sendable (String) -> Void
  ) async throws -> (Trainer, prepared: Prepared, PulseAccount) {
    let began = Date()
    var trainer = try Trainer(campaign.settings, on: device)
    try await trainer.prepare()
    let prepared = Prepared(account: await device.account, hottest: try await hottest(device))
    var before = prepared.account
    while trainer.epochs.count < campaign.settings.epochs,
      trainer.epochs.isEmpty || Date().timeIntervalSince(began) < Self.seconds
    {
      before = await device.account
      try await trainer.runEpoch(campaign.data)
      _ = try await trainer.accuracy(on: campaign.test)
      progress("rehearsed \(trainer.epochs.count) of \(campaign.settings.epochs) epochs")
    }
    return (trainer, prepared, before)
  }

  private func hottest(_ device: MeteredDevice) async throws -> Int {
    var most = 0
    for tile in 0..<device.capabilities.tiles {
      let counts = await device.counts(of: device.capabilities.whole(tile: Tile(tile)))
      most = max(most, zip(counts.up, counts.down).map { Int($0) + Int($1) }.max() ?? 0)
    }
    return most
  }

  private struct Prepared {
    var account: PulseAccount
    var hottest: Int
  }

  /// The expected case for limits; each cause has its part of it.
  private func quote(
    _ cost: CalibrationCost, like rehearsal: MeteredDevice, on capabilities: Capabilities
  ) async -> PulseQuote {
    let spent = await rehearsal.account
    var quote = PulseQuote()
    quote.pulses = PulseTotals(up: cost.pulses / 2, down: cost.pulses - cost.pulses / 2)
    quote.perCell = cost.pulsesPerCell
    let factor = Double(cost.pulses) / Double(max(1, spent.totals.all))
    quote.causes = spent.pulses.mapValues { Int((Double($0.all) * factor).rounded()) }
    quote.shapes = [capabilities.nominalShape]
    quote.schemes = [.halfVoltage]
    (quote.mostTime, quote.mostEnergy) = (cost.time, cost.energy)
    return quote
  }
}
