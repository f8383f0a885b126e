public import AnalogTraining

/// Trainings that are compared.
public protocol TrainingStudy: Sendable {
  /// What is compared, in a line.
  var title: String { get }
  /// What all of them learn.
  var data: StudyData { get }
  /// Trainings of each, with seeds counted from 1.
  var seeds: Int { get set }
  /// Passes of each over the data.
  var epochs: Int { get set }
  /// Every training, in the order of the table; those that differ by their seed alone stand together.
  var trainings: [SimulatedTraining] { get throws }
}

extension TrainingStudy {
  /// Trains all, side by side.
  ///
  /// - Parameters:
  ///   - threads: how many at a time.
  ///   - progress: told how many of how many are done.
  public func run(
    threads: Int, _ progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> [TrainingTrial] {
    let (data, all) = (data, try trainings)
    return try await sideBySide(
      all, width: threads, progress: { progress($0, all.count) },
      work: { try await $0.run(data) })
  }
}
