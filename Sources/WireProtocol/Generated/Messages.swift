// Written by `make generate` from Firmware-protocol/messages.json; changes here are lost.
public import ByteCoding

extension Wire {
  /// Version of the protocol: frames of another major version are dropped.
  public static let major: UInt8 = 1
  /// Newest minor version that is spoken here.
  public static let minor: UInt8 = 0
  /// Hash of the declarations.
  public static let schema: UInt64 = 0xB94DE52E71013F45
  /// Bytes of a frame that are not payload, before COBS: header 8, checksum 4.
  public static let frameOverhead = 12
  /// Bytes of a decoded frame that every board takes, header and checksum included.
  public static let leastFrame = 512
  /// Cells of an odometer block, row-major over the tile.
  public static let cellsPerBlock = 64
  /// Energy of a train whose board cannot know it.
  public static let unknownEnergy = UInt64.max
}

extension Wire {
  /// What a train does to its cells.
  public enum TrainKind: UInt8, Sendable, Hashable, CaseIterable {
    /// `count` up pulses on every cell of the region.
    case up = 1
    /// `count` down pulses on every cell.
    case down = 2
    /// `count` times one up and one down pulse on every cell.
    case alternating = 3
    /// A signed count for each cell, in the pattern bytes.
    case counts = 4
    /// `count` slots of row and column bit lines, in the pattern bytes.
    case outerProduct = 5
  }
}

extension Wire {
  /// What idle lines are held at.
  public enum Scheme: UInt8, Sendable, Hashable, CaseIterable {
    /// V/2.
    case halfVoltage = 1
    /// V/3.
    case thirdVoltage = 2
    /// Not driven.
    case floating = 3
    /// Cells with a selector: no line is shared.
    case isolated = 4
  }
}

extension Wire {
  /// How a train ended.
  public enum TrainStatus: UInt8, Sendable, Hashable, CaseIterable {
    /// Whole.
    case fired = 1
    /// Stopped between steps; the counts are exact.
    case interrupted = 2
    /// Power failed within a group of steps; at most `uncertainSteps` more were fired.
    case uncertain = 3
    /// Not fired; `reason` says why; the number is used up.
    case rejected = 4
  }
}

extension Wire {
  /// Why a train was rejected, stopped, or a request refused.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    /// No reason: it was done.
    case none = 0
    /// Outputs are off; ARM first.
    case notArmed = 1
    /// Outside the envelope in force, or under an envelope that is no longer in force.
    case envelope = 2
    /// Reaches outside the array, or holds no cell.
    case geometry = 3
    /// The pattern bytes are missing, too many, or do not fit the region.
    case pattern = 4
    /// The pulse profile was not set in this session.
    case profile = 5
    /// Begun too late: the board's clock is past `notAfter`.
    case expired = 6
    /// STOP came, from the host.
    case stopped = 7
    /// The arm lease ran out: nothing was heard of the host.
    case lease = 8
    /// The emergency stop is latched.
    case emergencyStop = 9
    /// Power failed while it ran.
    case power = 10
    /// A pulse counter has no room for it.
    case counterFull = 11
    /// The board cannot do this.
    case unsupported = 12
    /// The number is not the next one; nothing was used up.
    case gap = 13
    /// The number was used by another train; latched until a person looks.
    case conflict = 14
    /// The payload does not fit its message.
    case malformed = 15
    /// The board's durable memory failed; outputs stay off.
    case memory = 16
    /// Beyond the forming limit without being armed for forming.
    case forming = 17
    /// The hardware reports a fault.
    case fault = 18
    /// Another session began.
    case reconnected = 19
    /// A train before it did not run whole, and it was to follow only then.
    case chained = 20
  }
}

extension Wire {
  /// Who limits the current.
  public enum Enforcer: UInt8, Sendable, Hashable, CaseIterable {
    /// A circuit, within the pulse.
    case hardware = 1
    /// A program, between pulses.
    case firmware = 2
    /// Nothing does.
    case nobody = 3
  }
}

extension Wire {
  /// What a power failure does to the counters.
  public enum Durability: UInt8, Sendable, Hashable, CaseIterable {
    /// They start again at 0.
    case volatile = 0
    /// They fall back to the last mark.
    case checkpointed = 1
    /// Counted before fired.
    case everyPulse = 2
  }
}

extension Wire {
  /// One train.
  ///
  /// Its pattern bytes, if it has any, are those of the PATTERN frames before it.
  public struct Train: WireFields {
    /// What happens to each cell.
    public var kind: TrainKind
    /// The pulse, as PROFILE set it.
    public var profile: UInt8
    /// What idle lines are held at.
    public var scheme: Scheme
    /// Crossbar.
    public var tile: UInt8
    /// First row.
    public var row: UInt16
    /// Rows.
    public var rows: UInt16
    /// First column.
    public var column: UInt16
    /// Columns.
    public var columns: UInt16
    /// Pulses, pairs or slots; for a count map the largest magnitude in it.
    public var count: UInt32
    /// Steps between two reads of the region, the last step included; 0 for none.
    public var readEvery: UInt32
    /// Samples of each read.
    public var averages: UInt32
    /// Bytes of the pattern.
    public var patternBytes: UInt32
    /// Checksum of the train as the host's ledger holds it; kept in the journal, compared when a
    /// number comes again.
    public var digest: UInt32

    /// Fills in all fields.
    public init(
      kind: TrainKind, profile: UInt8, scheme: Scheme, tile: UInt8, row: UInt16, rows: UInt16,
      column: UInt16, columns: UInt16, count: UInt32, readEvery: UInt32, averages: UInt32,
      patternBytes: UInt32, digest: UInt32
    ) {
      self.kind = kind
      self.profile = profile
      self.scheme = scheme
      self.tile = tile
      self.row = row
      self.rows = rows
      self.column = column
      self.columns = columns
      self.count = count
      self.readEvery = readEvery
      self.averages = averages
      self.patternBytes = patternBytes
      self.digest = digest
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      kind = try reader.value(TrainKind.init(rawValue:))
      profile = try reader.integer()
      scheme = try reader.value(Scheme.init(rawValue:))
      tile = try reader.integer()
      row = try reader.integer()
      rows = try reader.integer()
      column = try reader.integer()
      columns = try reader.integer()
      count = try reader.integer()
      readEvery = try reader.integer()
      averages = try reader.integer()
      patternBytes = try reader.integer()
      digest = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(kind.rawValue)
      writer.append(profile)
      writer.append(scheme.rawValue)
      writer.append(tile)
      writer.append(row)
      writer.append(rows)
      writer.append(column)
      writer.append(columns)
      writer.append(count)
      writer.append(readEvery)
      writer.append(averages)
      writer.append(patternBytes)
      writer.append(digest)
    }
  }
}

extension Wire {
  /// Pulses of one polarity on one cell: a train of its own, in ten bytes.
  public struct CellPulses: WireFields {
    /// Row.
    public var row: UInt16
    /// Column.
    public var column: UInt16
    /// Pulses: up where positive, down where negative.
    public var count: Int16
    /// As in `train`.
    public var digest: UInt32

    /// Fills in all fields.
    public init(row: UInt16, column: UInt16, count: Int16, digest: UInt32) {
      self.row = row
      self.column = column
      self.count = count
      self.digest = digest
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      row = try reader.integer()
      column = try reader.integer()
      count = try reader.integer()
      digest = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(row)
      writer.append(column)
      writer.append(count)
      writer.append(digest)
    }
  }
}

extension Wire {
  /// What became of one train.
  public struct TrainOutcome: WireFields {
    /// How it ended.
    public var status: TrainStatus
    /// Why, where it did not run whole.
    public var reason: Reason
    /// As it came with the train.
    public var digest: UInt32
    /// Steps that were surely fired.
    public var steps: UInt32
    /// Steps beyond these that may have been fired; at most the group.
    public var uncertainSteps: UInt32
    /// Up pulses that were surely fired, over all cells.
    public var up: UInt64
    /// Down pulses that were surely fired.
    public var down: UInt64
    /// Pulses that may have been fired besides.
    public var uncertain: UInt64
    /// Time on the board, reads included, in ns.
    public var duration: UInt64
    /// Energy in the cells, or all ones where the board cannot know it, in fJ.
    public var energy: UInt64

    /// Fills in all fields.
    public init(
      status: TrainStatus, reason: Reason, digest: UInt32, steps: UInt32, uncertainSteps: UInt32,
      up: UInt64, down: UInt64, uncertain: UInt64, duration: UInt64, energy: UInt64
    ) {
      self.status = status
      self.reason = reason
      self.digest = digest
      self.steps = steps
      self.uncertainSteps = uncertainSteps
      self.up = up
      self.down = down
      self.uncertain = uncertain
      self.duration = duration
      self.energy = energy
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      status = try reader.value(TrainStatus.init(rawValue:))
      reason = try reader.value(Reason.init(rawValue:))
      digest = try reader.integer()
      steps = try reader.integer()
      uncertainSteps = try reader.integer()
      up = try reader.integer()
      down = try reader.integer()
      uncertain = try reader.integer()
      duration = try reader.integer()
      energy = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(status.rawValue)
      writer.append(reason.rawValue)
      writer.append(digest)
      writer.append(steps)
      writer.append(uncertainSteps)
      writer.append(up)
      writer.append(down)
      writer.append(uncertain)
      writer.append(duration)
      writer.append(energy)
    }
  }
}

extension Wire {
  /// A current limit.
  public struct SetPoint: WireFields {
    /// Limit, in nA.
    public var current: UInt32

    /// Fills in all fields.
    public init(current: UInt32) {
      self.current = current
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      current = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(current)
    }
  }
}

extension Wire {
  /// The odometer of a cell.
  public struct CellCounts: WireFields {
    /// Up pulses.
    public var up: UInt32
    /// Down pulses.
    public var down: UInt32

    /// Fills in all fields.
    public init(up: UInt32, down: UInt32) {
      self.up = up
      self.down = down
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      up = try reader.integer()
      down = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(up)
      writer.append(down)
    }
  }
}

extension Wire {
  /// Begins a session: the running train stops between steps, the queue is dropped, outputs go off.
  ///
  /// The layout of this message never changes.
  public struct Hello: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x01
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// Comes back in HELLO_ACK.
    public var nonce: UInt32
    /// Lowest minor version that the host speaks.
    public var leastMinor: UInt8
    /// Highest.
    public var mostMinor: UInt8
    /// 1: nothing is fired in this session, and its numbers and counts are kept apart.
    public var isDry: UInt8
    /// Name and version of the host's program.
    public var program: [UInt8]

    /// Fills in all fields.
    public init(nonce: UInt32, leastMinor: UInt8, mostMinor: UInt8, isDry: UInt8, program: [UInt8])
    {
      self.nonce = nonce
      self.leastMinor = leastMinor
      self.mostMinor = mostMinor
      self.isDry = isDry
      self.program = program
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      nonce = try reader.integer()
      leastMinor = try reader.integer()
      mostMinor = try reader.integer()
      isDry = try reader.integer()
      program = try reader.raw(Int(try reader.integer(UInt8.self)))
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(nonce)
      writer.append(leastMinor)
      writer.append(mostMinor)
      writer.append(isDry)
      writer.append(short: program)
    }
  }
}

extension Wire {
  /// All that a host needs to compare histories.
  public struct HelloAck: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x02
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// Of the HELLO.
    public var nonce: UInt32
    /// The session that has begun.
    public var session: UInt16
    /// Lowest minor version that the board speaks.
    public var leastMinor: UInt8
    /// Highest.
    public var mostMinor: UInt8
    /// Hash of the declarations that the board was built from.
    public var schema: UInt64
    /// Identity of the board, for life.
    public var board: [UInt8]
    /// Changes when the durable memory was lost or replaced; numbers then start anew.
    public var epoch: UInt64
    /// Starts of the board.
    public var boots: UInt32
    /// Number of the last train that was begun or rejected; 0 before the first.
    public var taken: UInt64
    /// Lowest number whose outcome is kept.
    public var oldestKept: UInt64
    /// All up pulses of the board's life, counted before they are fired.
    public var up: UInt64
    /// All down pulses.
    public var down: UInt64
    /// Board clock, in ns.
    public var clock: UInt64
    /// 1: latched.
    public var emergencyStop: UInt8
    /// Latched fault, or none.
    public var fault: Reason
    /// What EMERGENCY_CLEAR must carry.
    public var clearCode: UInt32
    /// 1: this session fires nothing.
    public var isDry: UInt8
    /// Of numbers, outcomes and counts.
    public var durability: Durability
    /// Largest decoded frame that the board takes, header and checksum included.
    public var mostFrame: UInt16
    /// Room for frames that wait.
    public var queueBytes: UInt32
    /// Largest pattern of a train.
    public var patternBytes: UInt32
    /// Pulse profiles that can be set.
    public var profiles: UInt8
    /// Outcomes that are kept.
    public var journalSlots: UInt16
    /// Steps counted together before they are fired: the bound of what a power failure leaves
    /// uncertain.
    public var group: UInt32

    /// Fills in all fields.
    public init(
      nonce: UInt32, session: UInt16, leastMinor: UInt8, mostMinor: UInt8, schema: UInt64,
      board: [UInt8], epoch: UInt64, boots: UInt32, taken: UInt64, oldestKept: UInt64, up: UInt64,
      down: UInt64, clock: UInt64, emergencyStop: UInt8, fault: Reason, clearCode: UInt32,
      isDry: UInt8, durability: Durability, mostFrame: UInt16, queueBytes: UInt32,
      patternBytes: UInt32, profiles: UInt8, journalSlots: UInt16, group: UInt32
    ) {
      self.nonce = nonce
      self.session = session
      self.leastMinor = leastMinor
      self.mostMinor = mostMinor
      self.schema = schema
      self.board = board
      self.epoch = epoch
      self.boots = boots
      self.taken = taken
      self.oldestKept = oldestKept
      self.up = up
      self.down = down
      self.clock = clock
      self.emergencyStop = emergencyStop
      self.fault = fault
      self.clearCode = clearCode
      self.isDry = isDry
      self.durability = durability
      self.mostFrame = mostFrame
      self.queueBytes = queueBytes
      self.patternBytes = patternBytes
      self.profiles = profiles
      self.journalSlots = journalSlots
      self.group = group
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      nonce = try reader.integer()
      session = try reader.integer()
      leastMinor = try reader.integer()
      mostMinor = try reader.integer()
      schema = try reader.integer()
      board = try reader.raw(16)
      epoch = try reader.integer()
      boots = try reader.integer()
      taken = try reader.integer()
      oldestKept = try reader.integer()
      up = try reader.integer()
      down = try reader.integer()
      clock = try reader.integer()
      emergencyStop = try reader.integer()
      fault = try reader.value(Reason.init(rawValue:))
      clearCode = try reader.integer()
      isDry = try reader.integer()
      durability = try reader.value(Durability.init(rawValue:))
      mostFrame = try reader.integer()
      queueBytes = try reader.integer()
      patternBytes = try reader.integer()
      profiles = try reader.integer()
      journalSlots = try reader.integer()
      group = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(nonce)
      writer.append(session)
      writer.append(leastMinor)
      writer.append(mostMinor)
      writer.append(schema)
      writer.append(raw: board)
      writer.append(epoch)
      writer.append(boots)
      writer.append(taken)
      writer.append(oldestKept)
      writer.append(up)
      writer.append(down)
      writer.append(clock)
      writer.append(emergencyStop)
      writer.append(fault.rawValue)
      writer.append(clearCode)
      writer.append(isDry)
      writer.append(durability.rawValue)
      writer.append(mostFrame)
      writer.append(queueBytes)
      writer.append(patternBytes)
      writer.append(profiles)
      writer.append(journalSlots)
      writer.append(group)
    }
  }
}

extension Wire {
  /// Outputs off at once, and latched, whatever the session.
  public struct EmergencyStop: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x03
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false

    /// Fills in all fields.
    public init() {
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
    }
  }
}

extension Wire {
  /// Ends the latch.
  public struct EmergencyClear: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x04
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// From the last EMERGENCY_STATE or HELLO_ACK: nobody clears by accident.
    public var clearCode: UInt32

    /// Fills in all fields.
    public init(clearCode: UInt32) {
      self.clearCode = clearCode
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      clearCode = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(clearCode)
    }
  }
}

extension Wire {
  /// Answers the two before.
  public struct EmergencyState: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x05
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// 1: latched.
    public var isLatched: UInt8
    /// What EMERGENCY_CLEAR must carry.
    public var clearCode: UInt32
    /// Board clock, in ns.
    public var clock: UInt64

    /// Fills in all fields.
    public init(isLatched: UInt8, clearCode: UInt32, clock: UInt64) {
      self.isLatched = isLatched
      self.clearCode = clearCode
      self.clock = clock
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      isLatched = try reader.integer()
      clearCode = try reader.integer()
      clock = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(isLatched)
      writer.append(clearCode)
      writer.append(clock)
    }
  }
}

extension Wire {
  /// A frame was understood and cannot be obeyed.
  public struct Error: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x06
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// Why.
    public var reason: Reason
    /// Type of the frame.
    public var type: UInt8
    /// For a gap: the number that must follow; for a conflict: the number.
    public var number: UInt64

    /// Fills in all fields.
    public init(reason: Reason, type: UInt8, number: UInt64) {
      self.reason = reason
      self.type = type
      self.number = number
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      reason = try reader.value(Reason.init(rawValue:))
      type = try reader.integer()
      number = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(reason.rawValue)
      writer.append(type)
      writer.append(number)
    }
  }
}

extension Wire {
  /// A frame of another session came: that host has lost the board.
  public struct Stale: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x07
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// The session that holds.
    public var session: UInt16

    /// Fills in all fields.
    public init(session: UInt16) {
      self.session = session
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      session = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(session)
    }
  }
}

extension Wire {
  /// Renews the lease, acknowledges, and asks for STATUS.
  public struct Ping: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x10
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// 1: send again from the acknowledged sequence number on.
    public var isGap: UInt8
    /// Comes back in STATUS; 0: no STATUS is wanted.
    public var tag: UInt32

    /// Fills in all fields.
    public init(isGap: UInt8, tag: UInt32) {
      self.isGap = isGap
      self.tag = tag
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      isGap = try reader.integer()
      tag = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(isGap)
      writer.append(tag)
    }
  }
}

extension Wire {
  /// Acknowledges, and gives credit.
  ///
  /// Sent for a PING, for a gap (at once), and for frames whose answers take long.
  public struct Status: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x11
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false
    /// Of the last PING.
    public var tag: UInt32
    /// 1: send again from the acknowledged sequence number on.
    public var isGap: UInt8
    /// 1: outputs may be driven.
    public var isArmed: UInt8
    /// Why the board disarmed, or none.
    public var reason: Reason
    /// Bytes that the queue takes now: of each frame its payload and two.
    public var creditBytes: UInt32
    /// Pattern bytes that it takes.
    public var creditPattern: UInt32
    /// Number of the last train whose outcome is durable.
    public var done: UInt64
    /// Board clock, in ns.
    public var clock: UInt64

    /// Fills in all fields.
    public init(
      tag: UInt32, isGap: UInt8, isArmed: UInt8, reason: Reason, creditBytes: UInt32,
      creditPattern: UInt32, done: UInt64, clock: UInt64
    ) {
      self.tag = tag
      self.isGap = isGap
      self.isArmed = isArmed
      self.reason = reason
      self.creditBytes = creditBytes
      self.creditPattern = creditPattern
      self.done = done
      self.clock = clock
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      tag = try reader.integer()
      isGap = try reader.integer()
      isArmed = try reader.integer()
      reason = try reader.value(Reason.init(rawValue:))
      creditBytes = try reader.integer()
      creditPattern = try reader.integer()
      done = try reader.integer()
      clock = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(tag)
      writer.append(isGap)
      writer.append(isArmed)
      writer.append(reason.rawValue)
      writer.append(creditBytes)
      writer.append(creditPattern)
      writer.append(done)
      writer.append(clock)
    }
  }
}

extension Wire {
  /// Stops the running train between steps and rejects those that wait; answered by their outcomes.
  public struct Stop: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x12
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = false

    /// Fills in all fields.
    public init() {
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
    }
  }
}

extension Wire {
  /// Asks for CAPABILITIES.
  public struct Describe: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x20
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true

    /// Fills in all fields.
    public init() {
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
    }
  }
}

extension Wire {
  /// Limits for this session; the board intersects them with its own.
  public struct SetEnvelope: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x21
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Highest pulse amplitude, in uV.
    public var amplitude: UInt32
    /// Highest amplitude while armed for forming, in uV.
    public var formingAmplitude: UInt32
    /// Shortest pulse, in ps.
    public var leastWidth: UInt64
    /// Longest pulse, in ps.
    public var mostWidth: UInt64
    /// Largest amplitude times width, in uV ns.
    public var voltSeconds: UInt64
    /// Shortest period: the highest pulse rate, in ps.
    public var leastPeriod: UInt64
    /// Highest current limit; 0 for no limit needed, in nA.
    public var compliance: UInt32
    /// Most steps of a train.
    public var steps: UInt32
    /// Most pulses of each polarity that a cell may ever count.
    public var odometer: UInt32

    /// Fills in all fields.
    public init(
      amplitude: UInt32, formingAmplitude: UInt32, leastWidth: UInt64, mostWidth: UInt64,
      voltSeconds: UInt64, leastPeriod: UInt64, compliance: UInt32, steps: UInt32, odometer: UInt32
    ) {
      self.amplitude = amplitude
      self.formingAmplitude = formingAmplitude
      self.leastWidth = leastWidth
      self.mostWidth = mostWidth
      self.voltSeconds = voltSeconds
      self.leastPeriod = leastPeriod
      self.compliance = compliance
      self.steps = steps
      self.odometer = odometer
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      amplitude = try reader.integer()
      formingAmplitude = try reader.integer()
      leastWidth = try reader.integer()
      mostWidth = try reader.integer()
      voltSeconds = try reader.integer()
      leastPeriod = try reader.integer()
      compliance = try reader.integer()
      steps = try reader.integer()
      odometer = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(amplitude)
      writer.append(formingAmplitude)
      writer.append(leastWidth)
      writer.append(mostWidth)
      writer.append(voltSeconds)
      writer.append(leastPeriod)
      writer.append(compliance)
      writer.append(steps)
      writer.append(odometer)
    }
  }
}

extension Wire {
  /// Allows pulses under the envelope in force, for as long as the host is heard.
  public struct Arm: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x22
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// The envelope that the host means.
    public var envelope: UInt16
    /// Time without a valid frame after which the board disarms, in ms.
    public var lease: UInt32
    /// 1: amplitudes up to `formingAmplitude`.
    public var forForming: UInt8

    /// Fills in all fields.
    public init(envelope: UInt16, lease: UInt32, forForming: UInt8) {
      self.envelope = envelope
      self.lease = lease
      self.forForming = forForming
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      envelope = try reader.integer()
      lease = try reader.integer()
      forForming = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(envelope)
      writer.append(lease)
      writer.append(forForming)
    }
  }
}

extension Wire {
  /// Outputs off, once all before it is done.
  public struct Disarm: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x23
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true

    /// Fills in all fields.
    public init() {
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
    }
  }
}

extension Wire {
  /// Sets a pulse.
  public struct Profile: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x24
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the profile, below `profiles`.
    public var profile: UInt8
    /// Magnitude at the cell, in uV.
    public var amplitude: UInt32
    /// Width at half maximum, in ps.
    public var width: UInt64
    /// From 10 % to 90 %, in ps.
    public var rise: UInt64
    /// From 90 % to 10 %, in ps.
    public var fall: UInt64
    /// From start to start, in ps.
    public var period: UInt64
    /// Current limit; 0 for none, in nA.
    public var compliance: UInt32

    /// Fills in all fields.
    public init(
      profile: UInt8, amplitude: UInt32, width: UInt64, rise: UInt64, fall: UInt64, period: UInt64,
      compliance: UInt32
    ) {
      self.profile = profile
      self.amplitude = amplitude
      self.width = width
      self.rise = rise
      self.fall = fall
      self.period = period
      self.compliance = compliance
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      profile = try reader.integer()
      amplitude = try reader.integer()
      width = try reader.integer()
      rise = try reader.integer()
      fall = try reader.integer()
      period = try reader.integer()
      compliance = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(profile)
      writer.append(amplitude)
      writer.append(width)
      writer.append(rise)
      writer.append(fall)
      writer.append(period)
      writer.append(compliance)
    }
  }
}

extension Wire {
  /// Pattern bytes of the train that follows.
  public struct Pattern: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x25
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Place of the first byte.
    public var offset: UInt32
    /// Count map or bit lines.
    public var data: [UInt8]

    /// Fills in all fields.
    public init(offset: UInt32, data: [UInt8]) {
      self.offset = offset
      self.data = data
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      offset = try reader.integer()
      data = try reader.raw(reader.left)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(offset)
      writer.append(raw: data)
    }
  }
}

extension Wire {
  /// Trains under consecutive numbers.
  public struct Trains: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x26
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the first.
    public var first: UInt64
    /// Board clock after which none of them is begun; 0 for no limit, in ns.
    public var notAfter: UInt64
    /// The envelope that they were checked against.
    public var envelope: UInt16
    /// 1: the first follows only a train that ran whole; within a message each does.
    public var isChained: UInt8
    /// The trains.
    public var trains: [Train]

    /// Fills in all fields.
    public init(
      first: UInt64, notAfter: UInt64, envelope: UInt16, isChained: UInt8, trains: [Train]
    ) {
      self.first = first
      self.notAfter = notAfter
      self.envelope = envelope
      self.isChained = isChained
      self.trains = trains
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      notAfter = try reader.integer()
      envelope = try reader.integer()
      isChained = try reader.integer()
      trains = try reader.list(Train.self)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(notAfter)
      writer.append(envelope)
      writer.append(isChained)
      writer.append(list: trains)
    }
  }
}

extension Wire {
  /// Trains on single cells under consecutive numbers.
  public struct Cells: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x27
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the first.
    public var first: UInt64
    /// As in TRAINS, in ns.
    public var notAfter: UInt64
    /// As in TRAINS.
    public var envelope: UInt16
    /// As in TRAINS.
    public var isChained: UInt8
    /// The pulse.
    public var profile: UInt8
    /// What idle lines are held at.
    public var scheme: Scheme
    /// Crossbar.
    public var tile: UInt8
    /// The trains.
    public var cells: [CellPulses]

    /// Fills in all fields.
    public init(
      first: UInt64, notAfter: UInt64, envelope: UInt16, isChained: UInt8, profile: UInt8,
      scheme: Scheme, tile: UInt8, cells: [CellPulses]
    ) {
      self.first = first
      self.notAfter = notAfter
      self.envelope = envelope
      self.isChained = isChained
      self.profile = profile
      self.scheme = scheme
      self.tile = tile
      self.cells = cells
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      notAfter = try reader.integer()
      envelope = try reader.integer()
      isChained = try reader.integer()
      profile = try reader.integer()
      scheme = try reader.value(Scheme.init(rawValue:))
      tile = try reader.integer()
      cells = try reader.list(CellPulses.self)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(notAfter)
      writer.append(envelope)
      writer.append(isChained)
      writer.append(profile)
      writer.append(scheme.rawValue)
      writer.append(tile)
      writer.append(list: cells)
    }
  }
}

extension Wire {
  /// Reads a region, after all before it.
  public struct Read: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x28
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Comes back in READING.
    public var request: UInt32
    /// Crossbar.
    public var tile: UInt8
    /// First row.
    public var row: UInt16
    /// Rows.
    public var rows: UInt16
    /// First column.
    public var column: UInt16
    /// Columns.
    public var columns: UInt16
    /// Samples of each cell.
    public var averages: UInt32
    /// Read amplitude; 0 for the board's own, in uV.
    public var amplitude: UInt32

    /// Fills in all fields.
    public init(
      request: UInt32, tile: UInt8, row: UInt16, rows: UInt16, column: UInt16, columns: UInt16,
      averages: UInt32, amplitude: UInt32
    ) {
      self.request = request
      self.tile = tile
      self.row = row
      self.rows = rows
      self.column = column
      self.columns = columns
      self.averages = averages
      self.amplitude = amplitude
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      request = try reader.integer()
      tile = try reader.integer()
      row = try reader.integer()
      rows = try reader.integer()
      column = try reader.integer()
      columns = try reader.integer()
      averages = try reader.integer()
      amplitude = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(request)
      writer.append(tile)
      writer.append(row)
      writer.append(rows)
      writer.append(column)
      writer.append(columns)
      writer.append(averages)
      writer.append(amplitude)
    }
  }
}

extension Wire {
  /// Asks for the odometer.
  public struct Counts: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x29
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Crossbar.
    public var tile: UInt8
    /// First block of 64 cells.
    public var block: UInt32
    /// How many.
    public var blocks: UInt32
    /// 1: checksums of the blocks and not the counts.
    public var onlyDigests: UInt8

    /// Fills in all fields.
    public init(tile: UInt8, block: UInt32, blocks: UInt32, onlyDigests: UInt8) {
      self.tile = tile
      self.block = block
      self.blocks = blocks
      self.onlyDigests = onlyDigests
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      tile = try reader.integer()
      block = try reader.integer()
      blocks = try reader.integer()
      onlyDigests = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(tile)
      writer.append(block)
      writer.append(blocks)
      writer.append(onlyDigests)
    }
  }
}

extension Wire {
  /// Asks for outcomes that are kept.
  public struct Outcomes: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x2A
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// First number.
    public var first: UInt64
    /// How many.
    public var count: UInt16

    /// Fills in all fields.
    public init(first: UInt64, count: UInt16) {
      self.first = first
      self.count = count
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      count = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(count)
    }
  }
}

extension Wire {
  /// Reads a region as a matrix, or its transpose, times a vector.
  public struct Multiply: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x2B
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Comes back in PRODUCT.
    public var request: UInt32
    /// Crossbar.
    public var tile: UInt8
    /// First row.
    public var row: UInt16
    /// Rows.
    public var rows: UInt16
    /// First column.
    public var column: UInt16
    /// Columns.
    public var columns: UInt16
    /// 1: sums over the rows, one a column; 0: over the columns, one a row.
    public var isTransposed: UInt8
    /// One i16 for each line that is summed over, in units of 1/32767.
    public var input: [UInt8]

    /// Fills in all fields.
    public init(
      request: UInt32, tile: UInt8, row: UInt16, rows: UInt16, column: UInt16, columns: UInt16,
      isTransposed: UInt8, input: [UInt8]
    ) {
      self.request = request
      self.tile = tile
      self.row = row
      self.rows = rows
      self.column = column
      self.columns = columns
      self.isTransposed = isTransposed
      self.input = input
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      request = try reader.integer()
      tile = try reader.integer()
      row = try reader.integer()
      rows = try reader.integer()
      column = try reader.integer()
      columns = try reader.integer()
      isTransposed = try reader.integer()
      input = try reader.raw(reader.left)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(request)
      writer.append(tile)
      writer.append(row)
      writer.append(rows)
      writer.append(column)
      writer.append(columns)
      writer.append(isTransposed)
      writer.append(raw: input)
    }
  }
}

extension Wire {
  /// What the board can do.
  public struct Capabilities: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x80
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Model.
    public var model: [UInt8]
    /// Serial number.
    public var serialNumber: [UInt8]
    /// Firmware version.
    public var firmware: [UInt8]
    /// Crossbars.
    public var tiles: UInt8
    /// Word lines of each.
    public var rows: UInt16
    /// Bit lines of each.
    public var columns: UInt16
    /// Bit n-1 for train kind n.
    public var kinds: UInt8
    /// Bit n-1 for scheme n.
    public var schemes: UInt8
    /// 1: can be armed for forming.
    public var canForm: UInt8
    /// 1: answers MULTIPLY.
    public var canMultiply: UInt8
    /// 1: takes a dry session.
    public var hasDryRun: UInt8
    /// Most slots of a train.
    public var longestTrain: UInt32
    /// Most slots of an outer product.
    public var longestLine: UInt32
    /// Lowest pulse amplitude, in uV.
    public var leastAmplitude: UInt32
    /// Highest pulse amplitude, in uV.
    public var mostAmplitude: UInt32
    /// Step of the pulse amplitude, in uV.
    public var stepAmplitude: UInt32
    /// Lowest pulse width, in ps.
    public var leastWidth: UInt64
    /// Highest pulse width, in ps.
    public var mostWidth: UInt64
    /// Step of the pulse width, in ps.
    public var stepWidth: UInt64
    /// Lowest rise and fall time, in ps.
    public var leastEdge: UInt64
    /// Highest rise and fall time, in ps.
    public var mostEdge: UInt64
    /// Step of the rise and fall time, in ps.
    public var stepEdge: UInt64
    /// Lowest period, in ps.
    public var leastPeriod: UInt64
    /// Highest period, in ps.
    public var mostPeriod: UInt64
    /// Step of the period, in ps.
    public var stepPeriod: UInt64
    /// Who limits the current.
    public var enforcer: Enforcer
    /// Lowest weight of the converter, in 1e-9.
    public var leastWeight: Int64
    /// Width of one code, in 1e-12.
    public var stepWeight: UInt64
    /// Bits of a code.
    public var bits: UInt8
    /// Standard deviation of one sample, as a weight, in 1e-12.
    public var noise: UInt64
    /// Columns converted at once.
    public var parallelColumns: UInt16
    /// Of one sample, in ps.
    public var sampleTime: UInt64
    /// Most samples of a read.
    public var mostAverages: UInt32
    /// Lowest read amplitude, in uV.
    public var leastReadAmplitude: UInt32
    /// Highest read amplitude, in uV.
    public var mostReadAmplitude: UInt32
    /// Step of the read amplitude, in uV.
    public var stepReadAmplitude: UInt32
    /// Shortest pulse whose current can be measured; 0 for none, in ps.
    public var shortestMeasurable: UInt64
    /// Conductance at weight 0, in aS.
    public var conductanceAtZero: UInt64
    /// Conductance between weight 0 and 1, in aS.
    public var conductancePerUnit: UInt64
    /// Nominal pulse: magnitude at the cell, in uV.
    public var nominalAmplitude: UInt32
    /// Nominal pulse: width at half maximum, in ps.
    public var nominalWidth: UInt64
    /// Nominal pulse: from 10 % to 90 %, in ps.
    public var nominalRise: UInt64
    /// Nominal pulse: from 90 % to 10 %, in ps.
    public var nominalFall: UInt64
    /// Nominal pulse: from start to start, in ps.
    public var nominalPeriod: UInt64
    /// Nominal pulse: current limit; 0 for none, in nA.
    public var nominalCompliance: UInt32
    /// Current limits that can be set.
    public var setPoints: [SetPoint]

    /// Fills in all fields.
    public init(
      model: [UInt8], serialNumber: [UInt8], firmware: [UInt8], tiles: UInt8, rows: UInt16,
      columns: UInt16, kinds: UInt8, schemes: UInt8, canForm: UInt8, canMultiply: UInt8,
      hasDryRun: UInt8, longestTrain: UInt32, longestLine: UInt32, leastAmplitude: UInt32,
      mostAmplitude: UInt32, stepAmplitude: UInt32, leastWidth: UInt64, mostWidth: UInt64,
      stepWidth: UInt64, leastEdge: UInt64, mostEdge: UInt64, stepEdge: UInt64, leastPeriod: UInt64,
      mostPeriod: UInt64, stepPeriod: UInt64, enforcer: Enforcer, leastWeight: Int64,
      stepWeight: UInt64, bits: UInt8, noise: UInt64, parallelColumns: UInt16, sampleTime: UInt64,
      mostAverages: UInt32, leastReadAmplitude: UInt32, mostReadAmplitude: UInt32,
      stepReadAmplitude: UInt32, shortestMeasurable: UInt64, conductanceAtZero: UInt64,
      conductancePerUnit: UInt64, nominalAmplitude: UInt32, nominalWidth: UInt64,
      nominalRise: UInt64, nominalFall: UInt64, nominalPeriod: UInt64, nominalCompliance: UInt32,
      setPoints: [SetPoint]
    ) {
      self.model = model
      self.serialNumber = serialNumber
      self.firmware = firmware
      self.tiles = tiles
      self.rows = rows
      self.columns = columns
      self.kinds = kinds
      self.schemes = schemes
      self.canForm = canForm
      self.canMultiply = canMultiply
      self.hasDryRun = hasDryRun
      self.longestTrain = longestTrain
      self.longestLine = longestLine
      self.leastAmplitude = leastAmplitude
      self.mostAmplitude = mostAmplitude
      self.stepAmplitude = stepAmplitude
      self.leastWidth = leastWidth
      self.mostWidth = mostWidth
      self.stepWidth = stepWidth
      self.leastEdge = leastEdge
      self.mostEdge = mostEdge
      self.stepEdge = stepEdge
      self.leastPeriod = leastPeriod
      self.mostPeriod = mostPeriod
      self.stepPeriod = stepPeriod
      self.enforcer = enforcer
      self.leastWeight = leastWeight
      self.stepWeight = stepWeight
      self.bits = bits
      self.noise = noise
      self.parallelColumns = parallelColumns
      self.sampleTime = sampleTime
      self.mostAverages = mostAverages
      self.leastReadAmplitude = leastReadAmplitude
      self.mostReadAmplitude = mostReadAmplitude
      self.stepReadAmplitude = stepReadAmplitude
      self.shortestMeasurable = shortestMeasurable
      self.conductanceAtZero = conductanceAtZero
      self.conductancePerUnit = conductancePerUnit
      self.nominalAmplitude = nominalAmplitude
      self.nominalWidth = nominalWidth
      self.nominalRise = nominalRise
      self.nominalFall = nominalFall
      self.nominalPeriod = nominalPeriod
      self.nominalCompliance = nominalCompliance
      self.setPoints = setPoints
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      model = try reader.raw(Int(try reader.integer(UInt8.self)))
      serialNumber = try reader.raw(Int(try reader.integer(UInt8.self)))
      firmware = try reader.raw(Int(try reader.integer(UInt8.self)))
      tiles = try reader.integer()
      rows = try reader.integer()
      columns = try reader.integer()
      kinds = try reader.integer()
      schemes = try reader.integer()
      canForm = try reader.integer()
      canMultiply = try reader.integer()
      hasDryRun = try reader.integer()
      longestTrain = try reader.integer()
      longestLine = try reader.integer()
      leastAmplitude = try reader.integer()
      mostAmplitude = try reader.integer()
      stepAmplitude = try reader.integer()
      leastWidth = try reader.integer()
      mostWidth = try reader.integer()
      stepWidth = try reader.integer()
      leastEdge = try reader.integer()
      mostEdge = try reader.integer()
      stepEdge = try reader.integer()
      leastPeriod = try reader.integer()
      mostPeriod = try reader.integer()
      stepPeriod = try reader.integer()
      enforcer = try reader.value(Enforcer.init(rawValue:))
      leastWeight = try reader.integer()
      stepWeight = try reader.integer()
      bits = try reader.integer()
      noise = try reader.integer()
      parallelColumns = try reader.integer()
      sampleTime = try reader.integer()
      mostAverages = try reader.integer()
      leastReadAmplitude = try reader.integer()
      mostReadAmplitude = try reader.integer()
      stepReadAmplitude = try reader.integer()
      shortestMeasurable = try reader.integer()
      conductanceAtZero = try reader.integer()
      conductancePerUnit = try reader.integer()
      nominalAmplitude = try reader.integer()
      nominalWidth = try reader.integer()
      nominalRise = try reader.integer()
      nominalFall = try reader.integer()
      nominalPeriod = try reader.integer()
      nominalCompliance = try reader.integer()
      setPoints = try reader.list(SetPoint.self)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(short: model)
      writer.append(short: serialNumber)
      writer.append(short: firmware)
      writer.append(tiles)
      writer.append(rows)
      writer.append(columns)
      writer.append(kinds)
      writer.append(schemes)
      writer.append(canForm)
      writer.append(canMultiply)
      writer.append(hasDryRun)
      writer.append(longestTrain)
      writer.append(longestLine)
      writer.append(leastAmplitude)
      writer.append(mostAmplitude)
      writer.append(stepAmplitude)
      writer.append(leastWidth)
      writer.append(mostWidth)
      writer.append(stepWidth)
      writer.append(leastEdge)
      writer.append(mostEdge)
      writer.append(stepEdge)
      writer.append(leastPeriod)
      writer.append(mostPeriod)
      writer.append(stepPeriod)
      writer.append(enforcer.rawValue)
      writer.append(leastWeight)
      writer.append(stepWeight)
      writer.append(bits)
      writer.append(noise)
      writer.append(parallelColumns)
      writer.append(sampleTime)
      writer.append(mostAverages)
      writer.append(leastReadAmplitude)
      writer.append(mostReadAmplitude)
      writer.append(stepReadAmplitude)
      writer.append(shortestMeasurable)
      writer.append(conductanceAtZero)
      writer.append(conductancePerUnit)
      writer.append(nominalAmplitude)
      writer.append(nominalWidth)
      writer.append(nominalRise)
      writer.append(nominalFall)
      writer.append(nominalPeriod)
      writer.append(nominalCompliance)
      writer.append(list: setPoints)
    }
  }
}

extension Wire {
  /// The envelope in force.
  public struct Envelope: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x81
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the envelope; 0 before one was set.
    public var envelope: UInt16
    /// Highest pulse amplitude, in uV.
    public var amplitude: UInt32
    /// Highest amplitude while armed for forming, in uV.
    public var formingAmplitude: UInt32
    /// Shortest pulse, in ps.
    public var leastWidth: UInt64
    /// Longest pulse, in ps.
    public var mostWidth: UInt64
    /// Largest amplitude times width, in uV ns.
    public var voltSeconds: UInt64
    /// Shortest period: the highest pulse rate, in ps.
    public var leastPeriod: UInt64
    /// Highest current limit; 0 for no limit needed, in nA.
    public var compliance: UInt32
    /// Most steps of a train.
    public var steps: UInt32
    /// Most pulses of each polarity that a cell may ever count.
    public var odometer: UInt32

    /// Fills in all fields.
    public init(
      envelope: UInt16, amplitude: UInt32, formingAmplitude: UInt32, leastWidth: UInt64,
      mostWidth: UInt64, voltSeconds: UInt64, leastPeriod: UInt64, compliance: UInt32,
      steps: UInt32, odometer: UInt32
    ) {
      self.envelope = envelope
      self.amplitude = amplitude
      self.formingAmplitude = formingAmplitude
      self.leastWidth = leastWidth
      self.mostWidth = mostWidth
      self.voltSeconds = voltSeconds
      self.leastPeriod = leastPeriod
      self.compliance = compliance
      self.steps = steps
      self.odometer = odometer
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      envelope = try reader.integer()
      amplitude = try reader.integer()
      formingAmplitude = try reader.integer()
      leastWidth = try reader.integer()
      mostWidth = try reader.integer()
      voltSeconds = try reader.integer()
      leastPeriod = try reader.integer()
      compliance = try reader.integer()
      steps = try reader.integer()
      odometer = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(envelope)
      writer.append(amplitude)
      writer.append(formingAmplitude)
      writer.append(leastWidth)
      writer.append(mostWidth)
      writer.append(voltSeconds)
      writer.append(leastPeriod)
      writer.append(compliance)
      writer.append(steps)
      writer.append(odometer)
    }
  }
}

extension Wire {
  /// Answers ARM and DISARM.
  public struct Armed: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x82
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// 1: armed.
    public var isArmed: UInt8
    /// Why not.
    public var reason: Reason
    /// The envelope in force.
    public var envelope: UInt16
    /// The lease in force, in ms.
    public var lease: UInt32

    /// Fills in all fields.
    public init(isArmed: UInt8, reason: Reason, envelope: UInt16, lease: UInt32) {
      self.isArmed = isArmed
      self.reason = reason
      self.envelope = envelope
      self.lease = lease
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      isArmed = try reader.integer()
      reason = try reader.value(Reason.init(rawValue:))
      envelope = try reader.integer()
      lease = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(isArmed)
      writer.append(reason.rawValue)
      writer.append(envelope)
      writer.append(lease)
    }
  }
}

extension Wire {
  /// The pulse that will really be fired.
  public struct ProfileSet: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x84
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the profile, below `profiles`.
    public var profile: UInt8
    /// Magnitude at the cell, in uV.
    public var amplitude: UInt32
    /// Width at half maximum, in ps.
    public var width: UInt64
    /// From 10 % to 90 %, in ps.
    public var rise: UInt64
    /// From 90 % to 10 %, in ps.
    public var fall: UInt64
    /// From start to start, in ps.
    public var period: UInt64
    /// Current limit; 0 for none, in nA.
    public var compliance: UInt32

    /// Fills in all fields.
    public init(
      profile: UInt8, amplitude: UInt32, width: UInt64, rise: UInt64, fall: UInt64, period: UInt64,
      compliance: UInt32
    ) {
      self.profile = profile
      self.amplitude = amplitude
      self.width = width
      self.rise = rise
      self.fall = fall
      self.period = period
      self.compliance = compliance
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      profile = try reader.integer()
      amplitude = try reader.integer()
      width = try reader.integer()
      rise = try reader.integer()
      fall = try reader.integer()
      period = try reader.integer()
      compliance = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(profile)
      writer.append(amplitude)
      writer.append(width)
      writer.append(rise)
      writer.append(fall)
      writer.append(period)
      writer.append(compliance)
    }
  }
}

extension Wire {
  /// A part of a reading.
  ///
  /// In it a cell is the sum of its codes over all samples.
  public struct Reading: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x85
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// The train that it belongs to; 0 for a READ.
    public var train: UInt64
    /// Of the READ; 0 for a train.
    public var request: UInt32
    /// Steps fired before it.
    public var afterSteps: UInt32
    /// Place of the first cell in the region, row-major.
    public var first: UInt32
    /// Cells of the region.
    public var cells: UInt32
    /// Samples of each cell.
    public var averages: UInt32
    /// Cells of this part that lay at an end of the range.
    public var saturated: UInt32
    /// Time of this part, in ns.
    public var duration: UInt64
    /// Bytes of a sum: 2 or 4.
    public var width: UInt8
    /// One unsigned sum a cell.
    public var sums: [UInt8]

    /// Fills in all fields.
    public init(
      train: UInt64, request: UInt32, afterSteps: UInt32, first: UInt32, cells: UInt32,
      averages: UInt32, saturated: UInt32, duration: UInt64, width: UInt8, sums: [UInt8]
    ) {
      self.train = train
      self.request = request
      self.afterSteps = afterSteps
      self.first = first
      self.cells = cells
      self.averages = averages
      self.saturated = saturated
      self.duration = duration
      self.width = width
      self.sums = sums
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      train = try reader.integer()
      request = try reader.integer()
      afterSteps = try reader.integer()
      first = try reader.integer()
      cells = try reader.integer()
      averages = try reader.integer()
      saturated = try reader.integer()
      duration = try reader.integer()
      width = try reader.integer()
      sums = try reader.raw(reader.left)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(train)
      writer.append(request)
      writer.append(afterSteps)
      writer.append(first)
      writer.append(cells)
      writer.append(averages)
      writer.append(saturated)
      writer.append(duration)
      writer.append(width)
      writer.append(raw: sums)
    }
  }
}

extension Wire {
  /// What became of trains, durable on the board.
  public struct Outcome: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x86
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the first.
    public var first: UInt64
    /// All up pulses of the board's life, after the last of them.
    public var up: UInt64
    /// All down pulses.
    public var down: UInt64
    /// Board clock, in ns.
    public var clock: UInt64
    /// Consecutive outcomes.
    public var outcomes: [TrainOutcome]

    /// Fills in all fields.
    public init(first: UInt64, up: UInt64, down: UInt64, clock: UInt64, outcomes: [TrainOutcome]) {
      self.first = first
      self.up = up
      self.down = down
      self.clock = clock
      self.outcomes = outcomes
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      up = try reader.integer()
      down = try reader.integer()
      clock = try reader.integer()
      outcomes = try reader.list(TrainOutcome.self)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(up)
      writer.append(down)
      writer.append(clock)
      writer.append(list: outcomes)
    }
  }
}

extension Wire {
  /// Trains that ran whole, in the time that their pulses take, on a board that knows no energies.
  public struct Fired: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x87
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Number of the first.
    public var first: UInt64
    /// How many.
    public var count: UInt16
    /// As in OUTCOME.
    public var up: UInt64
    /// As in OUTCOME.
    public var down: UInt64
    /// Board clock, in ns.
    public var clock: UInt64

    /// Fills in all fields.
    public init(first: UInt64, count: UInt16, up: UInt64, down: UInt64, clock: UInt64) {
      self.first = first
      self.count = count
      self.up = up
      self.down = down
      self.clock = clock
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      count = try reader.integer()
      up = try reader.integer()
      down = try reader.integer()
      clock = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(count)
      writer.append(up)
      writer.append(down)
      writer.append(clock)
    }
  }
}

extension Wire {
  /// Checksums of odometer blocks.
  public struct Digests: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x88
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Crossbar.
    public var tile: UInt8
    /// First block.
    public var block: UInt32
    /// One u32 a block: CRC-32C of its counts, as COUNT_BLOCK would carry them.
    public var digests: [UInt8]

    /// Fills in all fields.
    public init(tile: UInt8, block: UInt32, digests: [UInt8]) {
      self.tile = tile
      self.block = block
      self.digests = digests
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      tile = try reader.integer()
      block = try reader.integer()
      digests = try reader.raw(reader.left)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(tile)
      writer.append(block)
      writer.append(raw: digests)
    }
  }
}

extension Wire {
  /// Counts of cells.
  public struct CountBlock: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x89
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Crossbar.
    public var tile: UInt8
    /// First cell, row-major over the tile.
    public var cell: UInt32
    /// Of consecutive cells.
    public var counts: [CellCounts]

    /// Fills in all fields.
    public init(tile: UInt8, cell: UInt32, counts: [CellCounts]) {
      self.tile = tile
      self.cell = cell
      self.counts = counts
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      tile = try reader.integer()
      cell = try reader.integer()
      counts = try reader.list(CellCounts.self)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(tile)
      writer.append(cell)
      writer.append(list: counts)
    }
  }
}

extension Wire {
  /// Outcomes that are no longer kept, or not known yet.
  public struct NotKept: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x8A
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// First number.
    public var first: UInt64
    /// How many.
    public var count: UInt16

    /// Fills in all fields.
    public init(first: UInt64, count: UInt16) {
      self.first = first
      self.count = count
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      first = try reader.integer()
      count = try reader.integer()
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(first)
      writer.append(count)
    }
  }
}

extension Wire {
  /// A part of a product.
  public struct Product: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x8B
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Of the MULTIPLY.
    public var request: UInt32
    /// First sum of this part.
    public var first: UInt16
    /// Sums of the product.
    public var lines: UInt16
    /// One i64 a row, or a column where transposed, in units of 1e-9.
    public var sums: [UInt8]

    /// Fills in all fields.
    public init(request: UInt32, first: UInt16, lines: UInt16, sums: [UInt8]) {
      self.request = request
      self.first = first
      self.lines = lines
      self.sums = sums
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      request = try reader.integer()
      first = try reader.integer()
      lines = try reader.integer()
      sums = try reader.raw(reader.left)
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(request)
      writer.append(first)
      writer.append(lines)
      writer.append(raw: sums)
    }
  }
}

extension Wire {
  /// A request that cannot be done.
  public struct Refused: WirePayload {
    /// The type in a frame's header.
    public static let type: UInt8 = 0x8C
    /// Whether it is numbered, acknowledged and sent again.
    public static let isSequenced = true
    /// Type of the request.
    public var type: UInt8
    /// Its number, or 0.
    public var request: UInt32
    /// Why.
    public var reason: Reason

    /// Fills in all fields.
    public init(type: UInt8, request: UInt32, reason: Reason) {
      self.type = type
      self.request = request
      self.reason = reason
    }

    /// Reads the fields.
    public init(from reader: inout ByteReader) throws(ByteError) {
      type = try reader.integer()
      request = try reader.integer()
      reason = try reader.value(Reason.init(rawValue:))
    }

    /// Writes the fields.
    public func write(to writer: inout ByteWriter) {
      writer.append(type)
      writer.append(request)
      writer.append(reason.rawValue)
    }
  }
}

extension Wire {
  /// Any message.
  public enum Message: Sendable, Hashable {
    /// Begins a session: the running train stops between steps, the queue is dropped, outputs go
    /// off.
    ///
    /// The layout of this message never changes.
    case hello(Hello)
    /// All that a host needs to compare histories.
    case helloAck(HelloAck)
    /// Outputs off at once, and latched, whatever the session.
    case emergencyStop(EmergencyStop)
    /// Ends the latch.
    case emergencyClear(EmergencyClear)
    /// Answers the two before.
    case emergencyState(EmergencyState)
    /// A frame was understood and cannot be obeyed.
    case error(Error)
    /// A frame of another session came: that host has lost the board.
    case stale(Stale)
    /// Renews the lease, acknowledges, and asks for STATUS.
    case ping(Ping)
    /// Acknowledges, and gives credit.
    ///
    /// Sent for a PING, for a gap (at once), and for frames whose answers take long.
    case status(Status)
    /// Stops the running train between steps and rejects those that wait; answered by their
    /// outcomes.
    case stop(Stop)
    /// Asks for CAPABILITIES.
    case describe(Describe)
    /// Limits for this session; the board intersects them with its own.
    case setEnvelope(SetEnvelope)
    /// Allows pulses under the envelope in force, for as long as the host is heard.
    case arm(Arm)
    /// Outputs off, once all before it is done.
    case disarm(Disarm)
    /// Sets a pulse.
    case profile(Profile)
    /// Pattern bytes of the train that follows.
    case pattern(Pattern)
    /// Trains under consecutive numbers.
    case trains(Trains)
    /// Trains on single cells under consecutive numbers.
    case cells(Cells)
    /// Reads a region, after all before it.
    case read(Read)
    /// Asks for the odometer.
    case counts(Counts)
    /// Asks for outcomes that are kept.
    case outcomes(Outcomes)
    /// Reads a region as a matrix, or its transpose, times a vector.
    case multiply(Multiply)
    /// What the board can do.
    case capabilities(Capabilities)
    /// The envelope in force.
    case envelope(Envelope)
    /// Answers ARM and DISARM.
    case armed(Armed)
    /// The pulse that will really be fired.
    case profileSet(ProfileSet)
    /// A part of a reading.
    ///
    /// In it a cell is the sum of its codes over all samples.
    case reading(Reading)
    /// What became of trains, durable on the board.
    case outcome(Outcome)
    /// Trains that ran whole, in the time that their pulses take, on a board that knows no
    /// energies.
    case fired(Fired)
    /// Checksums of odometer blocks.
    case digests(Digests)
    /// Counts of cells.
    case countBlock(CountBlock)
    /// Outcomes that are no longer kept, or not known yet.
    case notKept(NotKept)
    /// A part of a product.
    case product(Product)
    /// A request that cannot be done.
    case refused(Refused)

    /// Reads the payload of a frame.
    ///
    /// - Returns: nil for a type that is not known.
    public init?(type: UInt8, payload: [UInt8]) throws(ByteError) {
      var reader = ByteReader(payload)
      switch type {
      case Hello.type: self = .hello(try Hello(from: &reader))
      case HelloAck.type: self = .helloAck(try HelloAck(from: &reader))
      case EmergencyStop.type: self = .emergencyStop(try EmergencyStop(from: &reader))
      case EmergencyClear.type: self = .emergencyClear(try EmergencyClear(from: &reader))
      case EmergencyState.type: self = .emergencyState(try EmergencyState(from: &reader))
      case Error.type: self = .error(try Error(from: &reader))
      case Stale.type: self = .stale(try Stale(from: &reader))
      case Ping.type: self = .ping(try Ping(from: &reader))
      case Status.type: self = .status(try Status(from: &reader))
      case Stop.type: self = .stop(try Stop(from: &reader))
      case Describe.type: self = .describe(try Describe(from: &reader))
      case SetEnvelope.type: self = .setEnvelope(try SetEnvelope(from: &reader))
      case Arm.type: self = .arm(try Arm(from: &reader))
      case Disarm.type: self = .disarm(try Disarm(from: &reader))
      case Profile.type: self = .profile(try Profile(from: &reader))
      case Pattern.type: self = .pattern(try Pattern(from: &reader))
      case Trains.type: self = .trains(try Trains(from: &reader))
      case Cells.type: self = .cells(try Cells(from: &reader))
      case Read.type: self = .read(try Read(from: &reader))
      case Counts.type: self = .counts(try Counts(from: &reader))
      case Outcomes.type: self = .outcomes(try Outcomes(from: &reader))
      case Multiply.type: self = .multiply(try Multiply(from: &reader))
      case Capabilities.type: self = .capabilities(try Capabilities(from: &reader))
      case Envelope.type: self = .envelope(try Envelope(from: &reader))
      case Armed.type: self = .armed(try Armed(from: &reader))
      case ProfileSet.type: self = .profileSet(try ProfileSet(from: &reader))
      case Reading.type: self = .reading(try Reading(from: &reader))
      case Outcome.type: self = .outcome(try Outcome(from: &reader))
      case Fired.type: self = .fired(try Fired(from: &reader))
      case Digests.type: self = .digests(try Digests(from: &reader))
      case CountBlock.type: self = .countBlock(try CountBlock(from: &reader))
      case NotKept.type: self = .notKept(try NotKept(from: &reader))
      case Product.type: self = .product(try Product(from: &reader))
      case Refused.type: self = .refused(try Refused(from: &reader))
      default: return nil
      }
      try reader.end()
    }

    /// The type in a frame's header.
    public var type: UInt8 {
      switch self {
      case .hello: Hello.type
      case .helloAck: HelloAck.type
      case .emergencyStop: EmergencyStop.type
      case .emergencyClear: EmergencyClear.type
      case .emergencyState: EmergencyState.type
      case .error: Error.type
      case .stale: Stale.type
      case .ping: Ping.type
      case .status: Status.type
      case .stop: Stop.type
      case .describe: Describe.type
      case .setEnvelope: SetEnvelope.type
      case .arm: Arm.type
      case .disarm: Disarm.type
      case .profile: Profile.type
      case .pattern: Pattern.type
      case .trains: Trains.type
      case .cells: Cells.type
      case .read: Read.type
      case .counts: Counts.type
      case .outcomes: Outcomes.type
      case .multiply: Multiply.type
      case .capabilities: Capabilities.type
      case .envelope: Envelope.type
      case .armed: Armed.type
      case .profileSet: ProfileSet.type
      case .reading: Reading.type
      case .outcome: Outcome.type
      case .fired: Fired.type
      case .digests: Digests.type
      case .countBlock: CountBlock.type
      case .notKept: NotKept.type
      case .product: Product.type
      case .refused: Refused.type
      }
    }

    /// Writes the payload of a frame.
    public func write(to writer: inout ByteWriter) {
      switch self {
      case .hello(let payload): payload.write(to: &writer)
      case .helloAck(let payload): payload.write(to: &writer)
      case .emergencyStop(let payload): payload.write(to: &writer)
      case .emergencyClear(let payload): payload.write(to: &writer)
      case .emergencyState(let payload): payload.write(to: &writer)
      case .error(let payload): payload.write(to: &writer)
      case .stale(let payload): payload.write(to: &writer)
      case .ping(let payload): payload.write(to: &writer)
      case .status(let payload): payload.write(to: &writer)
      case .stop(let payload): payload.write(to: &writer)
      case .describe(let payload): payload.write(to: &writer)
      case .setEnvelope(let payload): payload.write(to: &writer)
      case .arm(let payload): payload.write(to: &writer)
      case .disarm(let payload): payload.write(to: &writer)
      case .profile(let payload): payload.write(to: &writer)
      case .pattern(let payload): payload.write(to: &writer)
      case .trains(let payload): payload.write(to: &writer)
      case .cells(let payload): payload.write(to: &writer)
      case .read(let payload): payload.write(to: &writer)
      case .counts(let payload): payload.write(to: &writer)
      case .outcomes(let payload): payload.write(to: &writer)
      case .multiply(let payload): payload.write(to: &writer)
      case .capabilities(let payload): payload.write(to: &writer)
      case .envelope(let payload): payload.write(to: &writer)
      case .armed(let payload): payload.write(to: &writer)
      case .profileSet(let payload): payload.write(to: &writer)
      case .reading(let payload): payload.write(to: &writer)
      case .outcome(let payload): payload.write(to: &writer)
      case .fired(let payload): payload.write(to: &writer)
      case .digests(let payload): payload.write(to: &writer)
      case .countBlock(let payload): payload.write(to: &writer)
      case .notKept(let payload): payload.write(to: &writer)
      case .product(let payload): payload.write(to: &writer)
      case .refused(let payload): payload.write(to: &writer)
      }
    }
  }
}
