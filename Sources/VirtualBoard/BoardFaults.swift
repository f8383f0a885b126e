/// What a bad line, a bad plug and a bad supply do to a board, by a seed.
public struct BoardFaults: Sendable, Hashable {
  /// Chance that a byte is lost, has a bit turned over, or comes twice.
  public var drop = 0.0, flip = 0.0, duplicate = 0.0
  /// Chance that the rest of what comes together is cut off.
  public var truncate = 0.0
  /// Chance that what comes together is held back, and for how long in nanoseconds.
  public var delay = 0.0, delayTime: UInt64 = 300_000_000
  /// Chance that an answer comes after the one behind it.
  public var shift = 0.0
  /// Chance that the board restarts soon after something has come.
  public var reboot = 0.0
  /// Chance that power fails within a write to the durable memory, and the one write in which it does.
  public var power = 0.0, powerAt: Int?
  /// Chance that the line is closed soon after something has come, and the number of bytes from the host after
  /// which it is, once.
  public var unplug = 0.0, unplugAt: Int?
  /// What all of it follows from.
  public var seed: UInt64 = 1

  /// None of it.
  public init() {}

  /// Whether the line passes bytes on as they are.
  var isLineClean: Bool { drop + flip + duplicate + truncate + delay + shift == 0 }
  /// Whether the board loses all that is not durable now and then.
  var takesPower: Bool { reboot + power > 0 || powerAt != nil }
  /// Whether the line is closed now and then.
  var takesLine: Bool { unplug > 0 || unplugAt != nil }

  /// The names that ``set(_:to:)`` knows.
  public static let names = [
    "drop", "flip", "duplicate", "truncate", "delay", "delay_ms", "shift", "reboot", "power",
    "power_at", "unplug", "unplug_at", "seed",
  ]

  /// Sets a fault by its name; false where there is no such name, or the text is no value for it.
  public mutating func set(_ name: String, to text: String) -> Bool {
    switch name {
    case "seed", "power_at", "unplug_at":
      guard let value = UInt64(text), name == "seed" || (1...1 << 62).contains(value) else {
        return false
      }
      switch name {
      case "power_at": powerAt = Int(value)
      case "unplug_at": unplugAt = Int(value)
      default: seed = value
      }
      return true
    default: break
    }
    guard let value = Double(text), value >= 0, name == "delay_ms" ? value <= 60_000 : value <= 1
    else { return false }
    switch name {
    case "drop": drop = value
    case "flip": flip = value
    case "duplicate": duplicate = value
    case "truncate": truncate = value
    case "delay": delay = value
    case "delay_ms": delayTime = UInt64(value * 1e6)
    case "shift": shift = value
    case "reboot": reboot = value
    case "power": power = value
    case "unplug": unplug = value
    default: return false
    }
    return true
  }
}
