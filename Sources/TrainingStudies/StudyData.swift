public import AnalogTraining

/// What the trainings of a study learn, and the network that learns it.
public struct StudyData: Sendable {
  /// Learnt from.
  public let train: DataSet
  /// Tested with.
  public let test: DataSet
  /// The network.
  public let network: NetworkDescription
  /// Whether these are the digits that come with the project, for which rates are known.
  public let isDigits: Bool

  /// Reads what a user names, as `tare train` does.
  ///
  /// - Parameter network: sizes of layers; those of the digits or of arXiv 2602.21321 where none are given.
  /// - Throws: ``TrainingDataError``.
  public init(_ source: String, network: String? = nil) throws(TrainingDataError) {
    (train, test) = try DataSet.named(source)
    isDigits = source == "digits"
    let sizes =
      network ?? (isDigits ? "64-32-10" : "\(train.shape.count)-256-128-\(train.classes)")
    self.network = try NetworkDescription(
      parsing: sizes, image: train.shape, classes: train.classes)
    name = "\(train.name), \(sizes)"
  }

  /// Both in a few words.
  public let name: String
}
