import DeviceContract
import PhysicalUnits

extension LimitSource {
  /// Refuses what cannot be a limit: nothing is ever above NaN, and everything is above a negative number.
  func validate() throws(LimitError) {
    try count("pulses of each cell", limits.perCell)
    try count("pulses of each array", limits.perArray)
    try count("pulses of the campaign", limits.perCampaign)
    for (cause, pulses) in limits.perCause {
      try count("pulses of the cause \(cause.rawValue)", pulses)
    }
    try count("half-select exposures of each cell", limits.exposuresPerCell)
    try positive("energy", limits.energy?.value, "J")
    try positive("time on the device", limits.time?.value, "s")
    try positive("amplitude", limits.amplitude?.value, "V")
    try positive("width", limits.width?.seconds.value, "s")
    try positive("amplitude times width", limits.voltageTime?.value, "V s")
    try positive("compliance", limits.compliance?.value, "A")
    try positive("pulse rate", limits.rate?.value, "Hz")
    try positive("endurance", limits.endurance, "pulses")
    try positive("share of life", limits.lifeShare, "")
    if let share = limits.lifeShare, share > 1 {
      throw LimitError(
        setBy: name, explanation: "a share of life of \(share * 100) % is more than a life")
    }
    for region in limits.protected where region.isEmpty {
      throw LimitError(
        setBy: name, explanation: "the protected region \(region) holds no cell")
    }
  }

  private func count(_ what: String, _ value: Int?) throws(LimitError) {
    guard let value, value < 0 else { return }
    throw LimitError(
      setBy: name, explanation: "the limit of the \(what) is \(value): 0 or more is needed")
  }

  private func positive(_ what: String, _ value: Double?, _ unit: String) throws(LimitError) {
    guard let value, !(value > 0 && value.isFinite) else { return }
    let text = unit.isEmpty ? "\(value)" : LimitBound.text(value, unit: unit)
    throw LimitError(
      setBy: name,
      explanation: "the limit of the \(what) is \(text): a finite number above 0 is needed")
  }
}
