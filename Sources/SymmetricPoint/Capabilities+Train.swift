public import DeviceContract

extension Capabilities {
  /// Pulses of the nominal shape: those that symmetric points are measured with, and hold for.
  public func train(
    _ pattern: PulseTrain.Pattern, over region: CellRegion, scheme: BiasScheme,
    cause: Cause = .calibrate
  ) -> PulseTrain {
    PulseTrain(region: region, pattern: pattern, shape: nominalShape, scheme: scheme, cause: cause)
  }
}
