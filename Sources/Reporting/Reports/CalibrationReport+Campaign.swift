import Calibration
import SymmetricPoint

/// What cells said that were asked whether they are where they are said to be.
struct AuditRecord: Encodable, Sendable {
  let extent: CampaignAudit.Extent
  let cellsAsked, cellsFailed, cellsSampled, sampleFailures: Int
  /// The part of right cells that noise lets fail, and the chance of so many failures by it.
  let falseAlarmRate, chance: Double

  init(_ audit: CampaignAudit) {
    extent = audit.extent
    (cellsAsked, cellsFailed) = (audit.asked, audit.failed)
    (cellsSampled, sampleFailures) = (audit.sampled, audit.sampleFailures)
    (falseAlarmRate, chance) = (audit.falseAlarms, audit.chance)
  }
}

extension CalibrationReport {
  /// What is to be said of a campaign beside its verdicts.
  var campaignLines: [String] {
    guard let campaign = result.campaign else { return [] }
    var lines: [String] = []
    if let text = campaign.replanning?.text(campaign.plan) { lines.append(text) }
    if let audit = campaign.audit {
      let why =
        switch audit.extent {
        case .sample: "a sample"
        case .all: "all, as was asked"
        case .misfit: "all, since the array does not respond as expected"
        case .failures: "all, since more of a sample failed than noise explains"
        }
      lines.append(
        "audit: \(audit.failed) of \(audit.asked) cells failed (\(why)); noise lets "
          + "\(Tolerance.percent(audit.falseAlarms)) of right ones fail")
    }
    let more = campaign.stages.dropFirst().map { stage in
      let name =
        switch stage.part {
        case .search: "search"
        case .second: "cells left over"
        case .audit: "audit"
        case .fallback: "pulsed up and down"
        }
      return "\(name) \(stage.pulses) pulses for \(stage.cells) cells"
    }
    if !more.isEmpty { lines.append("of all pulses: " + more.joined(separator: ", ")) }
    return lines
  }
}
