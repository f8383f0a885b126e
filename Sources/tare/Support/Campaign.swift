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
  case planned(CalibrationCampaign)

  /// What the ledger calls it.
  var name: String {
    switch self {
    case .shifting(let search):
      (search.variant == .cyclic ? CalibrationMethod.zeroShiftCyclic : .zeroShift).rawValue
    case .planned(let campaign): campaign.name
    }
  }

  /// What it will cost at most.
  func quote(on region: CellRegion, of capabilities: Capabilities) -> PulseQuote {
    switch self {
    case .shifting(let search): search.quote(on: region, of: capabilities)
    case .planned(let campaign): campaign.quote(on: region, of: capabilities)
    }
  }

  /// Pulses of all cells that are expected.
  func expectedPulses(on region: CellRegion) -> Int {
    switch self {
    case .shifting(let search): search.pulses * region.count
    case .planned(let campaign): campaign.plan.expected.pulses
    }
  }

  /// Carries it out.
  ///
  /// - Parameter progress: told how far it is, for people and in numbers.
  func run(
    on device: MeteredDevice, region: CellRegion,
    progress: @escaping @Sendable (String, SearchProgress) async -> Void
  ) async throws(DeviceError) -> CalibrationOutcome {
    switch self {
    case .shifting(let search):
      let found: ZeroShiftingResult = try await search.run(on: device, region: region) { pulses in
        await progress(
          "\(pulses) of \(search.pulses) pulses a cell",
          SearchProgress(
            done: pulses < search.pulses ? 0 : region.count, cells: region.count,
            pulses: pulses * region.count, reads: 0))
      }
      return CalibrationOutcome(found)
    case .planned(let campaign):
      let result = try await campaign.run(
        on: device, region: region,
        progress: { stand in
          var whole = stand.progress
          whole.pulses = stand.pulses
          await progress(Self.text(stand, campaign.plan), whole)
        })
      return CalibrationOutcome(result)
    }
  }

  /// What is to be said of what was found, besides; nil for nothing.
  func remark(on outcome: CalibrationOutcome) -> String? {
    guard let ratio = outcome.search?.found.driftRatio,
      // The mean of eight squares of normal numbers exceeds 2 in 4 of 100 cases, that of more cells less often.
      ratio > 2
    else { return nil }
    return
      "symmetric points have moved further than was stated: the squares of their moves are some "
      + "\(Int(ratio.rounded())) times what was expected, so that intervals may be too narrow; state more drift, or "
      + "calibrate anew"
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

  /// How far a planned one is, for people.
  private static func text(_ stand: CampaignProgress, _ plan: PlannedCalibration) -> String {
    let (part, found) = (stand.part, stand.progress)
    let error = found.deviation.map { ", error \(plan.share($0))" } ?? ""
    switch part {
    case .audit:
      return
        "\(found.done) of \(found.cells) cells asked whether they are where they are said to be"
    case .fallback: return "\(found.done) of \(found.cells) cells that failed pulsed up and down"
    case .search, .second: break
    }
    let name = part == .second ? "cells left over: " : ""
    return name
      + "\(found.done) of \(found.cells) cells done, \(found.pulses / max(1, found.cells)) pulses a cell"
      + error
  }
}
