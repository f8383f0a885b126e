import CTareBoard
import Foundation

/// The core as this package builds it, on a board whose clock stands still but for its pulses.
///
/// SPECIFICATION.md, "Vectors", says what the board of the transcripts is.
final class TranscriptBoard {
  private static let memoryBytes = 8192

  /// What was fired, calls of the same lines and polarity as one.
  struct Pulses: Hashable {
    var tile: Int
    var rows, columns: [Int]
    var isUp: Bool
    var count: Int

    func isOnSameLines(as other: Pulses) -> Bool {
      tile == other.tile && rows == other.rows && columns == other.columns && isUp == other.isUp
    }
  }

  var clock: UInt64 = 0
  var memory = [UInt8](repeating: 0xFF, count: memoryBytes)
  /// Calls and writes up to the one within which power fails, and how much of it happens.
  var cutPulse = 0
  var cutWrite = 0
  var cutCount = 0
  private(set) var pulses: [Pulses] = []
  private(set) var sent: [UInt8] = []
  private(set) var hasPower = false
  private(set) var pulsesWhileOff = 0
  private var areOutputsOn = false

  private let board: UnsafeMutablePointer<tare_board>
  private let setup = UnsafeMutablePointer<tare_setup>.allocate(capacity: 1)
  private let hardware = UnsafeMutablePointer<tare_hardware>.allocate(capacity: 1)
  private var allocated: [UnsafeMutableRawPointer] = []

  init() {
    let room = UnsafeMutableRawPointer.allocate(
      byteCount: Int(tare_board_bytes()), alignment: 16)
    board = room.assumingMemoryBound(to: tare_board.self)
    setup.initialize(to: tare_setup())
    hardware.initialize(to: Self.functions)
    allocated = [room, UnsafeMutableRawPointer(setup), UnsafeMutableRawPointer(hardware)]
    describe(&setup.pointee)
  }

  deinit { for memory in allocated { memory.deallocate() } }

  // MARK: Steps

  func start() {
    hasPower = true
    areOutputsOn = true
    (cutPulse, cutWrite) = (0, 0)
    sent = []
    tare_start(board, setup, hardware, Unmanaged.passUnretained(self).toOpaque())
  }

  func receive(_ bytes: [UInt8]) { tare_receive(board, bytes, UInt32(bytes.count)) }

  func press() { tare_emergency_stop(board) }

  /// Works until there is nothing to do; what was sent and fired since the last time.
  func run() -> (sent: [UInt8], pulses: [Pulses]) {
    var idle = 0
    // A board that never rests is stopped, and has then sent too much.
    for _ in 0..<100_000 where hasPower && idle < 3 { idle = tare_poll(board) ? 0 : idle + 1 }
    defer { (sent, pulses) = ([], []) }
    return (sent, pulses)
  }

  // MARK: Hardware

  private static func board(_ port: UnsafeMutableRawPointer?) -> TranscriptBoard? {
    port.map { Unmanaged<TranscriptBoard>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let functions = tare_hardware(
    clock: { port in board(port)?.clock ?? 0 },
    send: { port, bytes, count in
      guard let board = board(port), board.hasPower else { return count }
      board.sent += UnsafeBufferPointer(start: bytes, count: Int(count))
      return count
    },
    memory: { port, address, bytes, count, isWrite in
      guard let board = board(port), let bytes else { return false }
      return board.access(Int(address), bytes, Int(count), isWrite: isWrite)
    },
    outputs: { port, areOn in
      board(port)?.areOutputsOn = areOn
      return true
    },
    pulse: { port, shape, _, tile, rows, columns, isUp, count, energy in
      guard let board = board(port), let shape, let rows, let columns else { return false }
      energy?.pointee = .max
      board.fire(
        Pulses(
          tile: Int(tile), rows: lines(rows[0]), columns: lines(columns[0]), isUp: isUp,
          count: Int(count)), period: shape.pointee.period / 1000)
      return true
    },
    read: { _, tile, row, column, columns, averages, _, sums, _, duration in
      guard let sums else { return false }
      // A code that says which cell it is.
      for place in 0..<columns {
        let code = 100 * UInt32(tile) + 10 * UInt32(row) + UInt32(column + place)
        sums[Int(place)] = averages * code
      }
      duration?.pointee += 1000 * UInt64(averages)
      return true
    }, multiply: nil)

  private static func lines(_ mask: UInt8) -> [Int] {
    (0..<8).filter { mask >> UInt8($0) & 1 == 1 }
  }

  private func access(
    _ address: Int, _ bytes: UnsafeMutableRawPointer, _ count: Int, isWrite: Bool
  ) -> Bool {
    guard address + count <= memory.count else { return false }
    var written = count
    if isWrite {
      guard hasPower else { return true }
      if cutWrite > 0 {
        cutWrite -= 1
        if cutWrite == 0 { (hasPower, written) = (false, min(count, cutCount)) }
      }
    }
    memory.withUnsafeMutableBytes { memory in
      guard let place = memory.baseAddress?.advanced(by: address) else { return }
      if isWrite {
        place.copyMemory(from: bytes, byteCount: written)
      } else {
        bytes.copyMemory(from: place, byteCount: count)
      }
    }
    return true
  }

  private func fire(_ asked: Pulses, period: UInt64) {
    guard hasPower else { return }
    var fired = asked
    if cutPulse > 0 {
      cutPulse -= 1
      if cutPulse == 0 { (hasPower, fired.count) = (false, min(asked.count, cutCount)) }
    }
    clock += UInt64(fired.count) * period
    if !areOutputsOn { pulsesWhileOff += fired.count }
    guard fired.count > 0 else { return }
    if let last = pulses.last, last.isOnSameLines(as: fired) {
      pulses[pulses.count - 1].count += fired.count
    } else {
      pulses.append(fired)
    }
  }

  // MARK: Setup

  private func text(_ text: String) -> UnsafePointer<CChar> {
    let bytes = Array(text.utf8) + [0]
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (place, byte) in bytes.enumerated() { copy[place] = CChar(bitPattern: byte) }
    allocated.append(copy)
    return UnsafePointer(copy)
  }

  private func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
    bytes.initialize(repeating: 0, count: count)
    allocated.append(bytes)
    return bytes
  }

  private func describe(_ setup: inout tare_setup) {
    (setup.model, setup.serial_number, setup.firmware) = (text("transcript"), text("1"), text("1"))
    setup.capabilities.tiles = 2
    setup.capabilities.rows = 4
    setup.capabilities.columns = 6
    setup.capabilities.kinds = 31
    setup.capabilities.schemes = 15
    setup.capabilities.longest_train = 1_000_000
    setup.capabilities.longest_line = 64
    setup.capabilities.least_amplitude = 100_000
    setup.capabilities.most_amplitude = 2_000_000
    setup.capabilities.nominal_amplitude = 2_000_000
    setup.capabilities.step_amplitude = 1000
    setup.capabilities.least_width = 100_000
    setup.capabilities.nominal_width = 100_000
    setup.capabilities.most_width = 1_000_000_000
    setup.capabilities.step_width = 1000
    setup.capabilities.step_edge = 1000
    setup.capabilities.step_period = 1000
    setup.capabilities.least_edge = 10_000
    setup.capabilities.nominal_rise = 10_000
    setup.capabilities.nominal_fall = 10_000
    setup.capabilities.most_edge = 100_000
    setup.capabilities.least_period = 100_000
    setup.capabilities.most_period = 1_000_000_000_000
    setup.capabilities.nominal_period = 1_000_000
    setup.capabilities.enforcer = UInt8(TARE_ENFORCER_NOBODY.rawValue)
    setup.capabilities.bits = 12
    setup.capabilities.most_averages = 1000
    setup.capabilities.parallel_columns = 1
    withUnsafeMutableBytes(of: &setup.board) { $0.copyBytes(from: "transcript board".utf8) }
    setup.limits.amplitude = 1_500_000
    setup.limits.most_width = .max
    setup.limits.volt_seconds = .max
    setup.limits.steps = .max
    setup.limits.odometer = .max
    setup.durability = UInt8(TARE_DURABILITY_EVERY_PULSE.rawValue)
    setup.group = 4
    setup.most_frame = UInt16(TARE_LEAST_FRAME)
    setup.frame = bytes(2 * (512 + 4))
    setup.queue = bytes(512)
    setup.queue_bytes = 512
    setup.answers = bytes(2048)
    setup.answer_bytes = 2048
    setup.pattern = bytes(64)
    setup.pattern_bytes = 64
    let profiles = UnsafeMutablePointer<tare_shape>.allocate(capacity: 2)
    profiles.initialize(repeating: tare_shape(), count: 2)
    allocated.append(profiles)
    setup.profiles = profiles
    setup.profile_count = 2
    setup.journal_slots = 16
    setup.memory_bytes = UInt32(Self.memoryBytes)
    setup.has_dry_run = true
  }
}
