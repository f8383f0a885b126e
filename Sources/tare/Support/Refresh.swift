import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting
import SymmetricPoint

/// An earlier run that a calibration builds on.
struct Refresh: Sendable {
  let folder: String
  let earlier: EarlierRun
  /// The error beyond which a cell is due.
  let threshold: Tolerance
  /// How symmetric points wander, as it was stated.
  let drift: StatedDrift
  /// A run before the earlier one, from which it is learnt instead.
  let older: EarlierRun?

  /// The setting of a run that says as of when cells were due, in seconds since 1970: gone on with, it is the same.
  static let planned = "planned"

  /// What the earlier run leaves known by now.
  struct Standing {
    let estimates: [SymmetricPointEstimate]
    let due: [Int]
    /// What is to be said of it.
    let remarks: [String]
  }

  /// What is known of each cell of a region by the time that a run is planned for.
  func standing(
    of device: any PulseDevice, _ region: CellRegion, _ session: RunSession.Plan, range: Double
  ) throws -> Standing {
    try checkSame(device, region, session)
    let now = session.settings[Self.planned].flatMap(Double.init).map(
      Date.init(timeIntervalSince1970:))
    let past = try RunSession.past(of: device, session)
    let ages = try ages(of: earlier, until: (now ?? Date(), past), device, region, session)
    var remarks: [String] = []
    let model: StalenessModel
    if let older {
      let learnt = try learnt(from: older, device, region, session)
      model = learnt.model
      remarks.append(Self.text(learnt, range: range))
    } else {
      model = StalenessModel(drift, range: range)
    }
    let estimates = model.aged(earlier.estimates, ages)
    let limit = threshold.weight(range: range)
    let due = StalenessModel.due(estimates, threshold: limit)
    remarks.insert(
      "\(due.count) of \(region.count) cells are due, \(TimeLeft.text(ages.first?.time ?? .zero)) after \(folder)",
      at: 0)
    let isDue = Set(due)
    let next =
      region.count > due.count
      ? earlier.estimates.indices.filter { !isDue.contains($0) }.compactMap {
        model.timeLeft(
          until: limit, from: Double(earlier.estimates[$0].halfWidth) / 1.96, after: ages[$0])
      }.min() : nil
    if let next { remarks.append("the next one will be in \(TimeLeft.text(next))") }
    return Standing(estimates: estimates, due: due, remarks: remarks)
  }

  /// Refuses another chip, or other cells.
  private func checkSame(
    _ device: any PulseDevice, _ region: CellRegion, _ session: RunSession.Plan
  ) throws {
    let identity = device.capabilities.identity
    let chip = session.settings["chip"] ?? ""
    guard earlier.reference.region == region else {
      throw CommandFailure(
        .usage, "\(folder) is of \(earlier.reference.region), and \(region) is to be calibrated")
    }
    guard earlier.mark.settings["chip"] == chip,
      chip != "of the device"
        || earlier.reference.device.serialNumber == identity.serialNumber
    else {
      throw CommandFailure(
        .usage,
        "\(folder) is of another chip (\(earlier.mark.settings["chip"] ?? "unknown"), on "
          + "\(earlier.reference.device.serialNumber)) than \(chip) on \(identity.serialNumber)")
    }
  }

  /// What cells went through from the end of a run until some time.
  private func ages(
    of run: EarlierRun, until end: (time: Date, past: [TileHistory]), _ device: any PulseDevice,
    _ region: CellRegion, _ session: RunSession.Plan
  ) throws -> [CellAge] {
    let time = Seconds(max(0, end.time.timeIntervalSince(run.finished)))
    var before: [TileHistory]?
    if let chip = RunSession.chipName(device, session) {
      before = try LedgerSession.lifetime(ofChip: chip, home: session.home, atEndOf: run.mark.id)
    }
    let tile = region.tile.index
    let columns = device.capabilities.columns
    let counts = { (path: KeyPath<TileHistory, [UInt64]>, place: Int) -> Double in
      // A chip whose ledger does not know the run has none that could be compared.
      guard let before, end.past.indices.contains(tile), before.indices.contains(tile) else {
        return 0
      }
      let (now, then) = (end.past[tile][keyPath: path], before[tile][keyPath: path])
      let last = now.indices.contains(place) ? now[place] : 0
      let first = then.indices.contains(place) ? then[place] : 0
      return Double(last > first ? last - first : 0)
    }
    return region.rows.flatMap { row in
      region.columns.map { column in
        let place = row.index * columns + column.index
        return CellAge(
          time: time, exposures: counts(\.exposures, place), pulses: counts(\.pulses, place))
      }
    }
  }

  /// How symmetric points wandered from an older run to the earlier one.
  private func learnt(
    from older: EarlierRun, _ device: any PulseDevice, _ region: CellRegion,
    _ session: RunSession.Plan
  ) throws -> LearntStaleness {
    guard older.reference.region == region else {
      throw CommandFailure(
        .usage, "the older run is of \(older.reference.region), and \(region) is to be calibrated")
    }
    guard earlier.mark.settings["follows"] == nil else {
      throw CommandFailure(
        .usage,
        "\(folder) began with what another run had found, so that nothing can be learnt from their difference: "
          + "--drift-from needs two runs that were each measured anew")
    }
    let chip = RunSession.chipName(device, session)
    let end = try chip.flatMap {
      try LedgerSession.lifetime(ofChip: $0, home: session.home, atEndOf: earlier.mark.id)
    }
    let ages = try ages(of: older, until: (earlier.finished, end ?? []), device, region, session)
    guard
      let learnt = LearntStaleness(from: older.estimates, to: earlier.estimates, ages: ages)
    else {
      throw CommandFailure(
        .checkFailed,
        "fewer than eight cells have a symmetric point in both runs: nothing can be learnt of how they wander"
      )
    }
    return learnt
  }

  private static func text(_ learnt: LearntStaleness, range: Double) -> String {
    let rates: [(String, Double, ClosedRange<Double>?, Double)] = [
      ("in a day", learnt.model.time, learnt.time, 86_400),
      ("in 1e6 exposures", learnt.model.exposures, learnt.exposures, 1e6),
      ("in 1e5 pulses", learnt.model.pulses, learnt.pulses, 1e5),
    ]
    let texts = rates.compactMap { name, rate, interval, span in
      interval.map { interval in
        let size = { (rate: Double) in Tolerance.percent((rate * span).squareRoot() / range) }
        return
          "\(size(rate)) (\(size(interval.lowerBound)) to \(size(interval.upperBound))) \(name)"
      }
    }
    return "learnt from \(learnt.cells) cells: symmetric points wander by "
      + texts.joined(separator: ", ")
  }
}
