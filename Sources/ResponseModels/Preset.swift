/// A device of the literature with the parameters that the field simulates it with.
public struct Preset: Sendable, Hashable {
  /// The name on the command line.
  public let name: String
  /// What it is.
  public let summary: String
  /// Where the parameters come from.
  public let source: String
  /// The parameters.
  public let model: DeviceModel

  /// The preset of this name.
  ///
  /// - Throws: ``ModelError`` with the nearest names.
  public static func named(_ name: String) throws(ModelError) -> Preset {
    guard let preset = all.first(where: { $0.name == name.lowercased() }) else {
      throw ModelError(
        .unknownName, at: name,
        "there is no preset of this name; "
          + Spelling.suggestion(for: name, in: all.map(\.name)))
    }
    return preset
  }
}
