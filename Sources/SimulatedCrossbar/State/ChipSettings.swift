import ByteCoding
import PhysicalUnits
import ResponseModels

/// The settings that make a chip what it is, as lines of `name=value`: what a state file must agree with.
///
/// Threads and the path of the file are no part of it.
struct ChipSettings: Sendable, Hashable {
  /// Goes up when equal settings begin to make other cells or other noise, so that no chip turns into
  /// another when the program is renewed.
  static let drawing = 1

  let text: String

  init(_ settings: SimulatorSettings) {
    let device = settings.device
    var lines = [
      "drawing=\(Self.drawing)", "rows=\(settings.rows)", "columns=\(settings.columns)",
      "tiles=\(settings.tiles)", "seed=\(settings.seed)",
      "noise=\(settings.noise ? "on" : "off")", "read_noise=\(settings.readNoise)",
      "adc_bits=\(settings.converterBits)", "start=\(settings.start)",
      "endurance=\(settings.endurance)", "endurance_dtod=\(settings.enduranceDtod)",
      "device=\(device.name.replacing("\n", with: " "))", "model=\(device.model.kind.rawValue)",
      "amplitude=\(device.pulse.amplitude.value)", "width=\(device.pulse.width.picoseconds) ps",
      "period=\(device.pulse.period.picoseconds) ps",
      "at_zero=\(device.conductanceAtZero.value)", "per_unit=\(device.conductancePerUnit.value)",
    ]
    // Chips from before there were these have none of it.
    if settings.halfSelectDisturb > 0 {
      lines.append("half_select_disturb=\(settings.halfSelectDisturb)")
    }
    if settings.relaxation > 0 { lines.append("relaxation=\(settings.relaxation)") }
    let (model, kind) = (device.model, device.model.kind)
    for field in DeviceModel.numberFields where field.kinds.contains(kind) {
      lines.append("\(field.key)=\(model[keyPath: field.path])")
    }
    for field in DeviceModel.flagFields where field.kinds.contains(kind) {
      lines.append("\(field.key)=\(model[keyPath: field.path])")
    }
    for field in DeviceModel.tableFields where field.kinds.contains(kind) {
      lines.append("\(field.key)=\(model[keyPath: field.path])")
    }
    for tile in Set(settings.tileParameters.map(\.tile)).sorted() {
      lines += Self.differences(of: tile, settings)
    }
    lines.append("cells=\(settings.cells.map { Self.digest(of: $0, kind: kind) } ?? "drawn")")
    text = lines.joined(separator: "\n") + "\n"
  }

  /// What differs between the settings of a file and these, or nil where nothing does.
  func difference(from text: String) -> String? {
    guard text != self.text else { return nil }
    let (made, asked) = (Self.entries(text), Self.entries(self.text))
    let names =
      asked.map(\.name)
      + made.map(\.name).filter { name in
        !asked.contains { $0.name == name }
      }
    var found: [(made: String, asked: String)] = []
    for name in names {
      let pair = (
        made.first { $0.name == name }?.value, asked.first { $0.name == name }?.value
      )
      guard pair.0 != pair.1 else { continue }
      found.append(("\(name)=\(pair.0 ?? "(none)")", "\(name)=\(pair.1 ?? "(none)")"))
    }
    let shown = found.prefix(4)
    let more = found.count > shown.count ? ", and \(found.count - shown.count) more" : ""
    return "was made with \(shown.map(\.made).joined(separator: ", "))\(more); asked "
      + "\(shown.map(\.asked).joined(separator: ", "))\(more)"
  }

  private static func entries(_ text: String) -> [(name: Substring, value: Substring)] {
    text.split(separator: "\n").map { line in
      let fields = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (fields[0], fields.count == 2 ? fields[1] : "")
    }
  }

  /// What a tile has otherwise, by its values and not by how they were written.
  private static func differences(of tile: Int, _ settings: SimulatorSettings) -> [String] {
    // Settings that make no device make no chip either.
    let base = settings.device.model
    guard let model = try? settings.model(ofTile: tile) else { return [] }
    func lines<Value: Equatable>(_ fields: [DeviceModel.Field<Value>]) -> [String] {
      fields.filter { $0.kinds.contains(base.kind) }.compactMap { field in
        let value = model[keyPath: field.path]
        return value == base[keyPath: field.path] ? nil : "tile\(tile).\(field.key)=\(value)"
      }
    }
    return lines(DeviceModel.numberFields) + lines(DeviceModel.flagFields)
      + lines(DeviceModel.tableFields)
  }

  private static func digest(of cells: CellParameters, kind: ResponseKind) -> String {
    var writer = ByteWriter()
    for parameter in HiddenParameter.of(kind) {
      for value in cells.values(parameter) { writer.append(value) }
    }
    for value in cells.start ?? [] { writer.append(value) }
    return "given " + String(CRC32C.checksum(writer.bytes), radix: 16)
  }
}
