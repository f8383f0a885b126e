public import DeviceContract
public import Foundation

/// One entry of a ledger, as it is chained: a time and what happened then.
public struct LedgerEntry: Sendable, Hashable {
  /// When, by the host's clock.
  public var time: LedgerTime
  /// What happened.
  public var content: Content

  /// Describes an entry.
  public init(time: LedgerTime, content: Content) {
    self.time = time
    self.content = content
  }

  /// The things that a ledger writes down.
  public enum Content: Sendable, Hashable {
    /// What the ledger is about; always the first entry.
    case genesis(Genesis)
    /// A device was connected, and where its history stood.
    case connection(Connection)
    /// What the trains that follow are fired for.
    case campaign(Campaign)
    /// A pulse shape; trains refer to shapes by the order of these entries, from 0.
    case shape(PulseShape)
    /// A train is about to be fired.
    case intent(Intent)
    /// What became of a train.
    case outcome(Outcome)
    /// A train that was refused and never became an intent.
    case refusal(Refusal)
    /// A read outside of trains.
    case reading(ObservedReading)
    /// A read outside of trains that may have been made before, and is made again.
    case reread(RepeatedRead)
    /// A comparison of ledger and device.
    case reconciliation(Reconciled)
    /// A person took over a history that the ledger could not explain.
    case adoption(Adoption)
    /// A signature over everything before.
    case checkpoint(Checkpoint)
    /// The end of a connection, and where the device's history stood then.
    case disconnection(Disconnection)
  }

  /// What a ledger is about.
  public struct Genesis: Sendable, Hashable {
    /// A run's ledger, or a chip's.
    public enum Level: UInt8, Sendable, Hashable, CaseIterable {
      /// The trains of one run.
      case run = 1
      /// All trains of a chip.
      case chip = 2
    }

    /// Whose ledger it is.
    public var level: Level
    /// What no other ledger has.
    public var id: UUID
    /// The name of the chip, or of the run.
    public var name: String
    /// Crossbars of the chip, rows and columns of each.
    public var tiles: Int, rows: Int, columns: Int
    /// The program that made the ledger.
    public var program: String
  }

  /// A device at the start of a connection.
  public struct Connection: Sendable, Hashable {
    /// Who it is.
    public var device: DeviceIdentity
    /// What its counters survive.
    public var durability: CounterDurability
    /// The state of its history, or nil where it keeps none.
    public var history: DeviceHistory?
    /// SHA-256 of the checksums of its odometer, tile by tile; empty where it was not read.
    public var odometerDigest: [UInt8]
    /// The odometer that counting starts from, one entry a tile; empty where it goes on from what the
    /// ledger knows of this device.
    public var baseline: [CellCounts]
    /// The host, and the process on it.
    public var host: String, process: Int
  }

  /// What trains are fired for.
  public struct Campaign: Sendable, Hashable {
    /// The run.
    public var run: UUID
    /// The algorithm, such as zero-shift-cyclic.
    public var algorithm: String
    /// Its parameters and the limits in force, as JSON with sorted keys.
    public var parameters: String
  }

  /// A train before its first pulse.
  public struct Intent: Sendable, Hashable {
    /// Under which the device is given the train.
    public var number: UInt64
    /// The train.
    public var train: PulseTrain
    /// The place of its shape among the shapes of the ledger.
    public var shape: Int
    /// The device's count of all its pulses before, where it keeps one.
    public var odometer: PulseTotals?
  }

  /// A train after its last pulse.
  public struct Outcome: Sendable, Hashable {
    /// How the outcome is known.
    public enum Source: UInt8, Sendable, Hashable, CaseIterable {
      /// The device answered.
      case receipt = 1
      /// The device's journal was asked after a crash.
      case journal = 2
      /// Nothing tells; the bounds are those of the train.
      case assumption = 3
    }

    /// The number of its intent.
    public var number: UInt64
    /// How the outcome is known.
    public var source: Source
    /// How the train ended.
    public var status: TrainOutcome.Status
    /// Pulses that were surely fired.
    public var fired: PulseTotals
    /// Pulses that may have been fired besides.
    public var uncertain: Int
    /// The pulses surely fired of every cell, where the train did not run whole.
    public var cells: CellCounts?
    /// The device's clock in nanoseconds, where it has one.
    public var clock: UInt64?
    /// Time on the device in nanoseconds.
    public var duration: UInt64
    /// Energy in femtojoules, where the device knows it.
    public var energy: UInt64?
    /// The device's count of all its pulses after, where it keeps one.
    public var odometer: PulseTotals?
    /// SHA-256 of what the train's reads found; empty where it had none, or they are lost.
    public var readings: [UInt8]
    /// What the device said, where something went wrong.
    public var explanation: String
  }

  /// A train that was not to be.
  public struct Refusal: Sendable, Hashable {
    /// Why it would have been fired.
    public var cause: Cause
    /// Its cells.
    public var region: CellRegion
    /// Pulses that were asked for.
    public var asked: PulseTotals
    /// Which limit, who set it, the number asked and the number left.
    public var explanation: String
  }

  /// A read outside of trains.
  public struct ObservedReading: Sendable, Hashable {
    /// Its cells.
    public var region: CellRegion
    /// Samples a cell.
    public var averages: Int
    /// SHA-256 of what it found.
    public var digest: [UInt8]
  }

  /// A read that may have been made before: what it found did not arrive, or was not written down.
  ///
  /// It disturbs nothing to read again, but the noise is another, and with it all that follows from the read.
  public struct RepeatedRead: Sendable, Hashable {
    /// Its cells.
    public var region: CellRegion
    /// Samples a cell.
    public var averages: Int
    /// What became of the read before.
    public var explanation: String
  }

  /// A comparison of ledger and device.
  public struct Reconciled: Sendable, Hashable {
    /// Whether the histories agree, perhaps after what is booked here.
    public var agrees: Bool
    /// Trains whose open intents were settled before this entry.
    public var settled: Int
    /// Pulses that the odometer counts beyond those that are sure, within what is uncertain; one entry a
    /// tile, empty where there are none.
    public var beyond: [CellCounts]
    /// What was found, for people.
    public var findings: String
  }

  /// A person takes over a history.
  public struct Adoption: Sendable, Hashable {
    /// Who.
    public var operatorName: String
    /// Why.
    public var reason: String
    /// The device's history, which counts from here on.
    public var history: DeviceHistory?
    /// Its odometer, which the ledger goes on from: one entry a tile.
    public var odometer: [CellCounts]
    /// Pulses that no train of this ledger explains, booked as adopted: one entry a tile.
    public var unexplained: [CellCounts]
    /// What the ledger counted and the odometer does not: pulses, over all cells.
    public var missing: Int
  }

  /// A signature over everything before.
  public struct Checkpoint: Sendable, Hashable {
    /// The Ed25519 public key, 32 bytes.
    public var publicKey: [UInt8]
    /// The Ed25519 signature, 64 bytes.
    public var signature: [UInt8]
  }

  /// The end of a connection.
  public struct Disconnection: Sendable, Hashable {
    /// How the work ended: finished, interrupted, failed.
    public var status: String
    /// The device's history, where it keeps one.
    public var history: DeviceHistory?
    /// SHA-256 of the checksums of its odometer; empty where it could not be read.
    public var odometerDigest: [UInt8]
    /// Whether the odometer is what the ledger expects.
    public var agrees: Bool
    /// The device's count of all pulses, summed from its odometer.
    public var pulses: PulseTotals
  }
}
