public import DeviceContract
import PhysicalUnits
public import WireProtocol

// Capabilities as a board sends them: whole numbers in the units of `ReportedUnit`.
extension Capabilities {
  /// What a board says that it can do.
  ///
  /// - Throws: ``DeviceError/Code/refused`` where that contradicts itself.
  public init(
    _ wire: Wire.Capabilities, _ hello: Wire.HelloAck
  ) throws(DeviceError) {
    do {
      let kinds = PulseTrain.Kind.allCases.filter { kind in
        kind.wireKinds.allSatisfy { wire.kinds >> ($0.rawValue - 1) & 1 == 1 }
      }
      self.init(
        identity: DeviceIdentity(
          model: String(decoding: wire.model, as: UTF8.self),
          serialNumber: String(decoding: wire.serialNumber, as: UTF8.self),
          firmware: String(decoding: wire.firmware, as: UTF8.self)),
        tiles: Int(wire.tiles), rows: Int(wire.rows), columns: Int(wire.columns),
        trainKinds: Set(kinds),
        amplitude: try .init(
          wire.leastAmplitude, wire.mostAmplitude, wire.stepAmplitude),
        width: try .init(wire.leastWidth, wire.mostWidth, wire.stepWidth),
        edge: try .init(wire.leastEdge, wire.mostEdge, wire.stepEdge),
        period: try .init(wire.leastPeriod, wire.mostPeriod, wire.stepPeriod),
        compliance: ComplianceCapability(
          enforcer: wire.enforcer.contract,
          setPoints: wire.setPoints.map { Amperes(Double($0.current) / ReportedUnit.ampere) }),
        converter: ConverterCapability(
          lowest: Double(wire.leastWeight), step: Double(wire.stepWeight), bits: Int(wire.bits),
          noise: Double(wire.noise), parallelColumns: Int(wire.parallelColumns),
          sampleTime: Double(wire.sampleTime), mostAverages: Int(wire.mostAverages),
          amplitude: try .init(
            wire.leastReadAmplitude, wire.mostReadAmplitude, wire.stepReadAmplitude)),
        shortestMeasurablePulse: wire.shortestMeasurable == 0
          ? nil : PulseWidth(wire: wire.shortestMeasurable),
        longestTrain: Int(wire.longestTrain),
        biasSchemes: Set(
          BiasScheme.allCases.filter { wire.schemes >> ($0.wire.rawValue - 1) & 1 == 1 }),
        queueDepth: Int(hello.queueBytes) / Self.bytesOfCell,
        counterDurability: hello.durability.contract,
        scale: ConductanceScale(
          atZero: Siemens(Double(wire.conductanceAtZero) / ReportedUnit.siemens),
          perUnit: Siemens(Double(wire.conductancePerUnit) / ReportedUnit.siemens)),
        nominalShape: PulseShape(
          amplitude: Volts(Double(wire.nominalAmplitude) / ReportedUnit.volt),
          width: PulseWidth(wire: wire.nominalWidth), rise: PulseWidth(wire: wire.nominalRise),
          fall: PulseWidth(wire: wire.nominalFall), period: PulseWidth(wire: wire.nominalPeriod),
          compliance: wire.nominalCompliance == 0
            ? nil : Amperes(Double(wire.nominalCompliance) / ReportedUnit.ampere)))
    } catch {
      throw .refused(
        "the board's capability record contradicts itself: \(error); nothing was fired. Correct the "
          + "tables of its firmware")
    }
    guard tiles > 0, rows > 0, columns > 0, (1...24).contains(converter.bits) else {
      throw .refused(
        "the board reports \(tiles) tiles of \(rows) x \(columns) cells and a converter of "
          + "\(converter.bits) bits: there must be a cell, and 1 to 24 bits; nothing was fired")
    }
  }

  /// Bytes of a train on one cell: what the depth of a queue is counted in.
  private static let bytesOfCell = 10
}

extension Wire.Capabilities {
  /// The record of a board that can do what a device can.
  ///
  /// - Throws: ``DeviceError/Code/refused`` where the wire has no numbers for it, such as for a converter that
  ///   does not quantise.
  public init(
    _ device: Capabilities, longestLine: Int, canMultiply: Bool = false, hasDryRun: Bool
  ) throws(DeviceError) {
    guard (1...24).contains(device.converter.bits) else {
      throw .refused(
        "a board has a converter of 1 to 24 bits; this device has one of "
          + "\(device.converter.bits) (0 does not quantise at all)")
    }
    let (amplitude, read) = (device.amplitude, device.converter.amplitude)
    let nominal = device.nominalShape
    self.init(
      model: Array(device.identity.model.utf8.prefix(64)),
      serialNumber: Array(device.identity.serialNumber.utf8.prefix(64)),
      firmware: Array(device.identity.firmware.utf8.prefix(32)), tiles: try fit(device.tiles),
      rows: try fit(device.rows), columns: try fit(device.columns),
      kinds: device.trainKinds.flatMap(\.wireKinds).reduce(0) { $0 | 1 << ($1.rawValue - 1) },
      schemes: device.biasSchemes.reduce(0) { $0 | 1 << ($1.wire.rawValue - 1) },
      canForm: device.compliance.enforcer == .nobody ? 0 : 1,
      canMultiply: canMultiply ? 1 : 0, hasDryRun: hasDryRun ? 1 : 0,
      longestTrain: UInt32(clamping: device.longestTrain),
      longestLine: UInt32(clamping: longestLine),
      leastAmplitude: try volts(amplitude.lowest), mostAmplitude: try volts(amplitude.highest),
      stepAmplitude: try volts(amplitude.step), leastWidth: device.width.shortest.wire,
      mostWidth: device.width.longest.wire, stepWidth: device.width.step.wire,
      leastEdge: device.edge.shortest.wire, mostEdge: device.edge.longest.wire,
      stepEdge: device.edge.step.wire, leastPeriod: device.period.shortest.wire,
      mostPeriod: device.period.longest.wire, stepPeriod: device.period.step.wire,
      enforcer: device.compliance.enforcer.wire,
      leastWeight: Int64(
        ReportedUnit.count(device.converter.range.lowerBound, ReportedUnit.weight)),
      stepWeight: UInt64(ReportedUnit.count(device.converter.step, ReportedUnit.fineWeight)),
      bits: UInt8(device.converter.bits),
      noise: UInt64(ReportedUnit.count(device.converter.noise, ReportedUnit.fineWeight)),
      parallelColumns: try fit(device.converter.parallelColumns),
      sampleTime: UInt64(
        ReportedUnit.count(device.converter.sampleTime.value, ReportedUnit.second)),
      mostAverages: UInt32(clamping: device.converter.mostAverages),
      leastReadAmplitude: try volts(read.lowest), mostReadAmplitude: try volts(read.highest),
      stepReadAmplitude: try volts(read.step),
      shortestMeasurable: device.shortestMeasurablePulse?.wire ?? 0,
      conductanceAtZero: UInt64(
        max(0, ReportedUnit.count(device.scale.atZero.value, ReportedUnit.siemens))),
      conductancePerUnit: UInt64(
        max(0, ReportedUnit.count(device.scale.perUnit.value, ReportedUnit.siemens))),
      nominalAmplitude: try volts(nominal.amplitude), nominalWidth: nominal.width.wire,
      nominalRise: nominal.rise.wire, nominalFall: nominal.fall.wire,
      nominalPeriod: nominal.period.wire, nominalCompliance: try amperes(nominal.compliance),
      setPoints: try limits(device.compliance.setPoints))
  }
}

private func limits(_ points: [Amperes]) throws(DeviceError) -> [Wire.SetPoint] {
  var all: [Wire.SetPoint] = []
  for point in points { all.append(Wire.SetPoint(current: try amperes(point))) }
  return all
}

/// A number that has to fit its field.
private func fit<Number: FixedWidthInteger>(_ value: Int) throws(DeviceError) -> Number {
  guard let number = Number(exactly: value) else {
    throw .refused("\(value) does not fit the wire's field of \(Number.bitWidth) bits")
  }
  return number
}

/// Microvolts.
func volts(_ value: Volts) throws(DeviceError) -> UInt32 {
  try scaled(value.value, ReportedUnit.volt, "\(value)")
}

/// Nanoamperes; 0 for no limit.
func amperes(_ value: Amperes?) throws(DeviceError) -> UInt32 {
  guard let value else { return 0 }
  return try scaled(value.value, ReportedUnit.ampere, "\(value)")
}

private func scaled(
  _ value: Double, _ units: Double, _ text: String
) throws(DeviceError) -> UInt32 {
  guard let number = UInt32(exactly: ReportedUnit.count(value, units)) else {
    throw .refused("\(text) is beyond what the wire can carry; nothing was fired")
  }
  return number
}

extension PulseWidth {
  /// Picoseconds from the wire; longer than any width stays the longest.
  init(wire: UInt64) { self.init(picoseconds: Int64(clamping: wire)) }

  var wire: UInt64 { UInt64(picoseconds) }
}

extension SteppedWidths {
  fileprivate init(_ least: UInt64, _ most: UInt64, _ step: UInt64) throws(UnitError) {
    try self.init(
      from: PulseWidth(wire: least), through: PulseWidth(wire: most), step: PulseWidth(wire: step))
  }
}

extension SteppedRange<Volts> {
  fileprivate init(_ least: UInt32, _ most: UInt32, _ step: UInt32) throws(UnitError) {
    func volts(_ value: UInt32) -> Volts { Volts(Double(value) / ReportedUnit.volt) }
    try self.init(from: volts(least), through: volts(most), step: volts(step))
  }
}
