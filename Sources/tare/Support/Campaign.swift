import Calibration
import DeviceContract
import PulseLedger
import Reporting
import SymmetricPoint

/// A calibration that a command is about to carry out.
enum Campaign: Sendable {
  /// Zero-shifting for a number of pulses.
  case shifting(ZeroShifting)
  /// A search to a tolerance.
  case planned(PlannedCalibration)

  /// What the ledger calls it.
  var name: String {
    switch self {
    case .shifting(let search):
      (search.variant == .cyclic ? CalibrationMethod.zeroShiftCyclic : .zeroShift).rawValue
    case .planned(let plan): plan.method.rawValue
    }
  }

  /// What it will cost at most.
  func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    switch self {
    case .shifting(let search): search.quote(on: region, of: capabilities)
    case .planned(let plan): plan.search.quote(on: region, of: capabilities)
    }
  }

  /// Carries it out.
  ///
  /// - Parameter progress: told how far it is, for people.
  func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (String) async -> Void
  ) async throws(DeviceError) -> CalibrationOutcome {
    switch self {
    case .shifting(let search):
      let found: ZeroShiftingResult = try await search.run(on: device, region: region) { pulses in
        await progress("\(pulses) of \(search.pulses) pulses a cell")
      }
      return CalibrationOutcome(found)
    case .planned(let plan):
      let found = try await plan.search.run(on: device, region: region) { stand in
        let error = stand.deviation.map { ", error \(plan.share($0))" } ?? ""
        await progress(
          "\(stand.done) of \(stand.cells) cells done, \(stand.pulses / max(1, stand.cells)) pulses a cell"
            + error)
      }
      return CalibrationOutcome(found, plan: plan)
    }
  }

  /// How far one came that was stopped.
  func extent(of outcome: CalibrationOutcome) -> String {
    switch self {
    case .shifting(let search):
      "stopped after \(outcome.estimates[0].pulses) of \(search.pulses) pulses a cell"
    case .planned:
      "stopped after \(Int(outcome.meanPulses)) pulses a cell, with "
        + "\(outcome.count(of: .converged)) of \(outcome.estimates.count) cells done"
    }
  }
}
