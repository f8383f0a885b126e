public import DeviceContract

extension MeteredDevice {
  /// Checks trains against every limit, each after those before it, as if they were fired; nothing is.
  ///
  /// So a campaign that goes on in steps can stop between two of them.
  ///
  /// - Throws: as ``apply(_:)-([PulseTrain])``.
  public func check(_ trains: [PulseTrain]) throws(DeviceError) {
    var reserved: [TrainFootprint] = []
    defer { for footprint in reserved { books.release(footprint) } }
    for train in trains { reserved.append(try books.reserve(train)) }
  }
}
