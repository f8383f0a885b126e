import DeviceContract
import Foundation
import PulseLedger
import Reporting

/// What a run tells when it has pulsed, however far it came.
protocol RunReport: Sendable {
  associatedtype Record: Encodable
  /// What `--json` prints.
  var record: Record { get }
  /// What it prints for people.
  var table: String { get }
  /// Writes all of it.
  func write(to folder: RunFolder) throws
}

extension CalibrationReport: RunReport {}
extension WrittenReport: RunReport {}
extension TrainingReport: RunReport {}

/// A run that pulses, from the folder that it is written to until the ledgers are closed.
struct PulsingRun<Result: Sendable, Report: RunReport> {
  let plan: RunSession.Plan
  let output: OutputOptions
  /// Fires the pulses; told how far it is, for people.
  let fire: @Sendable (RunSession, @escaping @Sendable (String) -> Void) async throws -> Result
  /// Why it ended before it was done.
  let stoppedBy: (Result) -> DeviceError?
  /// How far one came that was stopped.
  let extent: (Result) -> String
  let report: (RunSession, Result) async throws -> Report
  /// What is told as a failure though it ran to its end.
  var failure: (Result) -> CommandFailure? = { _ in nil }
  /// Whether it ran to its end, where nothing stopped it.
  var isWhole: (Result) -> Bool = { _ in true }
  /// Is given what was found; nil to print it.
  var tell: ((Report) throws -> Void)?

  func carryOut(on device: any PulseDevice, _ interruption: Interruption) async throws {
    let talk = output.talk
    defer { talk.endProgress() }
    try await carryOut(
      on: device, CampaignConduct(interruption: interruption, talk: talk) { talk.progress($0) })
  }

  /// The same as one of several.
  func carryOut(on device: any PulseDevice, _ conduct: CampaignConduct) async throws {
    let talk = conduct.talk
    // Begun before the first pulse: a folder that cannot be written must not cost any.
    let run = try await RunSession.begin(device, plan, talk: talk)
    let result: Result
    do {
      result = try await conduct.fire(run, fire)
    } catch {
      let failure = CommandFailure(error)
      guard failure.status == .interrupted else {
        try? await run.end(status: "failed")
        throw error
      }
      try? await run.end(status: "interrupted")
      throw CommandFailure(
        .interrupted,
        "stopped before anything was measured, with outputs parked: \(failure.message)")
    }
    let report = try await report(run, result)
    // Told before it is written: a disk that fills up must not take the result with it.
    if let tell {
      try tell(report)
    } else if output.json {
      try output.printJSON(report.record)
    } else {
      talk.endProgress()
      try output.write(report.table)
    }
    await run.tellBreaks(talk: talk)
    try await end(run, report, result, talk)
  }

  private func end(
    _ run: RunSession, _ report: Report, _ result: Result, _ talk: Talk
  ) async throws {
    // Stopped while it still followed its ledger: what the folder holds is further than this.
    let isReplaying = await run.device.isReplaying
    let isBehind = isReplaying && stoppedBy(result) != nil
    do {
      var failure: (any Error)?
      do {
        let ended = isWhole(result) ? "finished" : "failed"
        try await run.end(status: stoppedBy(result) == nil ? ended : "interrupted")
      } catch {
        failure = error
      }
      // What was measured is kept, also where the ledger could not be closed.
      if let folder = run.folder, !isBehind { try report.write(to: folder) }
      if let failure { throw failure }
    } catch {
      guard let stop = stoppedBy(result) else { throw error }
      // Why it stopped comes first: what fails after that mostly fails for the same reason.
      let failure = CommandFailure(error)
      throw CommandFailure(
        // A board that is gone cannot be compared with its ledger either.
        failure.status == .checkFailed && [.linkLost, .notFound, .timedOut].contains(stop.code)
          ? CommandFailure(stop).status : failure.status,
        "\(extent(result)), with outputs parked: \(stop.explanation); and the end could not be "
          + "written down: \(failure.message)")
    }
    if let out = plan.out, !isBehind { talk.say("wrote \(out)") }
    if let failure = failure(result) { throw failure }
    if let stop = stoppedBy(result) {
      throw CommandFailure(
        CommandFailure(stop).status,
        "\(extent(result)), with outputs parked; what was measured is kept: \(stop.explanation)")
    }
  }
}
