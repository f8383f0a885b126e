public import DeviceContract

extension ConverterCapability {
  /// The variance of a read of so many samples, as a weight.
  ///
  /// A uniform code of width q has a standard deviation of q / sqrt(12).
  public func variance(averages: Int) -> Double {
    noise * noise / Double(averages) + step * step / 12
  }
}
