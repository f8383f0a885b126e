public import DeviceContract
public import WireProtocol

// Names of the contract and of the wire for the same things.
extension BiasScheme {
  var wire: Wire.Scheme {
    switch self {
    case .halfVoltage: .halfVoltage
    case .thirdVoltage: .thirdVoltage
    case .floating: .floating
    case .isolated: .isolated
    }
  }
}

extension Wire.Scheme {
  /// What the contract calls it.
  public var contract: BiasScheme {
    switch self {
    case .halfVoltage: .halfVoltage
    case .thirdVoltage: .thirdVoltage
    case .floating: .floating
    case .isolated: .isolated
    }
  }
}

extension PulseTrain.Kind {
  /// What a board must know to fire such trains.
  var wireKinds: [Wire.TrainKind] {
    switch self {
    case .uniform: [.up, .down]
    case .alternating: [.alternating]
    case .counts: [.counts]
    case .outerProduct: [.outerProduct]
    }
  }
}

extension ComplianceCapability.Enforcer {
  var wire: Wire.Enforcer {
    switch self {
    case .hardware: .hardware
    case .firmware: .firmware
    case .nobody: .nobody
    }
  }
}

extension Wire.Enforcer {
  var contract: ComplianceCapability.Enforcer {
    switch self {
    case .hardware: .hardware
    case .firmware: .firmware
    case .nobody: .nobody
    }
  }
}

extension CounterDurability {
  /// What the wire calls it.
  public var wire: Wire.Durability {
    switch self {
    case .volatile: .volatile
    case .checkpointed: .checkpointed
    case .everyPulse: .everyPulse
    }
  }
}

extension Wire.Durability {
  var contract: CounterDurability {
    switch self {
    case .volatile: .volatile
    case .checkpointed: .checkpointed
    case .everyPulse: .everyPulse
    }
  }
}

extension Wire.Reason {
  /// In words, for messages.
  var words: String {
    switch self {
    case .none: "no reason was given"
    case .notArmed: "the board is not armed"
    case .envelope: "it is outside the envelope in force on the board"
    case .geometry: "it reaches outside the board's array, or holds no cell"
    case .pattern: "its pattern does not fit its region"
    case .profile: "its pulse profile was not set"
    case .expired: "it would have begun too late"
    case .stopped: "the host stopped it"
    case .lease: "the board heard nothing of the host for longer than the lease, and disarmed"
    case .emergencyStop: "the emergency stop is latched; `tare stop --clear` ends that"
    case .power: "the board lost power while it ran"
    case .counterFull: "a pulse counter of the board has no room for it"
    case .unsupported: "the board cannot do that"
    case .gap: "its number is not the next one"
    case .conflict: "its number was used by another train"
    case .malformed: "the board could not read it"
    case .memory: "the board's durable memory failed"
    case .forming: "the board is not armed for forming"
    case .fault: "the board's hardware reports a fault"
    case .reconnected: "another session began"
    case .chained: "a train before it did not run whole"
    }
  }
}
