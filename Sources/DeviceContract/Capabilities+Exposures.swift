extension Capabilities {
  /// The half-select exposures that a train causes on this device; nil where it surely causes none, as
  /// when a whole tile is pulsed at once.
  ///
  /// - Parameter signedCounts: ``PulseTrain/signedCounts`` of the train, where they are at hand.
  public func exposures(
    of train: PulseTrain, signedCounts: SignedCounts? = nil
  ) -> HalfSelectExposures? {
    train.exposesNothing(rows: rows, columns: columns)
      ? nil
      : HalfSelectExposures(
        of: train, rows: rows, columns: columns, signedCounts: signedCounts)
  }
}
