public import DeviceContract

extension ConverterCapability {
  /// The variance of a read of so many samples, as a weight.
  ///
  /// A uniform code of width q has a standard deviation of q / sqrt(12). Noise of half a code or more spreads samples
  /// over several of them, so that their mean is finer than one.
  public func variance(averages: Int) -> Double {
    let count = Double(averages)
    return noise * noise / count + step * step / 12 / (noise >= step / 2 ? count : 1)
  }
}
