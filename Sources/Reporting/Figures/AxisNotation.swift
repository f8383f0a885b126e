import Foundation

/// How the numbers along an axis are written: the power of ten taken out, and the title that says so.
struct AxisNotation: Equatable {
  /// Labels are values divided by ten to this power.
  let exponent: Int
  /// The title of the axis, with its unit or factor in parentheses.
  let title: String

  /// Chooses the notation for the limits of an axis.
  init(_ mapping: AxisMapping, labelsArePowers: Bool) {
    let label = mapping.axis.label
    let unit = mapping.axis.unit ?? ""
    let largest = max(abs(mapping.lower), abs(mapping.upper))
    let leading = largest > 0 ? Int(log10(largest).rounded(.down)) : 0
    let power = EngineeringNumber.engineeringExponent(leading)
    if labelsArePowers || power == 0 {
      exponent = 0
      title = unit.isEmpty ? label : "\(label) (\(unit))"
    } else if EngineeringNumber.prefixableUnits.contains(unit),
      let prefix = EngineeringNumber.prefixes[power]
    {
      exponent = power
      title = "\(label) (\(prefix)\(unit))"
    } else if leading >= 5 || leading < -2 {
      exponent = power
      let factor = "×10" + NumberText.superscript(power)
      title = unit.isEmpty ? "\(label) (\(factor))" : "\(label) (\(factor) \(unit))"
    } else {
      exponent = 0
      title = unit.isEmpty ? label : "\(label) (\(unit))"
    }
  }
}
