public import AnalogTraining
public import DeviceContract
public import Foundation
public import PulseLedger

/// Everything that is known at the end of a training, and how it is told.
public struct TrainingReport: Sendable {
  /// What is known of the fast array of a layer.
  public struct TrackedLayer: Sendable {
    /// Its cells.
    public var region: CellRegion
    /// The symmetric points as the rule has tracked them, and their standard deviations, row-major.
    public var estimates, spreads: [Float]
    /// Pulses of each cell in this run.
    public var counts: CellCounts
    /// The true symmetric points, where the device is a simulator.
    public var truth: [Double?]?
    /// What the watch over them has told; empty without one.
    public var alarms: [DriftAlarm]

    /// Collects what is known of a layer.
    public init(
      region: CellRegion, estimates: [Float], spreads: [Float], counts: CellCounts,
      truth: [Double?]?, alarms: [DriftAlarm] = []
    ) {
      (self.region, self.estimates, self.spreads) = (region, estimates, spreads)
      (self.counts, self.truth, self.alarms) = (counts, truth, alarms)
    }
  }

  /// How tracked points compare with true ones, over the cells that were pulsed.
  public struct TrackingError: Sendable, Hashable, Codable {
    /// Cells that were pulsed and have a symmetric point.
    public var cells = 0
    /// The root mean square of estimate less truth.
    public var rms = 0.0
    /// Their correlation.
    public var correlation = 0.0
    /// The standard deviation of the true points.
    public var trueDeviation = 0.0

    /// Compares pairs of an estimate and a true point.
    init?(_ pairs: [(estimate: Double, truth: Double)]) {
      guard pairs.count > 1 else { return nil }
      let count = Double(pairs.count)
      let mean = pairs.reduce(into: (0.0, 0.0)) { $0 = ($0.0 + $1.estimate, $0.1 + $1.truth) }
      let (m, t) = (mean.0 / count, mean.1 / count)
      var (mm, tt, mt, square) = (0.0, 0.0, 0.0, 0.0)
      for (estimate, truth) in pairs {
        mm += (estimate - m) * (estimate - m)
        tt += (truth - t) * (truth - t)
        mt += (estimate - m) * (truth - t)
        square += (estimate - truth) * (estimate - truth)
      }
      cells = pairs.count
      rms = (square / count).squareRoot()
      correlation = mm > 0 && tt > 0 ? mt / (mm * tt).squareRoot() : 0
      trueDeviation = (tt / count).squareRoot()
    }
  }

  /// The device.
  public var device: DeviceIdentity
  /// What was trained, how far it came, and why it stopped.
  public var result: TrainingResult
  /// The data.
  public var data: String
  /// The fast array of each layer; empty for rules that track nothing.
  public var layers: [TrackedLayer]
  /// The error of the tracked points after each epoch, where the truth is known.
  public var course: [TrackingError?]
  /// What was spent.
  public var account: PulseAccount
  /// Which run it is, and since when.
  public var run: RunMark
  /// When it ended.
  public var finished: Date

  /// Collects what is to be told.
  public init(
    device: DeviceIdentity, result: TrainingResult, data: String, layers: [TrackedLayer],
    course: [TrackingError?], account: PulseAccount, run: RunMark, finished: Date
  ) {
    (self.device, self.result, self.data, self.layers) = (device, result, data, layers)
    (self.course, self.account, self.run, self.finished) = (course, account, run, finished)
  }

  /// How tracked points of some layers compare with the true ones; nil where there is no truth.
  public static func trackingError(of layers: [TrackedLayer]) -> TrackingError? {
    TrackingError(layers.flatMap(\.pairs))
  }

  /// The error at the end.
  public var tracking: TrackingError? { Self.trackingError(of: layers) }
}

extension TrainingReport.TrackedLayer {
  /// Estimates and true points of the cells that were pulsed: of others nothing was seen.
  var pairs: [(estimate: Double, truth: Double)] {
    guard let truth else { return [] }
    return estimates.indices.compactMap { cell in
      guard counts.up[cell] + counts.down[cell] > 0, let point = truth[cell] else { return nil }
      return (Double(estimates[cell]), point)
    }
  }
}
