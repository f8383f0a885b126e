import ByteCoding
import DeviceContract
import Foundation

// A saved state is a set of named parts, so that only what has changed is written again. Parts are
// canonical: two states are equal exactly where all their parts are.
extension LedgerState {
  /// The part that holds all but arrays of cells.
  static let summaryName = "summary"
  /// The form of the parts; a state in another form is made again from the entries.
  static let version = 2

  /// The parts that have changed since the last save, or all of them.
  func parts(onlyChanged: Bool) -> [String: [UInt8]] {
    var parts = [Self.summaryName: summary]
    for (key, tally) in tallies where !onlyChanged || tally.hasChanged {
      parts[Self.name(key)] = Self.bytes([tally.counts])
    }
    for (tile, counts) in uncertain where !onlyChanged || changedTiles.contains(tile) {
      parts["uncertain/\(tile)"] = Self.bytes(counts)
    }
    for (tile, sums) in exposureSums where !onlyChanged || changedTiles.contains(tile) {
      parts["exposures/\(tile)"] = Self.bytes(sums.counts)
    }
    for (serial, board) in boards where !onlyChanged || board.hasChanged {
      parts["board/\(serial)"] = Self.bytes(board)
    }
    return parts
  }

  /// Reads a saved state.
  convenience init(parts: [String: [UInt8]]) throws(ByteError) {
    self.init()
    guard let summary = parts[Self.summaryName] else { throw .malformed(at: 0) }
    var saved = try Self.summary(summary)
    let (rows, columns) = (saved.genesis?.rows ?? 0, saved.genesis?.columns ?? 0)
    for (name, bytes) in parts where name != Self.summaryName {
      let fields = name.split(separator: "/", maxSplits: 1).map(String.init)
      guard fields.count == 2 else { throw .malformed(at: 0) }
      switch fields[0] {
      case "uncertain":
        saved.uncertain[Int(fields[1]) ?? 0] = try Self.numbers(bytes, cells: rows * columns)
      case "exposures":
        saved.exposures[Int(fields[1]) ?? 0] = try Self.numbers(bytes, cells: rows * columns)
      case "board":
        saved.boards[fields[1]] = try Self.board(bytes, rows: rows, columns: columns)
      case "cells":
        guard let key = Self.key(fields[1]) else { throw .malformed(at: 0) }
        var reader = ByteReader(bytes)
        guard let counts = try CellCounts.read(from: &reader).first,
          counts.up.count == rows * columns
        else {
          throw .malformed(at: 0)
        }
        saved.tallies[key] = CellTally(counts, rows: rows, columns: columns)
      default: throw .malformed(at: 0)
      }
    }
    restore(saved)
  }

  private static func name(_ key: TallyKey) -> String {
    "cells/\(key.tile),\(key.cause?.code ?? 0),\(key.shape)"
  }

  private static func key(_ text: String) -> TallyKey? {
    let numbers = text.split(separator: ",").compactMap { Int($0) }
    guard numbers.count == 3, (0...255).contains(numbers[1]) else { return nil }
    return TallyKey(
      tile: numbers[0], cause: Cause(code: UInt8(numbers[1])), shape: numbers[2])
  }

  private static func bytes(_ counts: [CellCounts]) -> [UInt8] {
    var writer = ByteWriter()
    CellCounts.write(counts, to: &writer)
    return writer.bytes
  }

  private static func bytes(_ numbers: [UInt32]) -> [UInt8] {
    var writer = ByteWriter(reserving: 2 * numbers.count)
    for number in numbers { writer.append(varint: UInt64(number)) }
    return PackedBytes(writer.bytes).stored
  }

  /// Reads one number for each cell of a tile.
  private static func numbers(_ bytes: [UInt8], cells: Int) throws(ByteError) -> [UInt32] {
    var reader = ByteReader(bytes)
    var packed = ByteReader(try PackedBytes.read(from: &reader))
    var numbers: [UInt32] = []
    while !packed.isAtEnd { numbers.append(UInt32(truncatingIfNeeded: try packed.varint())) }
    // What was changed from outside must not reach sums that count on it.
    guard numbers.count == cells else { throw .malformed(at: reader.offset) }
    return numbers
  }

  private static func bytes(_ board: BoardState) -> [UInt8] {
    var writer = ByteWriter()
    let device = board.device
    for text in [device.model, device.serialNumber, device.firmware] { writer.append(text: text) }
    writer.append(board.durability.code)
    for number in [board.epoch, board.lastNumber, board.lastFired, board.clock] {
      writer.append(varint: number)
    }
    writer.append(varint: board.tenures.count)
    for tenure in board.tenures {
      writer.append(varint: tenure.after)
      writer.append(varint: tenure.last)
    }
    CellCounts.write(board.odometer.map(\.counts), to: &writer)
    writer.append(varint: board.uncertain.count)
    for bounds in board.uncertain { writer.append(counted: Self.bytes(bounds)) }
    return writer.bytes
  }

  private static func board(
    _ bytes: [UInt8], rows: Int, columns: Int
  ) throws(ByteError) -> BoardState {
    var reader = ByteReader(bytes)
    let device = DeviceIdentity(
      model: try reader.text(), serialNumber: try reader.text(), firmware: try reader.text())
    let durability = try CounterDurability(from: &reader)
    let (epoch, last) = (try reader.varint(), try reader.varint())
    let (lastFired, clock) = (try reader.varint(), try reader.varint())
    var tenures: [BoardState.Tenure] = []
    for _ in 0..<(try reader.count()) {
      let after = try reader.varint()
      tenures.append(BoardState.Tenure(after: after, last: try reader.varint()))
    }
    let odometer = try CellCounts.read(from: &reader)
    guard odometer.allSatisfy({ $0.up.count == rows * columns }) else { throw .malformed(at: 0) }
    let board = BoardState(
      device: device, epoch: epoch, lastNumber: last,
      odometer: odometer.map { CellTally($0, rows: rows, columns: columns) })
    (board.lastFired, board.clock, board.tenures) = (lastFired, clock, tenures)
    board.durability = durability
    let bounds = try reader.count()
    guard bounds == odometer.count else { throw .malformed(at: 0) }
    board.uncertain = []
    for _ in 0..<bounds {
      let part = try reader.counted()
      // A tile whose counts are all sure has none.
      board.uncertain.append(
        part == Self.bytes([UInt32]()) ? [] : try numbers(part, cells: rows * columns))
    }
    return board
  }
}

// The summary.
extension LedgerState {
  private var summary: [UInt8] {
    var writer = ByteWriter(reserving: 1024)
    writer.append(varint: Self.version)
    writer.append(varint: count)
    writer.append(lastTime.microseconds)
    for content in [
      genesis.map(LedgerEntry.Content.genesis), campaign.map(LedgerEntry.Content.campaign),
    ] {
      let entry = content.map { LedgerEntry(time: LedgerTime(microseconds: 0), content: $0) }
      writer.append(counted: entry?.bytes ?? [])
    }
    writer.append(varint: shapes.count)
    for shape in shapes { shape.write(to: &writer) }
    writer.append(text: board ?? "")
    writer.append(UInt8(isConnected ? 1 : 0))
    writer.append(varint: open.count)
    for (_, entry) in open.sorted(by: { $0.key < $1.key }) {
      writer.append(varint: entry.sequence)
      writer.append(
        counted: LedgerEntry(time: entry.time, content: .intent(entry.intent)).bytes)
    }
    writer.append(varint: days.count)
    for (key, sums) in days.sorted(by: { $0.key < $1.key }) {
      writer.append(zigzag: Int64(key.day))
      writer.append(key.cause.code)
      sums.write(to: &writer)
    }
    writer.append(varint: runs.count)
    for (run, totals) in runs.sorted(by: { $0.key.uuidString < $1.key.uuidString }) {
      writer.append(raw: run.bytes)
      writer.append(varint: totals.campaign)
      totals.sums.write(to: &writer)
    }
    writer.append(varint: adopted)
    writer.append(varint: refusals)
    writer.append(varint: counted)
    return writer.bytes
  }

  /// Reads the part that holds all but arrays of cells.
  static func summary(_ bytes: [UInt8]) throws(ByteError) -> Saved {
    var reader = ByteReader(bytes)
    var saved = Saved()
    guard try reader.count() == version else { throw .malformed(at: 0) }
    saved.count = try reader.count()
    saved.lastTime = LedgerTime(microseconds: try reader.integer(Int64.self))
    for _ in 0..<2 {
      let entry = try reader.counted()
      if entry.isEmpty { continue }
      switch try LedgerEntry(bytes: entry, shapes: []).content {
      case .genesis(let genesis): saved.genesis = genesis
      case .campaign(let campaign): saved.campaign = campaign
      default: throw .malformed(at: reader.offset)
      }
    }
    for _ in 0..<(try reader.count()) { saved.shapes.append(try PulseShape(from: &reader)) }
    let board = try reader.text()
    saved.board = board.isEmpty ? nil : board
    saved.isConnected = try reader.flag()
    for _ in 0..<(try reader.count()) {
      let sequence = try reader.count()
      let entry = try LedgerEntry(bytes: try reader.counted(), shapes: saved.shapes)
      guard case .intent(let intent) = entry.content else { throw .malformed(at: reader.offset) }
      saved.open[intent.number] = OpenIntent(intent: intent, sequence: sequence, time: entry.time)
    }
    for _ in 0..<(try reader.count()) {
      let day = Int(try reader.zigzag())
      guard let cause = Cause(code: try reader.integer(UInt8.self)) else {
        throw .malformed(at: reader.offset)
      }
      saved.days[DayCause(day: day, cause: cause)] = try PulseSums(from: &reader)
    }
    for _ in 0..<(try reader.count()) {
      let run = UUID(bytes: try reader.raw(16))
      let campaign = try reader.count()
      saved.runs[run] = RunTotals(sums: try PulseSums(from: &reader), campaign: campaign)
    }
    saved.adopted = try reader.count()
    saved.refusals = try reader.count()
    saved.counted = try reader.count()
    try reader.end()
    return saved
  }
}

extension PulseSums {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.append(varint: trains)
    PulseTotals.write(commanded, to: &writer)
    PulseTotals.write(fired, to: &writer)
    writer.append(varint: uncertain)
    writer.append(varint: exposures)
    writer.append(varint: energy)
    writer.append(varint: duration)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteError) {
    self.init()
    trains = try reader.count()
    commanded = try PulseTotals.read(from: &reader) ?? PulseTotals()
    fired = try PulseTotals.read(from: &reader) ?? PulseTotals()
    uncertain = try reader.count()
    exposures = try reader.count()
    energy = try reader.varint()
    duration = try reader.varint()
  }
}
