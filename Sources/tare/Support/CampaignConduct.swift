import Calibration
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import SymmetricPoint

/// How a campaign is conducted: what stops it, what makes it pause, and who is told of it.
struct CampaignConduct: Sendable {
  let interruption: Interruption
  let talk: Talk
  /// Told how far it is, for people.
  let progress: @Sendable (String) -> Void

  init(
    interruption: Interruption, talk: Talk, progress: @escaping @Sendable (String) -> Void
  ) {
    (self.interruption, self.talk, self.progress) = (interruption, talk, progress)
  }

  /// Fires the pulses of a campaign until it is done or a signal ends it.
  func fire(
    _ campaign: Campaign, on device: MeteredDevice, _ region: CellRegion
  ) async throws -> CalibrationOutcome {
    let progress = progress
    let watch = ProgressWatch(planned: campaign.expectedPulses(on: region))
    let outcome = try await PauseSignal.watching(device, talk: talk) {
      try await interruption.cancelling {
        try await campaign.run(on: device, region: region) { text, stand in
          let left = watch.timeLeft(stand, isReplaying: await device.isReplaying)
          progress(text + (left.map { ", about \(TimeLeft.text($0)) left" } ?? ""))
          // Simulators that compute on all processors let a pause in, and each other.
          await Task.yield()
        }
      }
    }
    tellDrift(campaign, outcome)
    return outcome
  }

  /// Says so where symmetric points have wandered further than it was stated.
  private func tellDrift(_ campaign: Campaign, _ outcome: CalibrationOutcome) {
    guard case .planned(let planned) = campaign,
      let ratio = (planned.plan.search as? Refreshing)?.driftRatio(of: outcome.estimates),
      // Squares of eight normal numbers exceed twice their mean in 4 of 100 cases, those of more less often.
      ratio > 2
    else { return }
    talk.say(
      "symmetric points have moved further than was stated: the squares of their moves are \(String(format: "%.1f", ratio)) "
        + "times what was expected, so that intervals may be too narrow; state more drift, or calibrate anew"
    )
  }
}
