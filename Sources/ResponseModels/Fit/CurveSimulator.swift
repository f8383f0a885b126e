import ReproducibleNoise

/// Draws curves from a fitted state-space model.
struct CurveSimulator {
  let series: [FitSeries]
  /// The hidden state at the first observation of each branch of each direction.
  private let starts: [[Double]]

  /// Estimates where the branches start.
  init(_ model: FittedModel, _ series: [FitSeries]) {
    self.series = series
    starts = series.indices.map { Self.starts(series[$0], model, side: model.sides[$0]) }
  }

  /// The hidden state at the start of each branch, as a weighted mean of its first states.
  ///
  /// The weights fall with the steady-state gain of the filter run backwards; the steps between are
  /// taken out by running the response from the estimate.
  private static func starts(
    _ series: FitSeries, _ model: FittedModel, side: [Double]
  ) -> [Double] {
    // Below a gain of 0.05 the mean would reach so far that errors of the response count.
    let gain = max(model.noise.step.squareRoot(), 0.05)
    var starts: [Double] = []
    var begin = 0
    for length in series.lengths {
      var estimate = series.states[begin]
      if gain < 1, length > 1 {
        for _ in 0..<4 {
          var state = estimate
          var (sum, weights, weight) = (0.0, 0.0, 1.0)
          for index in 0..<min(length, 100) {
            sum += weight * (series.states[begin + index] - state)
            weights += weight
            weight *= 1 - gain
            state += Self.step(side, model.layout.shape, state)
          }
          estimate += sum / weights
        }
      }
      starts.append(estimate)
      begin += length
    }
    return starts
  }

  private static func step(_ side: [Double], _ shape: ResponseShape, _ state: Double) -> Double {
    side.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map {
        StepFunction(shape: shape, parameters: $0, count: buffer.count)(state).step
      } ?? 0
    }
  }

  /// The states of one simulated curve, one array a direction, with the noise of `model`.
  func draw(_ model: FittedModel, _ random: inout RandomStream) -> [[Double]] {
    let scale = model.scale.squareRoot()
    let stepNoise = scale * model.noise.step.squareRoot()
    let white = scale * model.noise.observation.squareRoot()
    let coloured = scale * model.noise.correlated.squareRoot()
    let phi = model.noise.correlation
    let fresh = (1 - phi * phi).squareRoot()
    return series.indices.map { index in
      var states: [Double] = []
      states.reserveCapacity(series[index].states.count)
      for (length, start) in zip(series[index].lengths, starts[index]) {
        var state = start
        var offset = coloured > 0 ? coloured * random.gaussian() : 0
        for position in 0..<length {
          if position > 0 {
            state += Self.step(model.sides[index], model.layout.shape, state)
            state = min(max(state + stepNoise * random.gaussian(), -8), 8)
            if coloured > 0 { offset = phi * offset + fresh * coloured * random.gaussian() }
          }
          states.append(state + offset + white * random.gaussian())
        }
      }
      return states
    }
  }
}
