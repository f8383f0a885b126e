import ByteCoding
import DeviceContract
import PhysicalUnits

/// Readings as bytes, weights bit for bit.
///
/// For each: region, averages, saturated cells and steps before it as varints, the duration in seconds as
/// a 64-bit number, and the weights as 32-bit numbers, row-major; all of them packed, short ones as they are: there is
/// noise in what is read, and taking a tenth off a column would take longer than writing it down.
enum ReadingBytes {
  static func encode(_ readings: [Reading]) -> [UInt8] {
    guard !readings.isEmpty else { return [] }
    var writer = ByteWriter(reserving: readings.reduce(64) { $0 + 64 + 4 * $1.weights.count })
    writer.append(varint: readings.count)
    for reading in readings {
      reading.region.write(to: &writer)
      for number in [reading.averages, reading.saturated, reading.afterSteps] {
        writer.append(varint: number)
      }
      writer.append(reading.duration.value)
      writer.append(varint: reading.weights.count)
      reading.weights.map { $0.bitPattern.littleEndian }.withUnsafeBytes { writer.append(raw: $0) }
    }
    return PackedBytes(writer.bytes, compressing: writer.bytes.count > shortest).stored
  }

  /// Readings of up to so many bytes are not compressed.
  private static let shortest = 8192

  static func decode(_ bytes: [UInt8]) throws(ByteError) -> [Reading] {
    if bytes.isEmpty { return [] }
    var packed = ByteReader(bytes)
    var reader = ByteReader(try PackedBytes.read(from: &packed))
    try packed.end()
    var readings: [Reading] = []
    for _ in 0..<(try reader.count()) {
      let region = try CellRegion(from: &reader)
      let (averages, saturated) = (try reader.count(), try reader.count())
      let afterSteps = try reader.count()
      let duration = Seconds(try reader.double())
      let count = try reader.count()
      guard count == region.count else { throw .malformed(at: reader.offset) }
      var weights: [Float] = []
      weights.reserveCapacity(count)
      for _ in 0..<count {
        weights.append(Float(bitPattern: try reader.integer(UInt32.self)))
      }
      readings.append(
        Reading(
          region: region, weights: weights, averages: averages, saturated: saturated,
          afterSteps: afterSteps, duration: duration))
    }
    try reader.end()
    return readings
  }
}
