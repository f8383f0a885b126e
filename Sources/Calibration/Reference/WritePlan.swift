public import DeviceContract
public import PulseLedger

/// What a write would cost from where the cells are, and whether the limits let it be done.
public struct WritePlan: Sendable {
  /// The write itself, with the most pulses that the limits allow a cell.
  public var write: WriteVerify
  /// One weight a cell; nil for those that are left alone.
  public var targets: [Float?]
  /// What it costs if steps are larger than expected, as large, and at worst.
  public var best, expected, worst: CalibrationCost
  /// The most pulses of a cell that the limits allow.
  public var allowed: Int
  /// The pulses that the cell needs which is farthest away.
  public var farthest: Int
  /// Cells that are expected to need more than that, and will be told to have a verdict of
  /// ``WrittenCells/Verdict/budget``.
  public var beyond: Int
  /// Every limit in force, against the worst case.
  public var limits: [LimitVerdict]

  /// Makes the plan; nothing is fired.
  ///
  /// - Parameters:
  ///   - states: what was read of the cells.
  ///   - device: with the limits of the campaign.
  public init(
    _ write: WriteVerify, from states: [Float], to targets: [Float?], on device: MeteredDevice,
    region: CellRegion
  ) async throws(DeviceError) {
    let capabilities = device.capabilities
    var write = write
    allowed = try await Self.allowed(write, targets, on: device, region: region)
    let needs = write.pulses(from: states, to: targets).map(abs)
    beyond = needs.count { [allowed] in $0 > allowed }
    farthest = needs.max() ?? 0
    let cost = { (write: WriteVerify, factor: Double) in
      write.cost(from: states, to: targets, factor: factor, on: region, of: capabilities)
    }
    write.mostPulses = max(1, allowed)
    let quote = write.worst(on: region, targets, of: capabilities)
    let reads = write.mostReads
    worst = CalibrationCost(quote, reads: reads, energy: \.mostEnergy)
    expected = cost(write, 1)
    best = cost(write, 0.7)
    limits = try await device.verdicts(on: quote, over: region)
    (self.write, self.targets) = (write, targets)
  }

  /// The most pulses of a cell that all limits allow, up to those of the write.
  ///
  /// It does not depend on where the cells are: a run that is gone on with has the same.
  public static func allowed(
    _ write: WriteVerify, _ targets: [Float?], on device: MeteredDevice, region: CellRegion
  ) async throws(DeviceError) -> Int {
    try await device.mostPulses(upTo: write.mostPulses, on: region) { count in
      var less = write
      less.mostPulses = count
      return less.worst(on: region, targets, of: device.capabilities)
    }
  }

  /// Why it is not to be done; nil where it can be.
  ///
  /// A few cells may need more than they are allowed; not most of them.
  public var refusal: String? {
    let cells = targets.count { $0 != nil }
    guard cells > 0 else { return "no cell has a target, so that there is nothing to write" }
    guard allowed == 0 || beyond > cells / 10 else { return nil }
    let tightest = limits.filter { $0.spent != nil }.min { $0.left < $1.left }
    let source = tightest.map { " (\($0.limit), set by \($0.setBy))" } ?? ""
    return
      "\(beyond) of \(cells) cells are so far from their targets that they need more pulses than the limits allow a "
      + "cell: \(allowed)\(source), and the farthest needs some \(farthest). Nothing was fired"
  }
}
