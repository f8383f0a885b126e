public import PhysicalUnits

/// What the lines that are not selected are held at, which decides what the other cells feel.
///
/// A scheme is defined by its line voltages and not by its name, because two instruments mean different
/// things by "V/3" (holding both groups of idle lines at V/3 leaves 2V/3 on half of the victims).
public enum BiasScheme: String, Sendable, Hashable, CaseIterable, Codable {
  /// Idle rows and idle columns at V/2: victims on the selected lines feel V/2, all others nothing.
  case halfVoltage
  /// Idle rows at V/3, idle columns at 2V/3: every cell that is not selected feels V/3.
  case thirdVoltage
  /// Idle lines float: victims on the selected lines are disturbed by an unknown part of V.
  case floating
  /// Each cell has a selector or a transistor: no victim feels anything.
  case isolated

  /// Voltages of the four groups of lines while a cell is pulsed, as parts of the amplitude.
  public struct LineVoltages: Sendable, Hashable {
    /// The row of the selected cell.
    public var selectedRow: Volts
    /// The column of the selected cell.
    public var selectedColumn: Volts
    /// Every other row, or nil if it floats.
    public var idleRows: Volts?
    /// Every other column, or nil if it floats.
    public var idleColumns: Volts?
  }

  /// The line voltages for an up pulse of the given amplitude; a down pulse swaps rows and columns.
  public func lineVoltages(amplitude: Volts) -> LineVoltages {
    let idle: (Volts?, Volts?) =
      switch self {
      case .halfVoltage: (amplitude / 2, amplitude / 2)
      case .thirdVoltage: (amplitude / 3, amplitude * 2 / 3)
      case .floating, .isolated: (nil, nil)
      }
    return LineVoltages(
      selectedRow: amplitude, selectedColumn: .zero, idleRows: idle.0, idleColumns: idle.1)
  }
}
