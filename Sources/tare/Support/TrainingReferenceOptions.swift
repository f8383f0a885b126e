import AnalogTraining
import ArgumentParser
import Calibration
import DeviceContract

/// How a training is told what is known of symmetric points, and how it follows them.
struct TrainingReferenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin with known symmetric points: a run folder, or a reference.json.",
      discussion: """
        Of a calibration, a tracking or a training of the same device. Cells without a number take the mean of the others \
        of their layer, with the spread over them.
        """,
      valueName: "run or file"))
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "What to do where tracked points have moved by more than chance moves them: report, freeze or fall-back.",
      discussion: """
        Asked at the end of each epoch. freeze holds the reference that was accepted last for ten epochs; fall-back begins \
        the tracking anew from it. Of rider, e-rider, e-rider-hp and agad.
        """))
  var watch: WatchName?

  @Option(help: "What e-rider tracks with: moving-average or kalman.")
  var tracker: TrackerName?

  enum WatchName: String, ExpressibleByArgument, CaseIterable {
    case report, freeze
    case fallBack = "fall-back"

    var response: WatchSettings.Response {
      switch self {
      case .report: .report
      case .freeze: .freeze
      case .fallBack: .fallBack
      }
    }
  }

  enum TrackerName: String, ExpressibleByArgument, CaseIterable {
    case movingAverage = "moving-average"
    case kalman
  }

  /// Changes settings by what was asked for.
  func apply(to settings: inout TrainingSettings, on capabilities: Capabilities) throws {
    let name = settings.rule.name
    if let watch {
      guard ["rider", "e-rider", "e-rider-hp", "agad"].contains(name) else {
        throw CommandFailure(
          .usage,
          "--watch \(watch.rawValue): \(name) tracks no symmetric points that could be watched; rider, e-rider, "
            + "e-rider-hp and agad do")
      }
      settings.watch = .training(watch.response, range: settings.range)
    }
    if tracker == .kalman {
      guard case .erider(var rule) = settings.rule, rule.chopProbability > 0 else {
        throw CommandFailure(
          .usage, "--tracker kalman: it is of use with --algorithm e-rider and a chopper only")
      }
      rule.kalman = KalmanTracker.Settings()
      settings.rule = .erider(rule)
    }
    guard let reference else { return }
    guard settings.rule.arrays > 1, name != "multi-tile" else {
      throw CommandFailure(
        .usage, "--reference: \(name) has no fast array whose symmetric points it could use")
    }
    let points = try KnownPoints(reference)
    try points.check(capabilities.identity)
    let shapes = settings.network.weightShapes
    let plan = try Floorplan(shapes, arrays: settings.rule.arrays, on: capabilities)
    let regions = shapes.indices.map { plan.region(layer: $0, array: FastArray.fast) }
    settings.known = regions.map { (try? points.reference(of: $0))?.filled }
    // None at all: the first failure says why.
    if settings.known.allSatisfy({ $0 == nil }) { _ = try points.reference(of: regions[0]) }
  }

  /// What decides the result; nothing where nothing was asked for.
  func record() throws -> [String: String] {
    var record: [String: String] = [:]
    record["watch"] = watch?.rawValue
    record["tracker"] = tracker?.rawValue
    record["reference"] = try reference.map { try KnownPoints($0).map.run ?? $0 }
    return record
  }
}

extension WatchSettings {
  /// Of a training, in which what is read follows gradients, too.
  static func training(_ response: Response, range: Float) -> WatchSettings {
    var settings = WatchSettings()
    settings.response = response
    (settings.allowed, settings.freedom) = (0.15 * range, 4)
    (settings.warmUp, settings.hold) = (10, 10)
    settings.falseAlarms = 0.001
    settings.witness = KalmanTracker.Settings()
    return settings
  }
}

extension KnownReference {
  /// The same with a number for every cell: rules know whole columns or nothing.
  fileprivate var filled: KnownReference {
    let known = spread.values.indices.filter { spread.values[$0].isFinite }
    guard known.count < spread.values.count, !known.isEmpty else { return self }
    let mean = known.reduce(Float(0)) { $0 + estimate.values[$1] } / Float(known.count)
    let square = known.reduce(Float(0)) {
      $0 + (estimate.values[$1] - mean) * (estimate.values[$1] - mean)
    }
    var filled = self
    for cell in spread.values.indices where !spread.values[cell].isFinite {
      filled.estimate.values[cell] = mean
      filled.spread.values[cell] = max((square / Float(known.count)).squareRoot(), 1e-6)
    }
    return filled
  }
}
