import ByteCoding
import DeviceContract
import Foundation
import PhysicalUnits

// How the fields of entries are put into bytes.

extension Cause {
  /// The number of the cause in bytes; never given twice.
  var code: UInt8 {
    switch self {
    case .form: 1
    case .calibrate: 2
    case .track: 3
    case .train: 4
    case .program: 5
    case .characterize: 6
    case .read: 7
    case .manual: 8
    }
  }

  init?(code: UInt8) {
    guard let cause = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = cause
  }
}

extension TrainOutcome.Status {
  var code: UInt8 {
    switch self {
    case .fired: 1
    case .partial: 2
    case .refused: 3
    case .uncertain: 4
    }
  }

  init?(code: UInt8) {
    guard let status = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = status
  }
}

extension CounterDurability {
  var code: UInt8 {
    switch self {
    case .volatile: 0
    case .checkpointed: 1
    case .everyPulse: 2
    }
  }

  init(from reader: inout ByteReader) throws(ByteError) {
    switch try reader.integer(UInt8.self) {
    case 0: self = .volatile
    case 1: self = .checkpointed
    case 2: self = .everyPulse
    default: throw .malformed(at: reader.offset - 1)
    }
  }
}

extension ByteReader {
  /// A byte that is 0 or 1.
  mutating func flag() throws(ByteError) -> Bool {
    let byte = try integer(UInt8.self)
    guard byte <= 1 else { throw .malformed(at: offset - 1) }
    return byte == 1
  }
}

extension PulseTotals {
  /// Writes 1, up and down as varints; 0 alone for none.
  static func write(_ totals: PulseTotals?, to writer: inout ByteWriter) {
    guard let totals else { return writer.append(UInt8(0)) }
    writer.append(UInt8(1))
    writer.append(varint: totals.up)
    writer.append(varint: totals.down)
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> PulseTotals? {
    guard try reader.flag() else { return nil }
    return PulseTotals(up: try reader.count(), down: try reader.count())
  }
}

extension DeviceHistory {
  /// Writes 1 and epoch, last number, oldest kept number, pulses and clock; 0 alone for none.
  static func write(_ history: DeviceHistory?, to writer: inout ByteWriter) {
    guard let history else { return writer.append(UInt8(0)) }
    writer.append(UInt8(1))
    for number in [history.epoch, history.last, history.oldestKept] {
      writer.append(varint: number)
    }
    PulseTotals.write(history.pulses, to: &writer)
    writer.append(history.clock.value)
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> DeviceHistory? {
    guard try reader.flag() else { return nil }
    let (epoch, last) = (try reader.varint(), try reader.varint())
    let oldestKept = try reader.varint()
    guard let pulses = try PulseTotals.read(from: &reader) else {
      throw .malformed(at: reader.offset - 1)
    }
    return DeviceHistory(
      epoch: epoch, last: last, oldestKept: oldestKept, pulses: pulses,
      clock: Seconds(try reader.double()))
  }
}

extension CellCounts {
  /// Writes how many there are, and for each the number of cells and, packed, the up and then the down
  /// pulses of all cells as varints.
  static func write(_ counts: [CellCounts], to writer: inout ByteWriter) {
    writer.append(varint: counts.count)
    for entry in counts {
      var numbers = ByteWriter(reserving: 4 * entry.up.count)
      for count in entry.up { numbers.append(varint: UInt64(count)) }
      for count in entry.down { numbers.append(varint: UInt64(count)) }
      writer.append(varint: entry.up.count)
      writer.append(raw: PackedBytes(numbers.bytes).stored)
    }
  }

  static func read(from reader: inout ByteReader) throws(ByteError) -> [CellCounts] {
    let start = reader.offset
    let count = try reader.count()
    // One entry a tile, of which there are at most 255.
    guard count <= 255 else { throw .malformed(at: start) }
    var all: [CellCounts] = []
    for _ in 0..<count {
      let cells = try reader.count()
      var numbers = ByteReader(try PackedBytes.read(from: &reader))
      var halves: [[UInt32]] = []
      for _ in 0..<2 {
        var half: [UInt32] = []
        for _ in 0..<cells {
          guard let number = UInt32(exactly: try numbers.varint()) else {
            throw .malformed(at: start)
          }
          half.append(number)
        }
        halves.append(half)
      }
      try numbers.end()
      all.append(CellCounts(up: halves[0], down: halves[1]))
    }
    return all
  }
}

extension UUID {
  /// The 16 bytes, in the order in which the text shows them.
  var bytes: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }

  /// - Precondition: there are 16 bytes.
  init(bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
