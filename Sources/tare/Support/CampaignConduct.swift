import Calibration
import DeviceContract
import PulseLedger
import Reporting

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
    return try await PauseSignal.watching(device, talk: talk) {
      try await interruption.cancelling {
        try await campaign.run(on: device, region: region) { text, stand in
          let left = watch.timeLeft(stand, isReplaying: await device.isReplaying)
          progress(text + (left.map { ", about \(TimeLeft.text($0)) left" } ?? ""))
          // Simulators that compute on all processors let a pause in, and each other.
          await Task.yield()
        }
      }
    }
  }
}
