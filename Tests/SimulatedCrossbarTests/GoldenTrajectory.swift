import Foundation
import ResponseModels

/// A trajectory of `Golden/`: what aihwkit made of the same cells and pulses.
struct GoldenTrajectory: Sendable {
  struct File: Decodable {
    var at: [Int]?
    var config: [String: Setting]
    var w: [[Float]]?
    var cell00: [Float]?
    var w_start: [Float]
    var w_alpha1: [[Float]]?
    var w_alpha05: [[Float]]?
  }

  /// A number, a flag or nothing; everything else in `config` is of no interest here.
  struct Setting: Decodable {
    var number: Double?
    init(from decoder: any Decoder) throws {
      number = try? decoder.singleValueContainer().decode(Double.self)
    }
  }

  let name: String
  let file: File
  let device: DeviceDescription
  let cells: CellParameters

  static let names = [
    "traj_ConstantStep", "traj_LinearStep_meanref", "traj_LinearStep_ownref",
    "traj_LinearStep_reverse", "traj_PowStepReference_sub", "traj_SoftBounds",
    "traj_SoftBoundsPmax", "traj_SoftBoundsReference", "traj_preset_Capacitor",
    "traj_preset_EcRam", "traj_preset_Idealized", "traj_preset_ReRamArrayOM",
    "traj_preset_ReRamES", "traj_preset_ReRamSB",
  ]

  init(_ name: String) throws {
    self.name = name
    let url = Bundle.module.resourceURL?.appendingPathComponent("Golden/\(name).json")
    let data = try Data(contentsOf: url ?? URL(fileURLWithPath: name))
    file = try JSONDecoder().decode(File.self, from: data)
    var model = DeviceModel(Self.kind(of: name, file))
    for field in DeviceModel.numberFields where field.kinds.contains(model.kind) {
      if let value = file.config[field.key]?.number { model[keyPath: field.path] = value }
    }
    device = DeviceDescription(name: name, model: model)
    cells = try CellParameters(json: data, for: model.kind)
  }

  /// The kind is told by the parameters that the configuration has.
  private static func kind(of name: String, _ file: File) -> ResponseKind {
    let keys = Set(file.config.keys)
    if keys.contains("A_up") { return .expStep }
    if keys.contains("p_max") { return .softBoundsPmax }
    if keys.contains("pow_gamma") {
      return keys.contains("reference_mean") ? .powStepReference : .powStep
    }
    if keys.contains("reference_mean") { return .softBoundsReference }
    if keys.contains("gamma_up") { return .linearStep }
    if keys.contains("mult_noise") { return .softBounds }
    return .constantStep
  }
}
