public import PhysicalUnits

/// Everything that a device file says: the model, the pulse it holds for, and its conductance.
public struct DeviceDescription: Sendable, Hashable {
  /// A name for people.
  public var name: String
  /// Response, spreads and noises.
  public var model: DeviceModel
  /// The pulse that the response holds for.
  public var pulse: NominalPulse
  /// The conductance at weight 0.
  public var conductanceAtZero: Siemens
  /// The conductance between weight 0 and weight 1.
  public var conductancePerUnit: Siemens
  /// Where the parameters come from.
  public var origin: String

  /// Describes a device; the conductances are typical for filamentary ReRAM.
  public init(
    name: String, model: DeviceModel, pulse: NominalPulse = NominalPulse(),
    conductanceAtZero: Siemens = Siemens(50e-6), conductancePerUnit: Siemens = Siemens(25e-6),
    origin: String = ""
  ) {
    self.name = name
    self.model = model
    self.pulse = pulse
    self.conductanceAtZero = conductanceAtZero
    self.conductancePerUnit = conductancePerUnit
    self.origin = origin
  }

  /// The description of a preset.
  public init(_ preset: Preset) {
    self.init(name: preset.name, model: preset.model, origin: preset.source)
  }
}
