import AnalogTraining
import ArgumentParser
import Foundation
import Reporting
import TrainingStudies

/// What every study of trainings is told.
struct TrialOptions: ParsableArguments {
  @Option(help: "Seeds, counted from 1.")
  var seeds = 5

  @Option(help: "Trainings at a time. [all processors]")
  var threads: Int?

  @OptionGroup var output: StudyOutput

  /// Refuses what cannot be, before there is any work.
  func check() throws {
    guard (1...10_000).contains(seeds) else {
      throw CommandFailure(.usage, "--seeds is \(seeds): 1 to 10000 are possible")
    }
    if let threads, !(1...1024).contains(threads) {
      throw CommandFailure(.usage, "--threads is \(threads): 1 to 1024 are possible")
    }
  }

  /// The epochs of a study: those of an option, or its own.
  private static func epochs(_ chosen: Int?, of data: StudyData, else usual: Int) throws -> Int {
    let epochs = chosen ?? usual
    guard (1...1_000_000).contains(epochs), data.train.count >= 10 else {
      throw CommandFailure(
        .usage,
        "\(epochs) epochs of \(data.train.count) images: 1 to 1000000 of 10 or more are possible")
    }
    return epochs
  }

  /// Numbers with commas.
  static func numbers<Number: LosslessStringConvertible & Comparable>(
    _ text: String, _ option: String, _ range: ClosedRange<Number>, _ words: String
  ) throws -> [Number] {
    let numbers: [Number] = try text.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let value = Number(String($0)), range.contains(value) else {
        throw CommandFailure(.usage, "\(option) \"\(text)\": \(words), with commas")
      }
      return value
    }
    return try unique(numbers, text, option)
  }

  /// Refuses what is there twice: it would count as more seeds of one.
  static func unique<Value: Equatable>(
    _ values: [Value], _ text: String, _ option: String
  ) throws -> [Value] {
    for (place, value) in values.enumerated() where values[..<place].contains(value) {
      throw CommandFailure(.usage, "\(option) \"\(text)\": \(value) is there twice")
    }
    return values
  }

  /// Trains, and writes table and figure.
  ///
  /// - Parameter epochs: nil for those of the study.
  func carryOut(
    _ study: some TrainingStudy, epochs: Int?, name: String,
    layout: TrainingStudyReport.Layout
  ) async throws {
    var chosen = study
    chosen.epochs = try Self.epochs(epochs, of: study.data, else: study.epochs)
    chosen.seeds = seeds
    let study = chosen
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    try await output.carryOut(name) { talk in
      try await study.run(threads: threads) { done, of in
        talk.progress("\(done) of \(of) trainings")
      }
    } tell: { trials in
      let report = TrainingStudyReport(trials, title: study.title, layout: layout)
      return StudyOutput.Told(
        data: ("csv", try report.csv()), text: report.text, figure: report.figure)
    }
  }
}
