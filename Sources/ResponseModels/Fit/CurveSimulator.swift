import ReproducibleNoise

/// Draws curves from a fitted state-space model.
struct CurveSimulator {
  let series: [FitSeries]
  /// The hidden state at the first observation of each record of each series.
  private let starts: [[Double]]

  /// Estimates where the records start.
  init(_ model: FittedModel, _ series: [FitSeries]) {
    self.series = series
    starts = series.indices.map { Self.starts(series[$0], model) }
  }

  /// The hidden state at the start of each record, as a weighted mean of its first states.
  ///
  /// The weights fall with the steady-state gain of the filter run backwards; the steps between are
  /// taken out by running the response from the estimate.
  private static func starts(_ series: FitSeries, _ model: FittedModel) -> [Double] {
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
            guard index + 1 < length else { break }
            state += step(series, model, state, before: begin + index + 1)
          }
          estimate += sum / weights
        }
      }
      starts.append(estimate)
      begin += length
    }
    return starts
  }

  /// The mean change from `state` by the pulse before the state at `position` of a series.
  private static func step(
    _ series: FitSeries, _ model: FittedModel, _ state: Double, before position: Int
  ) -> Double {
    let pulse = Int(series.pulses[position])
    let sign: Double = pulse == 0 ? 1 : -1
    return model.sides[series.sides[pulse]].withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map {
        sign
          * StepFunction(shape: model.layout.shape, parameters: $0, count: buffer.count)(
            sign * state
          ).step
      } ?? 0
    }
  }

  /// The states of one simulated curve, one array a series, with the noise of `model`.
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
            state += Self.step(series[index], model, state, before: states.count)
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
