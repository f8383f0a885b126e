public import Calibration
import Foundation
import PhysicalUnits

extension CampaignSpending {
  private struct Record: Decodable {
    let pulses, uncertainPulses: Int
    let energyJoules, deviceTimeSeconds: Double
  }

  /// What the finished run in a folder has spent, with the pulses that are uncertain; nil where there is none.
  public init?(ofRun folder: String) {
    guard let data = FileManager.default.contents(atPath: folder + "/" + RunFolder.recordName),
      let record = try? JSONText.decoder.decode(Record.self, from: data)
    else { return nil }
    self.init(
      pulses: record.pulses + record.uncertainPulses, energy: Joules(record.energyJoules),
      time: Seconds(record.deviceTimeSeconds))
  }
}
