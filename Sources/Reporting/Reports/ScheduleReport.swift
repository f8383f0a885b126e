import Calibration
public import Foundation
import PhysicalUnits
import SymmetricPoint

/// What became of the campaigns of a schedule, or what they would cost.
public struct ScheduleReport: Encodable, Sendable {
  /// How a campaign stands.
  public enum Status: String, Encodable, Sendable {
    /// It could be carried out; nothing was fired.
    case planned
    /// It came to its end.
    case finished
    /// Its run folder held a finished run.
    case finishedBefore = "finished before"
    /// Nothing of it has become too uncertain, or it is not yet time to look.
    case notDue = "not due"
    /// It was stopped on the way; what was measured is kept.
    case interrupted
    /// It failed before anything was measured.
    case failed
  }

  /// One campaign.
  public struct Campaign: Encodable, Sendable {
    /// What messages call it.
    public var name: String
    /// The selector of its device.
    public var device: String
    /// The run folder.
    public var out: String
    /// How it stands.
    public var status: Status
    /// Why it is not finished.
    public var failure: String?
    /// The exit code that `tare calibrate` would have ended with.
    public var exitCode: Int32 = 0
    /// When it is looked at again; nil for one that is carried out once.
    public var next: Date?
    /// What it would cost.
    public var plan: PlannedCalibrationReport?
    /// What it found.
    public var record: CalibrationReport.Record?
    /// Cells that are done, and all of them.
    var done: (cells: Int, of: Int)?
    var pulsesPerCell: Double?

    enum CodingKeys: String, CodingKey {
      case name, device, out, status, failure, exitCode, next, plan, record
    }

    /// Describes a campaign.
    public init(name: String, device: String, out: String, status: Status) {
      (self.name, self.device, self.out, self.status) = (name, device, out, status)
    }

    /// Takes over what was found.
    public mutating func take(_ report: CalibrationReport) {
      record = report.record
      done = (report.result.count(of: .converged), report.result.estimates.count)
      pulsesPerCell = report.result.meanPulses
    }
  }

  let schema = "tare-schedule"
  let version = 1
  let campaigns: [Campaign]
  /// What all that can be carried out costs together; nil where there is nothing.
  let sum: PlannedCalibrationReport.Sum?

  /// The report of campaigns, in the order of the file.
  public init(_ campaigns: [Campaign]) {
    self.campaigns = campaigns
    sum = PlannedCalibrationReport.Sum(
      campaigns.filter { $0.status == .planned }.compactMap(\.plan))
  }

  /// Plans one by one with their sum, or how all ended.
  public var text: String {
    guard campaigns.contains(where: { $0.plan != nil }) else { return endings }
    let plans = campaigns.map { campaign in
      let head = "\(campaign.name): \(campaign.device)\n"
      guard let plan = campaign.plan else {
        return head + "\(campaign.failure ?? campaign.status.rawValue)\n"
      }
      return head + plan.costText
    }
    return plans.joined(separator: "\n") + (sum.map { "\nall together\n" + $0.text } ?? "")
      + "nothing was fired\n"
  }

  private var endings: String {
    var table = TextTable(columns: [
      .init("campaign", alignment: .left), .init("status", alignment: .left),
      .init("cells done", alignment: .right), .init("pulses per cell", alignment: .right),
      .init("run", alignment: .left),
    ])
    for campaign in campaigns {
      table.append([
        campaign.name, campaign.status.rawValue,
        campaign.done.map { "\($0.cells) of \($0.of)" } ?? "",
        campaign.pulsesPerCell.map { String(format: "%.1f", $0) } ?? "", campaign.out,
      ])
    }
    return table.text
  }
}
