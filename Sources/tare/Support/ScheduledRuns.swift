import Calibration
import Foundation
import PhysicalUnits
import Reporting

/// The runs of a campaign that is carried out again and again: `out`, `out-2`, `out-3` and so on.
struct ScheduledRuns {
  /// The run folder that is to be written, or that holds what is finished.
  let out: String
  /// When it is looked at again; nil for one that is to be carried out now, or once.
  let next: Date?
  /// What `tare calibrate` is told besides, where it builds on an earlier run.
  let options: [String]

  init(_ entry: ScheduledCampaign, now: Date) {
    let folders = Self.folders(of: entry)
    guard let terms = entry.refresh, let last = folders.last, let mark = RunMark(of: last) else {
      (out, next, options) = (entry.out, nil, [])
      return
    }
    guard mark.status == .finished else {
      (out, next) = (last, nil)
      // It goes on as it began.
      let follows = mark.settings["follows"] != nil && folders.count > 1
      options = follows ? Self.options(terms, on: folders[folders.count - 2]) : []
      return
    }
    let finished = (try? EarlierRun(folder: last))?.finished ?? mark.started
    let due = finished.addingTimeInterval(terms.every.value)
    guard now >= due else {
      (out, next, options) = (last, due, [])
      return
    }
    (out, next) = ("\(entry.out)-\(folders.count + 1)", nil)
    options = Self.options(terms, on: last)
  }

  /// The folders that hold runs, oldest first.
  static func folders(of entry: ScheduledCampaign) -> [String] {
    var folders: [String] = []
    var name = entry.out
    while RunMark(of: name) != nil {
      folders.append(name)
      guard entry.refresh != nil else { break }
      name = "\(entry.out)-\(folders.count + 1)"
    }
    return folders
  }

  /// Nothing where no drift is stated: then all cells are measured anew.
  private static func options(_ terms: RefreshTerms, on folder: String) -> [String] {
    guard terms.drift != nil else { return [] }
    let drifts = terms.driftTexts.sorted { $0.key < $1.key }.map { key, text in
      "--\(key.replacing("_", with: "-"))=\(text)"
    }
    return ["--refresh=\(folder)"] + (terms.thresholdText.map { ["--threshold=\($0)"] } ?? [])
      + drifts
  }
}
