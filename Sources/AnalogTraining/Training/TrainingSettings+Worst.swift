public import DeviceContract
import PhysicalUnits
public import PulseLedger

extension TrainingSettings {
  /// The most that any training of this kind can cost on one tile; no training comes near it, since most bit lines of a
  /// gradient are idle.
  ///
  /// Each image fires the longest bit lines on every cell of every layer, in two phases, and each transfer all that it may.
  /// Reads are not in it: they do not depend on chance.
  ///
  /// - Parameter images: of an epoch.
  /// - Throws: ``TrainingError`` where the device does not fit.
  public func worst(
    images: Int, tile: Int, on capabilities: Capabilities
  ) throws(TrainingError) -> PulseQuote {
    let (layers, plan) = try layers(on: capabilities)
    let steps = images / batch * epochs
    var sum = PulseQuote()
    for layer in layers.indices {
      let rule = layers[layer].rule
      let most =
        (tile == 0 && rule.arrays > 0
          ? [
            ArrayPulses(
              array: 0, rows: 0..<layers[layer].shape.rows,
              columns: 0..<layers[layer].shape.columns,
              pattern: .uniform(.up, count: longestBitLine))
          ] : []) + rule.mostTransfer.filter { $0.array == tile }
      for pulses in most {
        let isGradient = pulses.cause == .train && pulses.array == 0
        let train = PulseTrain(
          region: plan.region(
            layer: layer, array: pulses.array, rows: pulses.rows, columns: pulses.columns),
          pattern: pulses.pattern, shape: capabilities.nominalShape, cause: pulses.cause)
        let times = steps * (isGradient ? batch : 1)
        var quote = PulseQuote(train, times: times, on: capabilities)
        // Both polarities, one after the other, and every cell of the tile beside one that is pulsed.
        quote.mostTime = quote.mostTime * 2
        quote.mostExposures = 2 * times * train.steps * capabilities.rows * capabilities.columns
        sum = sum + quote
      }
    }
    return sum
  }
}
