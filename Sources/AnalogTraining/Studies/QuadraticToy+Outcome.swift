extension QuadraticToy {
  /// What was measured, with what was predicted beside it.
  public struct Outcome: Sendable, Hashable, Codable {
    /// One point of the course.
    public struct Point: Sendable, Hashable, Codable {
      /// Steps so far.
      public var step: Int
      /// The root mean square of weights less the best ones.
      public var weightError: Double
      /// The same of the reference less the symmetric points; nil for a rule that follows none.
      public var referenceError: Double?
      /// The part of the start's distance from the symmetric points that is left in the reference.
      public var left: Double?
      /// What is left by the mean dynamics under a chopper: the fast array loses a E|g| / tau of its distance a step,
      /// and the average follows with its gain.
      public var leftPredicted: Double?
    }

    /// The course.
    public var course: [Point]
    /// E|g| over the averaged steps, and over the cells.
    public var sigma: Double
    /// The mean over cells of averaged weights less the best ones.
    public var bias: Double
    /// Its standard error, from the scatter of cells around their predictions.
    public var biasError: Double
    /// The mean of the predictions; see ``QuadraticToy/prediction(_:)``.
    public var biasPredicted: Double?
    /// The slope of bias against prediction over the cells, and its standard error.
    public var slope: Double?
    /// The standard error of the slope.
    public var slopeError: Double?
    /// The root mean square of averaged weights less the best ones.
    public var weightError: Double
    /// The root mean square over cells and averaged steps of the weights themselves less the best ones: their floor.
    public var floor: Double
    /// The reference at the end against the symmetric points.
    public var reference: Agreement?
    /// The reference at the end against where it rests without a chopper, by docs/training.md.
    public var restingPoint: Agreement?
    /// The bias against the distance of the slow array's symmetric points from the best weights: the slope is the part of
    /// the way that they pull (P7).
    public var slowPull: Agreement?
    /// The root mean square of the fast array less its symmetric points, at the end.
    public var fastError: Double?
    /// Its floor by P6: sqrt(a sigma^2 tau / (2 Sigma)).
    public var fastErrorPredicted: Double?
    /// Steps in which a distance from the symmetric point decays to 1/e, by P6: tau / (a Sigma).
    public var decaySteps: Double?
  }

  /// How one number a cell agrees with another.
  public struct Agreement: Sendable, Hashable, Codable {
    /// The correlation over cells.
    public var correlation: Double
    /// The slope of the first against the second.
    public var slope: Double
    /// The root mean square of the difference.
    public var error: Double

    init(_ values: [Double], with truth: [Double]) {
      let count = Double(values.count)
      let (meanA, meanB) = (values.reduce(0, +) / count, truth.reduce(0, +) / count)
      var (aa, ab, bb, dd) = (0.0, 0.0, 0.0, 0.0)
      for (a, b) in zip(values, truth) {
        aa += (a - meanA) * (a - meanA)
        ab += (a - meanA) * (b - meanB)
        bb += (b - meanB) * (b - meanB)
        dd += (a - b) * (a - b)
      }
      correlation = ab / (aa * bb).squareRoot()
      slope = ab / bb
      error = (dd / count).squareRoot()
    }
  }
}
