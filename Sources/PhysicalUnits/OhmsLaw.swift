// Ohm's law, in the forms that a crossbar needs. What has no meaning (volts plus amperes,
// volts times volts) does not compile.

/// The current through a resistance.
public func / (voltage: Volts, resistance: Ohms) -> Amperes {
  Amperes(voltage.value / resistance.value)
}

/// The resistance that lets a current through at a voltage.
public func / (voltage: Volts, current: Amperes) -> Ohms { Ohms(voltage.value / current.value) }

/// The conductance that lets a current through at a voltage.
public func / (current: Amperes, voltage: Volts) -> Siemens {
  Siemens(current.value / voltage.value)
}

/// The current through a conductance.
public func * (voltage: Volts, conductance: Siemens) -> Amperes {
  Amperes(voltage.value * conductance.value)
}

/// The current through a conductance.
public func * (conductance: Siemens, voltage: Volts) -> Amperes { voltage * conductance }

/// The voltage across a resistance.
public func * (current: Amperes, resistance: Ohms) -> Volts {
  Volts(current.value * resistance.value)
}

extension Siemens {
  /// The same path seen as a resistance.
  public var resistance: Ohms { Ohms(1 / value) }
}

extension Ohms {
  /// The same path seen as a conductance.
  public var conductance: Siemens { Siemens(1 / value) }
}

extension Joules {
  /// The energy that a constant voltage dissipates in a conductance: V² G t.
  public static func dissipated(
    by voltage: Volts, in conductance: Siemens, during time: Seconds
  ) -> Joules {
    Joules(voltage.value * voltage.value * conductance.value * time.value)
  }
}
