/// Numbered frames from the moment that they are asked for until the board has acknowledged them.
struct SendWindow: Sendable {
  /// A frame that waits or is on its way.
  struct Entry: Sendable {
    var type: UInt8
    var payload: [UInt8]
    /// What of the payload goes into the board's pattern memory and not into its queue.
    var patternBytes: Int

    /// What it takes of the board's queue.
    var queueBytes: Int { payload.count - patternBytes + 2 }
    /// What it takes of the line, but for a byte in 254.
    var wireBytes: Int { payload.count + Wire.frameOverhead + 2 }
  }

  /// Frames in order; the first ``sent`` of them are on their way.
  private var entries: [Entry] = []
  /// Entries before this place are gone; they are removed many at a time.
  private var start = 0
  private var sent = 0
  /// The number of the first entry.
  private(set) var acknowledged: UInt16 = 0
  /// What the board said that it takes.
  private var creditBytes = 0, creditPattern = 0
  /// What has been sent of it since.
  private var takenBytes = 0, takenPattern = 0
  /// What is on its way.
  private var bytesInFlight = 0
  /// The number from which everything was last sent again.
  private var wentBackTo: UInt16?
  /// How good the line has been, in this session and those before.
  private(set) var meter = LossMeter()

  /// The number that the next new frame on the wire will have.
  var next: UInt16 { acknowledged &+ UInt16(sent) }
  /// Frames on their way.
  var inFlight: Int { sent }
  /// Frames that have not been sent.
  var waiting: Int { entries.count - start - sent }
  var isEmpty: Bool { entries.count == start }
  /// Whether another frame of some length could leave at once, as far as is known.
  var hasRoom: Bool {
    waiting == 0 && takenBytes < creditBytes && fits(meter.frameBytes) && sent < 1 << 14
  }

  mutating func add(_ entry: Entry) { entries.append(entry) }

  /// Takes the board's word for what it has; false where that cannot be.
  mutating func acknowledge(_ number: UInt16) -> Bool {
    let count = Int(number &- acknowledged)
    guard count <= sent else { return false }
    guard count > 0 else { return true }
    wentBackTo = nil
    let bytes = entries[start..<start + count].reduce(0) { $0 + $1.wireBytes }
    meter.pass(bytes)
    bytesInFlight -= bytes
    start += count
    sent -= count
    acknowledged = number
    if start > 256 || start == entries.count {
      entries.removeFirst(start)
      start = 0
    }
    return true
  }

  /// The board takes so much from its acknowledged number on.
  mutating func allow(bytes: Int, pattern: Int) {
    (creditBytes, creditPattern) = (bytes, pattern)
    (takenBytes, takenPattern) = (0, 0)
    for place in 0..<sent { take(entries[start + place]) }
  }

  private mutating func take(_ entry: Entry) {
    takenBytes += entry.queueBytes
    takenPattern += entry.patternBytes
  }

  /// Whether so many bytes may join those on their way; one frame always may.
  private func fits(_ bytes: Int) -> Bool {
    sent == 0 || bytesInFlight + bytes <= meter.mostInFlight ?? .max
  }

  /// The next frame that the board has room for, with its number.
  mutating func take() -> (number: UInt16, entry: Entry)? {
    guard waiting > 0, sent < 1 << 14 else { return nil }
    let entry = entries[start + sent]
    guard takenBytes + entry.queueBytes <= creditBytes,
      takenPattern + entry.patternBytes <= creditPattern, fits(entry.wireBytes)
    else { return nil }
    defer {
      take(entry)
      bytesInFlight += entry.wireBytes
      sent += 1
    }
    return (next, entry)
  }

  /// Everything from the acknowledged number on is sent again, once for each such number.
  ///
  /// - Parameter isSure: whether what is missing is known to be lost, also where it was sent twice.
  /// - Returns: how many frames will be sent again, nil where they have been already.
  mutating func goBack(isSure: Bool) -> Int? {
    guard sent > 0, isSure || wentBackTo != acknowledged else { return nil }
    wentBackTo = acknowledged
    meter.lose()
    for place in 0..<sent {
      takenBytes -= entries[start + place].queueBytes
      takenPattern -= entries[start + place].patternBytes
    }
    (takenBytes, takenPattern) = (max(0, takenBytes), max(0, takenPattern))
    defer { (sent, bytesInFlight) = (0, 0) }
    return sent
  }

  /// Forgets everything but what the line is like: a session begins.
  mutating func reset() {
    let meter = self.meter
    self = SendWindow()
    self.meter = meter
  }
}
