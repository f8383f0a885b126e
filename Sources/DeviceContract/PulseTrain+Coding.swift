public import ByteCoding
import PhysicalUnits

// A train as bytes: what the ledger writes down, what a device's digest is taken of. Count maps are
// packed into as few bits a cell as their largest count needs, bit lines into one bit a slot.
extension PulseTrain {
  /// CRC-32C of ``canonicalBytes``: tells whether a device was given the train that it should have been.
  public var digest: UInt32 { CRC32C.checksum(canonicalBytes) }

  /// The same where the bytes of the pattern, which may be many, are at hand.
  public func digest(pattern: [UInt8]) -> UInt32 {
    var sum = CRC32C()
    sum.append(canonicalHead)
    sum.append(pattern)
    return sum.value
  }

  /// What is to be fired, as bytes that are equal exactly where it is; the cause is no part of it.
  public var canonicalBytes: [UInt8] {
    var writer = ByteWriter(reserving: 128)
    writer.append(raw: canonicalHead)
    pattern.write(to: &writer)
    return writer.bytes
  }

  /// All but the pattern.
  private var canonicalHead: [UInt8] {
    var writer = ByteWriter(reserving: 64)
    region.write(to: &writer)
    shape.write(to: &writer)
    writer.append(scheme.code)
    writer.append(varint: reads?.everySteps ?? 0)
    writer.append(varint: reads?.averages ?? 0)
    return writer.bytes
  }
}

extension PulseTrain {
  /// Whether the pattern has as many counts or lines as the region has cells or lines.
  public var isWellFormed: Bool {
    switch pattern {
    case .uniform, .alternating: true
    case .counts(let counts): counts.count == region.count
    case .outerProduct(let rowLines, let columnLines, _):
      rowLines.count == region.rows.count && columnLines.count == region.columns.count
    }
  }
}

extension CellRegion {
  /// Writes tile, first row, rows, first column and columns as varints.
  public func write(to writer: inout ByteWriter) {
    for number in [
      tile.index, rows.lowerBound.index, rows.count, columns.lowerBound.index, columns.count,
    ] { writer.append(varint: number) }
  }

  /// Reads a region.
  public init(from reader: inout ByteReader) throws(ByteError) {
    let tile = try reader.count()
    let (firstRow, rows) = (try reader.count(), try reader.count())
    let (firstColumn, columns) = (try reader.count(), try reader.count())
    // Far above any array, and far below what could overflow.
    guard max(tile, firstRow, rows, firstColumn, columns) <= 1 << 24 else {
      throw .malformed(at: reader.offset)
    }
    self.init(
      tile: Tile(tile), rows: Row(firstRow)..<Row(firstRow + rows),
      columns: Column(firstColumn)..<Column(firstColumn + columns))
  }
}

extension PulseShape {
  /// Writes amplitude in volts, width, rise, fall and period in picoseconds, and the compliance in
  /// amperes, NaN where there is none.
  public func write(to writer: inout ByteWriter) {
    writer.append(amplitude.value)
    for time in [width, rise, fall, period] {
      writer.append(varint: UInt64(time.picoseconds))
    }
    writer.append(compliance?.value ?? .nan)
  }

  /// Reads a shape.
  public init(from reader: inout ByteReader) throws(ByteError) {
    let amplitude = try reader.double()
    func time(_ number: UInt64, at offset: Int) throws(ByteError) -> PulseWidth {
      guard let picoseconds = Int64(exactly: number) else { throw .malformed(at: offset) }
      return PulseWidth(picoseconds: picoseconds)
    }
    let width = try time(try reader.varint(), at: reader.offset)
    let rise = try time(try reader.varint(), at: reader.offset)
    let fall = try time(try reader.varint(), at: reader.offset)
    let period = try time(try reader.varint(), at: reader.offset)
    let compliance = try reader.double()
    self.init(
      amplitude: Volts(amplitude), width: width, rise: rise, fall: fall, period: period,
      compliance: compliance.isNaN ? nil : Amperes(compliance))
  }
}

extension BiasScheme {
  /// The number of the scheme in bytes.
  public var code: UInt8 {
    switch self {
    case .halfVoltage: 1
    case .thirdVoltage: 2
    case .floating: 3
    case .isolated: 4
    }
  }

  /// The scheme of a number.
  public init?(code: UInt8) {
    guard let scheme = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = scheme
  }
}

extension PulseTrain.Pattern {
  /// Writes the kind and what belongs to it.
  public func write(to writer: inout ByteWriter) {
    switch self {
    case .uniform(let polarity, let count):
      writer.append(polarity == .up ? UInt8(1) : 2)
      writer.append(varint: count)
    case .alternating(let pairs):
      writer.append(UInt8(3))
      writer.append(varint: pairs)
    case .counts(let counts):
      writer.append(UInt8(4))
      PackedCounts.write(counts, to: &writer)
    case .outerProduct(let rowLines, let columnLines, let slots):
      writer.append(UInt8(5))
      writer.append(varint: slots)
      for lines in [rowLines, columnLines] {
        writer.append(varint: lines.count)
        writer.append(raw: BitLine.bytes(of: lines, slots: slots))
      }
    }
  }

  /// Reads a pattern.
  public init(from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    switch try reader.integer(UInt8.self) {
    case 1: self = .uniform(.up, count: try reader.count())
    case 2: self = .uniform(.down, count: try reader.count())
    case 3: self = .alternating(pairs: try reader.count())
    case 4: self = .counts(try PackedCounts.read(from: &reader))
    case 5:
      let slots = try reader.count()
      func lines() throws(ByteError) -> [BitLine] {
        let count = try reader.count()
        guard count <= 1 << 24 else { throw .malformed(at: start) }
        var lines: [BitLine] = []
        for _ in 0..<count { lines.append(try BitLine(slots: slots, from: &reader)) }
        return lines
      }
      self = .outerProduct(rowLines: try lines(), columnLines: try lines(), slots: slots)
    default: throw .malformed(at: start)
    }
  }
}

extension BitLine {
  /// For each line the sign and one bit a slot, first slot lowest, in whole bytes.
  fileprivate static func bytes(of lines: [BitLine], slots: Int) -> [UInt8] {
    let size = 1 + (slots + 7) / 8
    return [UInt8](unsafeUninitializedCapacity: lines.count * size) { bytes, used in
      used = lines.count * size
      bytes.update(repeating: 0)
      lines.withUnsafeBufferPointer { lines in
        for place in lines.indices {
          bytes[place * size] = lines[place].isNegative ? 1 : 0
          // Of the lines of a training step most are idle.
          if lines[place].words.isEmpty { continue }
          for byte in 0..<size - 1 {
            let word = lines[place].bits(ofWord: byte / 8, slots: slots)
            bytes[place * size + 1 + byte] =
              UInt8(truncatingIfNeeded: word >> UInt64(8 * (byte % 8)))
          }
        }
      }
    }
  }

  /// Writes one bit a slot, first slot lowest, in whole bytes; what lies beyond the last slot is no part of a train.
  public func writeSlots(_ slots: Int, to writer: inout ByteWriter) {
    for byte in 0..<(slots + 7) / 8 {
      let word = bits(ofWord: byte / 8, slots: slots)
      writer.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * (byte % 8))))
    }
  }

  fileprivate init(slots: Int, from reader: inout ByteReader) throws(ByteError) {
    let start = reader.offset
    let sign = try reader.integer(UInt8.self)
    guard sign <= 1 else { throw .malformed(at: start) }
    let bytes = try reader.raw((slots + 7) / 8)
    self.init(isNegative: sign == 1, slots: [])
    // No words behind the last slot in which it fires, and none at all for an idle line: as lines are made.
    for (place, byte) in bytes.enumerated() where byte != 0 {
      while words.count <= place / 8 { words.append(0) }
      words[place / 8] |= UInt64(byte) << UInt64(8 * (place % 8))
    }
  }
}
