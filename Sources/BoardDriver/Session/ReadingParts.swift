import DeviceContract
import PhysicalUnits
import WireProtocol

/// A reading as it arrives: sums of converter codes, part by part.
struct ReadingParts: Sendable {
  private(set) var afterSteps: UInt32
  private let cells: Int
  private(set) var averages: UInt32
  private var sums: [UInt32] = []
  private var saturated = 0
  /// Nanoseconds.
  private var duration: UInt64 = 0

  var isWhole: Bool { sums.count == cells }

  private init(_ part: Wire.Reading) {
    (afterSteps, cells, averages) = (part.afterSteps, Int(part.cells), part.averages)
    sums.reserveCapacity(min(cells, 1 << 24))
  }

  /// Adds a part to the reading that it continues, or begins another one with it.
  static func add(
    _ part: Wire.Reading, to readings: inout [ReadingParts]
  ) throws(SessionFailure) {
    if readings.last?.isWhole ?? true { readings.append(ReadingParts(part)) }
    try readings[readings.count - 1].add(part)
  }

  private mutating func add(_ part: Wire.Reading) throws(SessionFailure) {
    let width = Int(part.width)
    guard width == 2 || width == 4, Int(part.first) == sums.count, part.averages == averages,
      part.afterSteps == afterSteps, Int(part.cells) == cells, part.sums.count % width == 0,
      sums.count + part.sums.count / width <= cells, averages > 0
    else {
      throw .confused("a part of a reading that does not follow the one before")
    }
    sums += part.sums.words(width: width)
    saturated += Int(part.saturated)
    duration += part.duration
  }

  /// The reading, in weights.
  func reading(of region: CellRegion, by converter: ConverterCapability) -> Reading {
    Reading(
      region: region, weights: sums.map { converter.weight(sum: $0, averages: Int(averages)) },
      averages: Int(averages), saturated: saturated, afterSteps: Int(afterSteps),
      duration: Seconds(Double(duration) / 1e9))
  }
}
