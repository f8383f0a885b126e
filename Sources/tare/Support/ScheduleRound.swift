import Calibration
import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger
import Reporting
import SymmetricPoint

/// Carries out what of a schedule file is to be done: plans all of it, shares the budget out, and fires.
struct ScheduleRound {
  let file: ScheduleFile
  let calibrations: [ScheduledCalibration]
  let interruption: Interruption
  let talk: Talk

  /// A campaign that is to be carried out.
  private typealias Prepared = ScheduledCalibration.Prepared

  /// Every campaign with what became of it, or with what it would cost.
  func run(dryRun: Bool) async -> [ScheduleReport.Campaign] {
    var ends = calibrations.map {
      ScheduleReport.Campaign(
        name: $0.entry.name, device: $0.entry.device, out: $0.out, status: .failed)
    }
    var prepared = await prepare(&ends)
    if !file.budget.isUnlimited { await share(&prepared, &ends) }
    for (place, one) in prepared {
      do {
        ends[place].plan = PlannedCalibrationReport(one.plan)
        try await calibrations[place].check(one)
        ends[place].status = .planned
      } catch {
        await fail(place, error, &prepared, &ends)
      }
    }
    if dryRun {
      for one in prepared.values { await one.opened.close() }
      return ends
    }
    for place in ends.indices { ends[place].plan = nil }
    let places = prepared.keys.sorted()
    let progress = ScheduleProgress(talk: talk, names: places.map { calibrations[$0].entry.name })
    let jobs = places.enumerated().compactMap { line, place in
      prepared[place].map { job(place, $0, ends[place], progress.line(line)) }
    }
    let endings = await CalibrationSchedule(atOnce: file.atOnce).run(jobs)
    talk.endProgress()
    for (place, ending) in zip(places, endings) { ends[place] = ending.result ?? ends[place] }
    return ends
  }

  /// Opens and plans all that is not finished.
  private func prepare(
    _ ends: inout [ScheduleReport.Campaign]
  ) async -> [Int: Prepared] {
    var prepared: [Int: Prepared] = [:]
    for (place, calibration) in calibrations.enumerated() {
      if let next = calibration.next {
        (ends[place].status, ends[place].next) = (.notDue, next)
        continue
      }
      let mark = RunMark(of: calibration.out)
      do {
        if let mark, mark.status == .finished {
          try calibration.checkSame(mark)
          ends[place].status = .finishedBefore
          continue
        }
        let opened = try await calibration.open()
        do {
          let one = try await calibration.prepare(
            opened, part: mark.flatMap(ScheduledCalibration.part), of: file.shortName)
          prepared[place] = one
          for remark in one.plan.remarks { talk(of: calibration).say(remark) }
          if (one.plan.search as? Refreshing)?.due.isEmpty == true {
            prepared[place] = nil
            ends[place].status = .notDue
            await opened.close()
          }
        } catch {
          await opened.close()
          throw error
        }
      } catch {
        await fail(place, error, &prepared, &ends)
      }
    }
    return prepared
  }

  /// Gives each its part of the budget that all share, before anything is fired.
  ///
  /// Runs that are finished count with what they spent, unfinished ones with the part that they had.
  private func share(
    _ prepared: inout [Int: Prepared], _ ends: inout [ScheduleReport.Campaign]
  ) async {
    var left = file.budget
    for calibration in calibrations {
      for folder in calibration.folders {
        guard let mark = RunMark(of: folder) else { continue }
        if mark.status == .finished {
          left = left.less(CampaignSpending(ofRun: folder) ?? CampaignSpending())
        } else if let part = ScheduledCalibration.part(mark) {
          left = left.less(part)
        }
      }
    }
    let asking = prepared.keys.sorted().filter {
      RunMark(of: calibrations[$0].out).flatMap(ScheduledCalibration.part) == nil
    }
    let grants = left.grants(
      asking.compactMap { place in
        prepared[place].map { $0.request(priority: calibrations[place].entry.priority) }
      })
    for (place, grant) in zip(asking, grants) {
      guard let one = prepared[place] else { continue }
      do {
        // Refused for its own reasons: its part is for nobody.
        try await calibrations[place].check(one)
        switch grant {
        case .part(let part):
          prepared[place] = try await calibrations[place].prepare(
            one.opened, part: part, of: file.shortName)
        case .nothing(let left):
          ends[place].plan = PlannedCalibrationReport(one.plan)
          throw CommandFailure(
            .checkFailed,
            "\(file.shortName) budget is too small: it expects to spend \(one.expected.text), and "
              + "\(left) is left after campaigns of a higher priority and those before it. Nothing was fired"
          )
        }
      } catch {
        await fail(place, error, &prepared, &ends)
      }
    }
  }

  private func talk(of calibration: ScheduledCalibration) -> Talk {
    Talk(isQuiet: talk.isQuiet, name: calibration.entry.name)
  }

  private func fail(
    _ place: Int, _ error: any Error, _ prepared: inout [Int: Prepared],
    _ ends: inout [ScheduleReport.Campaign]
  ) async {
    let failure = CommandFailure(error)
    ends[place].status = .failed
    (ends[place].failure, ends[place].exitCode) = (failure.message, failure.status.rawValue)
    await prepared.removeValue(forKey: place)?.opened.close()
  }

  private func job(
    _ place: Int, _ prepared: Prepared, _ planned: ScheduleReport.Campaign,
    _ progress: @escaping @Sendable (String) -> Void
  ) -> ScheduledJob<ScheduleReport.Campaign> {
    let calibration = calibrations[place]
    let (interruption, talk) = (interruption, talk(of: calibration))
    return ScheduledJob(calibration.entry.name, priority: calibration.entry.priority) {
      var end = planned
      do {
        if interruption.isAsked {
          throw CommandFailure(.interrupted, "it was not begun, and nothing was fired")
        }
        let conduct = CampaignConduct(
          interruption: interruption, talk: talk, progress: progress)
        try await calibration.carryOut(prepared, conduct) { end.take($0) }
        end.status = .finished
        progress("done")
      } catch {
        let failure = CommandFailure(error)
        end.status = end.record == nil ? .failed : .interrupted
        (end.failure, end.exitCode) = (failure.message, failure.status.rawValue)
        progress("stopped")
      }
      return end
    }
  }
}
