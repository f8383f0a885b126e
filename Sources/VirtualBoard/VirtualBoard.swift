import BoardDriver
import BoardTransport
import CTareBoard
import DeviceContract
import Foundation
import PhysicalUnits
public import SimulatedCrossbar
import WireProtocol

/// A board without hardware: the reference core itself over a simulated crossbar.
///
/// Bytes go in and come out; ``VirtualBoardServer`` puts it on a line. Not `Sendable`: it belongs to one thread.
public final class VirtualBoard {
  /// What the pulses fall on.
  public let crossbar: Crossbar
  /// What the core is told of the hardware and its memory.
  private let setup: UnsafeMutablePointer<tare_setup>
  private let hardware: UnsafeMutablePointer<tare_hardware>
  private let core: UnsafeMutablePointer<tare_board>
  private var buffers: [UnsafeMutableRawPointer] = []
  let memory: BoardMemory
  /// What the core has sent and nobody has taken.
  private var output: [UInt8] = []
  /// The core sends no more than this ahead, as a UART has no more room: outcomes gather while its line is busy.
  static let mostOutput = 1 << 10
  /// Whether pulses may pass.
  private(set) var areOutputsOn = false
  /// Told of every write to the durable memory, before it: returns how many of its bytes still arrive, where power
  /// fails in the middle of it.
  typealias PowerFailure = (_ bytes: Int) -> Int?
  var powerFailure: PowerFailure?
  /// Whether power has failed: nothing happens any more until the board is made anew.
  private(set) var isDead = false

  /// Builds a board around a crossbar; its durable memory is beside the state file of the crossbar, or in memory
  /// where there is none.
  ///
  /// - Parameters:
  ///   - crossbar: what the pulses fall on.
  ///   - knowsEnergies: whether the board reports the energy of trains, which real ones mostly cannot.
  ///   - group: steps counted together before they are fired.
  /// - Throws: ``VirtualBoardError``, and ``DeviceError`` for a crossbar that no board can have.
  public convenience init(
    _ crossbar: Crossbar, knowsEnergies: Bool = true, group: Int = 16
  ) throws {
    try self.init(crossbar, knowsEnergies: knowsEnergies, group: group, powerFailure: nil)
  }

  /// As ``init(_:knowsEnergies:group:)``; power may fail while the board starts.
  init(
    _ crossbar: Crossbar, knowsEnergies: Bool = true, group: Int = 16, powerFailure: PowerFailure?
  ) throws {
    self.crossbar = crossbar
    self.powerFailure = powerFailure
    let capabilities = crossbar.capabilities
    let record = try Wire.Capabilities(
      capabilities, longestLine: min(crossbar.longestBitLine, 1 << 16), canMultiply: true,
      hasDryRun: true)
    setup = .allocate(capacity: 1)
    setup.initialize(to: tare_setup())
    hardware = .allocate(capacity: 1)
    hardware.initialize(to: tare_hardware())
    // The core was built for more lines than this file knows of: it alone knows its size.
    let size = Int(tare_board_bytes())
    let place = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    core = place.assumingMemoryBound(to: tare_board.self)
    var buffers: [UnsafeMutableRawPointer] = []
    func buffer(_ count: Int) -> UnsafeMutablePointer<UInt8> {
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
      bytes.initializeMemory(as: UInt8.self, repeating: 0, count: count)
      buffers.append(bytes)
      return bytes.assumingMemoryBound(to: UInt8.self)
    }
    func text(_ text: String) -> UnsafePointer<CChar> {
      let bytes = Array(text.utf8) + [0]
      let place = buffer(bytes.count)
      place.update(from: bytes, count: bytes.count)
      return UnsafeRawPointer(place).assumingMemoryBound(to: CChar.self)
    }
    let identity = capabilities.identity
    setup.pointee.model = text("virtual board, " + identity.model)
    setup.pointee.serial_number = text(identity.serialNumber)
    setup.pointee.firmware = text(identity.firmware)
    setup.pointee.capabilities = tare_capabilities(record)
    withUnsafeMutableBytes(of: &setup.pointee.board) { board in
      let name = Array("tare virtual \(identity.serialNumber)".utf8)
      for (place, byte) in name.enumerated() { board[place % 16] = board[place % 16] &* 31 ^ byte }
    }
    setup.pointee.limits = tare_envelope(limitsOf: record)
    setup.pointee.group = UInt32(group)
    setup.pointee.most_frame = 8192
    setup.pointee.frame = buffer(2 * (8192 + 8192 / 254 + 2))
    (setup.pointee.queue, setup.pointee.queue_bytes) = (buffer(1 << 16), 1 << 16)
    (setup.pointee.answers, setup.pointee.answer_bytes) = (buffer(1 << 17), 1 << 17)
    // The largest train: 16 bits for each cell, or the longest lines.
    let cells = capabilities.rows * capabilities.columns
    let pattern = UInt32(max(1 << 16, 4 * cells + 64))
    (setup.pointee.pattern, setup.pointee.pattern_bytes) = (buffer(Int(pattern)), pattern)
    setup.pointee.profile_count = 16
    setup.pointee.profiles = UnsafeMutableRawPointer(
      buffer(16 * MemoryLayout<tare_shape>.stride)
    ).assumingMemoryBound(to: tare_shape.self)
    setup.pointee.journal_slots = 256
    setup.pointee.has_dry_run = true
    let isDurable = crossbar.settings.state != nil
    setup.pointee.durability = UInt8(
      (isDurable ? Wire.Durability.everyPulse : .volatile).rawValue)
    let needed = tare_memory_needed(setup)
    setup.pointee.memory_bytes = needed
    self.buffers = buffers
    memory = try BoardMemory(
      path: crossbar.settings.state.map { $0 + ".board" }, count: Int(needed))
    self.knowsEnergies = knowsEnergies
    hardware.pointee = Self.functions
    tare_start(core, setup, hardware, Unmanaged.passUnretained(self).toOpaque())
  }

  let knowsEnergies: Bool

  deinit {
    UnsafeMutableRawPointer(core).deallocate()
    hardware.deallocate()
    setup.deallocate()
    for buffer in buffers { buffer.deallocate() }
  }

  /// Takes bytes that came over the line.
  public func receive(_ bytes: [UInt8]) {
    guard !isDead else { return }
    bytes.withUnsafeBufferPointer { tare_receive(core, $0.baseAddress, UInt32($0.count)) }
  }

  /// Does a little; returns whether there is more to do at once.
  public func poll() -> Bool {
    guard !isDead else { return false }
    return tare_poll(core)
  }

  /// What the board has sent, which is then gone from here.
  public func takeOutput() -> [UInt8] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// The line broke, a button was pressed, a request came by USB.
  public func emergencyStop() { tare_emergency_stop(core) }

  // MARK: What the core asks of the hardware

  func send(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    guard !isDead else { return 0 }
    let room = min(count, Self.mostOutput - output.count)
    guard room > 0 else { return 0 }
    output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: room))
    return room
  }

  func access(_ address: Int, _ bytes: UnsafeMutableRawPointer, _ count: Int, isWrite: Bool) -> Bool
  {
    guard !isDead, address >= 0, address + count <= memory.count else { return false }
    let place = memory.bytes + address
    guard isWrite else {
      bytes.copyMemory(from: place, byteCount: count)
      return true
    }
    if let arriving = powerFailure?(count) {
      place.copyMemory(from: bytes, byteCount: min(arriving, count))
      isDead = true
      return false
    }
    place.copyMemory(from: bytes, byteCount: count)
    return true
  }

  func setOutputs(_ areOn: Bool) -> Bool {
    areOutputsOn = areOn
    return true
  }
}
