import ArgumentParser

/// `tare study`: figures of the literature, reproduced.
struct StudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Reproduces figures of the literature on the simulator.",
    subcommands: [
      OffsetStudyCommand.self, PulsesErrorStudyCommand.self, TrainingStudyCommand.self,
      PulsesToLossStudyCommand.self, ChoppingStudyCommand.self, TilesStudyCommand.self,
      QuadraticStudyCommand.self,
    ])
}
