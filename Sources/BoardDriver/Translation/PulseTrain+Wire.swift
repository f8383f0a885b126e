import ByteCoding
import DeviceContract
import WireProtocol

// A train as the wire carries it: a record of fixed size, and pattern bytes for count maps and bit lines.
extension PulseTrain {
  /// The record, and the pattern bytes that go before it.
  ///
  /// - Parameter profile: where the shape was set.
  func wire(profile: UInt8) -> (record: Wire.Train, pattern: [UInt8]) {
    let pattern = patternBytes
    let (kind, count): (Wire.TrainKind, Int) =
      switch self.pattern {
      case .uniform(.up, let count): (.up, count)
      case .uniform(.down, let count): (.down, count)
      case .alternating(let pairs): (.alternating, pairs)
      case .counts: (.counts, largestCellCount)
      case .outerProduct(_, _, let slots): (.outerProduct, slots)
      }
    let record = Wire.Train(
      kind: kind, profile: profile, scheme: scheme.wire, tile: UInt8(region.tile.index),
      row: UInt16(region.rows.lowerBound.index), rows: UInt16(region.rows.count),
      column: UInt16(region.columns.lowerBound.index), columns: UInt16(region.columns.count),
      count: UInt32(clamping: count), readEvery: UInt32(clamping: reads?.everySteps ?? 0),
      averages: UInt32(clamping: reads?.averages ?? 0), patternBytes: UInt32(pattern.count),
      digest: digest)
    return (record, pattern)
  }

  /// The short record of a train on one cell, for trains that have one.
  var cellPulses: Wire.CellPulses? {
    guard region.count == 1, reads == nil, case .uniform(let polarity, let count) = pattern,
      count > 0, let pulses = Int16(exactly: polarity == .up ? count : -count)
    else { return nil }
    return Wire.CellPulses(
      row: UInt16(region.rows.lowerBound.index), column: UInt16(region.columns.lowerBound.index),
      count: pulses, digest: digest)
  }

  private var patternBytes: [UInt8] {
    switch pattern {
    case .uniform, .alternating: return []
    case .counts(let counts): return Self.pack(counts, width: region.columns.count)
    case .outerProduct(let rowLines, let columnLines, let slots):
      var writer = ByteWriter(reserving: (rowLines.count + columnLines.count) * (slots / 8 + 2))
      for line in rowLines + columnLines { line.writeSlots(slots, to: &writer) }
      for lines in [rowLines, columnLines] {
        writer.append(raw: Self.bits(lines.map(\.isNegative)))
      }
      return writer.bytes
    }
  }

  /// One byte that says how many bits a count has, then each row in whole bytes.
  private static func pack(_ counts: [Int16], width: Int) -> [UInt8] {
    let bits = PackedCounts.bits(of: counts)
    var bytes: [UInt8] = [UInt8(bits)]
    bytes.reserveCapacity(1 + counts.count * bits / 8 + counts.count / max(1, width))
    for first in stride(from: 0, to: counts.count, by: max(1, width)) {
      var (word, filled): (UInt32, Int) = (0, 0)
      for count in counts[first..<min(counts.count, first + width)] {
        let field =
          bits == 1 ? (count < 0 ? 1 : 0) : UInt32(UInt16(bitPattern: count)) & (1 << bits - 1)
        word |= field << UInt32(filled)
        filled += bits
        while filled >= 8 {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
          filled -= 8
        }
      }
      if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: word)) }
    }
    return bytes
  }

  private static func bits(_ flags: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (place, flag) in flags.enumerated() where flag { bytes[place / 8] |= 1 << UInt8(place % 8) }
    return bytes
  }
}

extension PulseShape {
  /// The profile that stands for the shape, which capabilities have quantised.
  func wire(profile: UInt8) throws(DeviceError) -> Wire.Profile {
    Wire.Profile(
      profile: profile, amplitude: try volts(amplitude), width: width.wire, rise: rise.wire,
      fall: fall.wire, period: period.wire, compliance: try amperes(compliance))
  }
}
