public import ResponseModels

/// How a simulated crossbar is built.
public struct SimulatorSettings: Sendable {
  /// The device that every cell is drawn from.
  public var device: DeviceDescription
  /// Number of crossbars.
  public var tiles = 1
  /// What the device has otherwise on single tiles, in the order in which it was set.
  var tileParameters: [TileParameter] = []
  /// Word lines of each tile, 1 to 4096.
  public var rows = 64
  /// Bit lines of each tile, 1 to 4096.
  public var columns = 64
  /// What every random number stands on: equal seeds give equal bits.
  public var seed: UInt64 = 1
  /// Whether pulses and reads are noisy.
  public var noise = true
  /// Standard deviation of one read sample, as a part of the range between the mean bounds.
  public var readNoise = 0.002
  /// Resolution of the converter; 0 for one that does not quantise.
  public var converterBits = 12
  /// The weight of every cell at the start; cells hold it between their bounds.
  public var start = 0.0
  /// Pulses after which the median cell is worn out and stuck, or 0 for cells that never are.
  public var endurance = 0.0
  /// Spread of that number over cells: standard deviation of its logarithm.
  public var enduranceDtod = 0.3
  /// What a half-selected cell moves by, as a part of the mean step that a full pulse would make at its state: at half
  /// of the voltage, once for each exposure.
  public var halfSelectDisturb = 0.0
  /// The rate at which states relax to that of a reset, in 1/s of the device's time: of pulses and of reads.
  public var relaxation = 0.0
  /// Threads that a train is computed on; the results do not depend on it.
  public var threads = 1
  /// The file that the chip lives in, so that its states and counters outlive the process; nil for one
  /// that is forgotten.
  public var state: String?
  /// Explicit hidden parameters instead of drawn ones; sets the number of rows and columns.
  public var cells: CellParameters?

  /// The default settings around a device.
  public init(device: DeviceDescription) { self.device = device }

  /// Whether states move otherwise than by pulses of their own.
  var isDisturbed: Bool { halfSelectDisturb > 0 || relaxation > 0 }

  /// The names that ``set(_:to:)`` knows, besides the parameters of the device.
  public static let optionNames = [
    "rows", "columns", "tiles", "seed", "noise", "read_noise", "adc_bits", "start", "endurance",
    "endurance_dtod", "half_select_disturb", "relaxation", "threads", "state",
  ]

  /// Sets an option of a device selector, such as "rows" to "64"; names of device parameters
  /// (`dw_min`) change the device, on one tile alone where that stands before them (`tile1.dw_min`).
  ///
  /// - Throws: ``ModelError`` if there is no such option, or the text is no value for it.
  public mutating func set(_ name: String, to text: String) throws(ModelError) {
    switch name {
    case "rows": rows = try Self.integer(text, name, 1...4096)
    case "columns": columns = try Self.integer(text, name, 1...4096)
    case "tiles": tiles = try Self.integer(text, name, 1...255)
    case "threads": threads = try Self.integer(text, name, 1...1024)
    case "state": state = text
    case "adc_bits":
      converterBits = try Self.integer(text, name, 0...24)
    case "seed":
      guard let value = UInt64(text) else {
        throw ModelError(.badValue, at: name, "\"\(text)\" is no whole number of 0 or more")
      }
      seed = value
    case "noise":
      guard let value = ["on": true, "off": false, "true": true, "false": false][text.lowercased()]
      else { throw ModelError(.badValue, at: name, "\"\(text)\" is neither on nor off") }
      noise = value
    case "read_noise": readNoise = try Self.number(text, name, 0...1)
    case "start": start = try Self.number(text, name, -1e6...1e6)
    case "endurance": endurance = try Self.number(text, name, 0...1e15)
    case "endurance_dtod": enduranceDtod = try Self.number(text, name, 0...5)
    case "half_select_disturb": halfSelectDisturb = try Self.number(text, name, 0...1)
    case "relaxation": relaxation = try Self.number(text, name, 0...1e12)
    default:
      if let parameter = TileParameter(option: name, value: text) { return try set(parameter) }
      guard DeviceModel.keys(of: device.model.kind).contains(name) else {
        let known = Self.optionNames + DeviceModel.keys(of: device.model.kind)
        throw ModelError(
          .unknownName, at: name,
          "the simulator has no such option; " + Spelling.suggestion(for: name, in: known))
      }
      try device.model.set(name, parsing: text)
    }
  }

  private static func integer(
    _ text: String, _ name: String, _ range: ClosedRange<Int>
  ) throws(ModelError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      throw ModelError(
        .badValue, at: name,
        "\"\(text)\" is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private static func number(
    _ text: String, _ name: String, _ range: ClosedRange<Double>
  ) throws(ModelError) -> Double {
    guard let value = Double(text), range.contains(value) else {
      throw ModelError(
        .badValue, at: name,
        "\"\(text)\" is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
