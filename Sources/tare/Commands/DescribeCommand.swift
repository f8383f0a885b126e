import ArgumentParser
import DeviceContract
import PhysicalUnits

/// `tare describe`: what a device says that it can do.
struct DescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Prints what a device can do, as the device reports it.",
    discussion: """
      Nothing is fired, and outputs stay off.
        tare describe --device serial:/dev/ttyACM0
      """)

  @OptionGroup var options: DeviceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      try await options.withDevice { opened in
        if output.json {
          try output.printJSON(opened.capabilities)
        } else {
          try output.write(Self.text(opened.capabilities))
        }
      }
    }
  }

  private static func text(_ device: Capabilities) -> String {
    func widths(_ range: SteppedWidths) -> String {
      "\(range.shortest) to \(range.longest) by \(range.step)"
    }
    let converter = device.converter
    let compliance =
      device.compliance.enforcer == .nobody
      ? "nobody limits the current"
      : "\(device.compliance.enforcer.rawValue), "
        + device.compliance.setPoints.map(\.description).joined(separator: ", ")
    let lines: [(String, String)] = [
      ("model", device.identity.model), ("serial number", device.identity.serialNumber),
      ("firmware", device.identity.firmware),
      ("array", "\(device.tiles) of \(device.rows) rows x \(device.columns) columns"),
      ("trains", device.trainKinds.map(\.rawValue).sorted().joined(separator: ", ")),
      ("longest train", "\(device.longestTrain) slots"),
      ("bias schemes", device.biasSchemes.map(\.rawValue).sorted().joined(separator: ", ")),
      (
        "amplitude",
        "\(device.amplitude.lowest) to \(device.amplitude.highest) by \(device.amplitude.step)"
      ),
      ("width", widths(device.width)), ("rise and fall", widths(device.edge)),
      ("period", widths(device.period)), ("compliance", compliance),
      (
        "converter",
        "\(converter.bits) bits from \(converter.range.lowerBound) to \(converter.range.upperBound) "
          + "(weights), noise \(converter.noise), \(converter.parallelColumns) columns at once, "
          + "\(converter.sampleTime) a sample"
      ),
      ("conductance", "\(device.scale.atZero) at weight 0, \(device.scale.perUnit) a unit"),
      ("counters", device.counterDurability.rawValue),
      (
        "nominal pulse",
        "\(device.nominalShape.amplitude), \(device.nominalShape.width) every "
          + "\(device.nominalShape.period)"
      ),
    ]
    let width = lines.map(\.0.count).max() ?? 0
    return lines.map { $0.padding(to: width) + "  " + $1 + "\n" }.joined()
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
