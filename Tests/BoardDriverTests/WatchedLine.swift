import BoardTransport
import Synchronization
import WireProtocol

/// What becomes of the frames between a host and a board, frame by frame.
final class LineRule: Sendable {
  enum Direction: Sendable { case toBoard, toHost }

  /// What becomes of a frame.
  enum Fate: Sendable {
    case passes
    case isLost
    case isDamaged
    case comesTwice
    /// Bytes of somebody else are on the line before it.
    case comesBehind([UInt8])
    /// The line breaks before it, for a moment.
    case breaks
    /// The host is gone before it, for good.
    case ends
  }

  /// Nil for a frame that passes.
  typealias Judge = @Sendable (Direction, Frame) -> Fate?

  private struct State {
    var judge: Judge?
    var isForOne = false
    var hasEnded = false
    var sent: [UInt8] = []
  }

  private let state = Mutex(State())

  /// Judges every frame from here on.
  func set(_ judge: Judge?) { state.withLock { ($0.judge, $0.isForOne) = (judge, false) } }

  /// Judges the next frame of some types in a direction; all others pass.
  func once(_ direction: Direction, _ types: [UInt8], _ fate: @escaping @Sendable () -> Fate) {
    state.withLock {
      $0.isForOne = true
      $0.judge = { seen, frame in
        seen == direction && types.contains(frame.type) ? fate() : nil
      }
    }
  }

  /// Whether the frame that was to be judged has come by.
  var isSpent: Bool { state.withLock { $0.judge == nil } }

  /// All that the host has sent.
  var sent: [UInt8] { state.withLock { $0.sent } }

  /// Whether the host is gone.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  fileprivate func judge(_ direction: Direction, _ frame: Frame) -> Fate {
    state.withLock { state in
      guard let fate = state.judge?(direction, frame) else { return .passes }
      if state.isForOne { state.judge = nil }
      if case .ends = fate { state.hasEnded = true }
      return fate
    }
  }

  fileprivate func note(sent bytes: ArraySlice<UInt8>) { state.withLock { $0.sent += bytes } }
}

/// A line whose frames are judged one by one.
final class WatchedLine: ByteTransport {
  private let line: any ByteTransport
  private let rule: LineRule
  private var fromHost: [UInt8] = []
  private var fromBoard: [UInt8] = []
  private var outgoing: ArraySlice<UInt8> = []
  private var isBroken = false

  init(_ line: any ByteTransport, _ rule: LineRule) {
    (self.line, self.rule) = (line, rule)
  }

  var name: String { line.name }

  func read(most count: Int) throws(TransportError) -> [UInt8] {
    try flush()
    return try pass(try line.read(most: count)[...], .toHost, &fromBoard)
  }

  func write(_ bytes: ArraySlice<UInt8>) throws(TransportError) -> Int {
    rule.note(sent: bytes)
    outgoing += try pass(bytes, .toBoard, &fromHost)
    try flush()
    return bytes.count
  }

  func watches(for readiness: Readiness) -> [Watch] { line.watches(for: readiness) }

  func close() { line.close() }

  private func flush() throws(TransportError) {
    guard !isBroken, !rule.hasEnded else { throw broken }
    while !outgoing.isEmpty {
      let taken = try line.write(outgoing)
      if taken == 0 { return }
      outgoing = outgoing.dropFirst(taken)
    }
  }

  private var broken: TransportError {
    line.close()
    return TransportError(.lost, name, "the test broke the line")
  }

  /// What is left of bytes that come by.
  private func pass(
    _ bytes: ArraySlice<UInt8>, _ direction: LineRule.Direction, _ incomplete: inout [UInt8]
  ) throws(TransportError) -> [UInt8] {
    var passed: [UInt8] = []
    for byte in bytes {
      incomplete.append(byte)
      guard byte == 0 else { continue }
      let encoded = incomplete
      incomplete = []
      guard let frame = try? Frame(decoding: encoded.dropLast()) else {
        passed += encoded
        continue
      }
      switch rule.judge(direction, frame) {
      case .passes: passed += encoded
      case .isLost: break
      case .isDamaged:
        var damaged = encoded
        damaged[damaged.count / 2] ^= damaged[damaged.count / 2] == 0x10 ? 0x20 : 0x10
        passed += damaged
      case .comesTwice: passed += encoded + encoded
      case .comesBehind(let others): passed += others + encoded
      case .breaks, .ends:
        isBroken = true
        // What passed before it has arrived.
        if direction == .toBoard { _ = try? line.write(outgoing + passed) }
        throw broken
      }
    }
    return passed
  }
}
