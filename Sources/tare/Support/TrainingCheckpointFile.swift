import AnalogTraining
import Foundation
import PulseLedger
import Reporting

/// The file of a run folder in which a training keeps what it knows, so that it goes on without doing its past again.
///
/// Written whole or not at all, between two steps: at the beginning, after each epoch, when a limit or a signal ends the
/// training, and in between once in so many seconds or mini-batches.
actor TrainingCheckpointFile {
  static let name = "checkpoint.json"
  /// So often in between where nobody says how often: the longest that a kill can make a training follow its ledger for.
  private static let seconds = 30.0

  private struct Content: Codable {
    static let name = "tare-training-checkpoint"
    static let newest = 1
    var schema = name
    var version = newest
    var run: UUID
    var position: LedgerPosition
    var course: [TrainingReport.TrackingError?]
    var checkpoint: TrainingCheckpoint
  }

  private let run: RunSession
  private let course: TrackingCourse
  private let every: Int?
  private var last = Date()

  /// - Parameter every: mini-batches from one to the next in an epoch; nil for by the clock.
  init(_ run: RunSession, course: TrackingCourse, every: Int?) {
    (self.run, self.course, self.every) = (run, course, every)
  }

  /// Keeps a training, where there is a folder and it is time.
  func keep(_ trainer: Trainer, _ moment: TrainingCampaign.Moment) async throws {
    guard let folder = run.folder, isDue(trainer, moment), !(await run.device.isReplaying),
      let position = await run.ledger?.position()
    else { return }
    let content = Content(
      run: run.mark.id, position: position, course: await course.errors,
      checkpoint: try TrainingCheckpoint(of: trainer))
    try folder.write(try TrainingCheckpoint.encoder.encode(content), to: Self.name)
    last = Date()
  }

  private func isDue(_ trainer: Trainer, _ moment: TrainingCampaign.Moment) -> Bool {
    guard moment == .betweenSteps else { return true }
    if let every { return trainer.step.isMultiple(of: every) }
    return Date().timeIntervalSince(last) >= Self.seconds
  }

  /// What was kept of this run; nil where nothing was.
  func earlier() async throws -> TrainingCampaign.Earlier? {
    guard let path = try run.folder?.file(Self.name),
      let ledger = try run.folder?.file(RunFolder.ledgerName),
      let data = FileManager.default.contents(atPath: path)
    else { return nil }
    let content: Content
    do {
      content = try TrainingCheckpoint.decoder.decode(Content.self, from: data)
    } catch {
      throw refusal(path, "it cannot be read: \(error)")
    }
    guard content.run == run.mark.id else { throw refusal(path, "it is of run \(content.run)") }
    guard content.schema == Content.name, content.version == Content.newest else {
      throw refusal(path, "it is \(content.schema), version \(content.version)")
    }
    // A power failure may have taken the last records, so that what is kept is ahead of what was written down.
    let holds = try LedgerReader(ledger).holds(content.position)
    guard holds ?? true else {
      throw refusal(path, "record \(content.position.record) of the ledger is another one")
    }
    await course.take(content.course)
    return TrainingCampaign.Earlier(
      content.checkpoint, record: holds == nil ? nil : content.position.record)
  }

  private func refusal(_ path: String, _ text: String) -> CommandFailure {
    CommandFailure(
      .badData,
      "\(path) is no checkpoint of this run: \(text). Nothing was fired. Remove the file, and the training goes on "
        + "from its ledger alone, unless the board made its products, or --force begins anew")
  }
}
