import PhysicalUnits

extension Capabilities {
  /// Checks that the device can fire a train, and says with which shape it would.
  ///
  /// Every backend starts ``PulseDevice/apply(_:)`` with this call, so that all refuse the same trains
  /// in the same words.
  ///
  /// - Returns: the shape after quantisation.
  /// - Throws: ``DeviceError/Code/refused`` with the number asked and the limit.
  public func check(_ train: PulseTrain) throws(DeviceError) -> PulseShape {
    try check(train.region)
    guard trainKinds.contains(train.kind) else {
      throw refusal("fires no \(train.kind.rawValue) trains")
    }
    guard biasSchemes.contains(train.scheme) else {
      throw refusal("has no \(train.scheme.rawValue) bias scheme")
    }
    try checkPattern(of: train)
    guard train.slots <= longestTrain else {
      throw refusal("fires at most \(longestTrain) slots a train; this one takes \(train.slots)")
    }
    if let reads = train.reads {
      guard reads.everySteps > 0, reads.averages > 0, reads.averages <= converter.mostAverages
      else {
        throw refusal(
          "reads after 1 step or more and averages 1 to \(converter.mostAverages) samples; asked: "
            + "every \(reads.everySteps), \(reads.averages) samples")
      }
    }
    return try quantised(train.shape)
  }

  /// Checks that a read can be done.
  ///
  /// - Throws: ``DeviceError/Code/refused`` with the number asked and the limit.
  public func check(_ request: ReadRequest) throws(DeviceError) {
    try check(request.region)
    guard request.averages > 0, request.averages <= converter.mostAverages else {
      throw refusal(
        "averages 1 to \(converter.mostAverages) samples a read; asked: \(request.averages)")
    }
    if let amplitude = request.amplitude, converter.amplitude.quantised(amplitude) == nil {
      throw refusal(
        "reads at \(converter.amplitude.lowest) to \(converter.amplitude.highest); "
          + "asked: \(amplitude)")
    }
  }

  /// Checks that a region lies inside the array and holds at least one cell.
  ///
  /// - Throws: ``DeviceError/Code/refused`` with the region and the size of the array.
  public func check(_ region: CellRegion) throws(DeviceError) {
    let inside =
      (0..<tiles).contains(region.tile.index)
      && region.rows.lowerBound.index >= 0 && region.rows.upperBound.index <= rows
      && region.columns.lowerBound.index >= 0 && region.columns.upperBound.index <= columns
    guard inside, !region.isEmpty else {
      throw refusal(
        "has \(tiles) tile\(tiles == 1 ? "" : "s") of \(rows) rows and \(columns) columns; "
          + "the region asked for (\(region)) "
          + (region.isEmpty ? "holds no cell" : "reaches outside"))
    }
  }

  private func checkPattern(of train: PulseTrain) throws(DeviceError) {
    switch train.pattern {
    case .uniform(_, let count), .alternating(let count):
      guard count >= 0 else { throw refusal("fires no negative number of pulses (\(count))") }
    case .counts(let counts):
      guard counts.count == train.region.count else {
        throw refusal(
          "needs one count for each of the \(train.region.count) cells; the map has \(counts.count)"
        )
      }
    case .outerProduct(let rowLines, let columnLines, let slots):
      guard
        rowLines.count == train.region.rows.count,
        columnLines.count == train.region.columns.count
      else {
        throw refusal(
          "needs \(train.region.rows.count) row and \(train.region.columns.count) column lines; "
            + "given: \(rowLines.count) and \(columnLines.count)")
      }
      guard slots >= 0, rowLines.allSatisfy({ $0.length <= slots }),
        columnLines.allSatisfy({ $0.length <= slots })
      else {
        throw refusal("was given a line that fires after the last of the \(slots) slots")
      }
    }
  }

  private func quantised(_ shape: PulseShape) throws(DeviceError) -> PulseShape {
    guard let amplitude = amplitude.quantised(shape.amplitude) else {
      throw refusal(
        "pulses at \(self.amplitude.lowest) to \(self.amplitude.highest); asked: \(shape.amplitude)"
      )
    }
    guard let width = width.quantised(shape.width) else {
      throw refusal(
        "makes pulses of \(self.width.shortest) to \(self.width.longest); asked: \(shape.width)")
    }
    guard let rise = edge.quantised(shape.rise), let fall = edge.quantised(shape.fall) else {
      throw refusal(
        "has edges of \(edge.shortest) to \(edge.longest); asked: \(shape.rise) and \(shape.fall)")
    }
    guard let period = period.quantised(shape.period), period >= width else {
      throw refusal(
        "has pulse periods of \(self.period.shortest) to \(self.period.longest), not below the "
          + "width; asked: \(shape.period)")
    }
    if let limit = shape.compliance {
      guard compliance.enforcer != .nobody, compliance.setPoints.contains(limit) else {
        let points = compliance.setPoints.map(\.description).joined(separator: ", ")
        throw refusal(
          compliance.enforcer == .nobody
            ? "has nothing that limits the current to \(limit)"
            : "limits the current to one of \(points); asked: \(limit)")
      }
    }
    return PulseShape(
      amplitude: amplitude, width: width, rise: rise, fall: fall, period: period,
      compliance: shape.compliance)
  }

  private func refusal(_ explanation: String) -> DeviceError {
    .refused("\(identity.model) \(identity.serialNumber) \(explanation); nothing was fired")
  }
}
