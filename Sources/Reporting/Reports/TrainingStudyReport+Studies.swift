import AnalogTraining

extension TrainingStudyReport.Layout {
  /// Rules against the error of their reference.
  public static let references = Self(
    headings: referenceHeadings,
    columns: [.accuracy, .loss, .fastPulses, .upFraction, .slowPulses, .reads, .flips],
    notes: ["Where reads or flips are one number it is that of every seed."],
    figure: .init(
      x: Axis("Reference of the fast array", isCount: true),
      y: Axis("Test images classified rightly (%)"), column: .accuracy,
      caption: "Mean ± standard deviation of what the reference is off by.",
      place: .inOrder(reference)))

  /// Pulses to a training loss.
  public static let pulsesToLoss = Self(
    headings: ["zero_shifting": "N", "target": "target loss"],
    columns: [
      .paperCyclesToLoss, .cyclesToLoss, .pulsesToLoss, .calibrationPulses, .epochsToLoss, .loss,
    ],
    notes: [
      "N: pulses of zero-shifting a cell. As the paper counts: N and one train of full length a mini-batch. Cycles of an "
        + "array: N and the slots in time of all trains, one a sample, on its gradients' array. Pulses of all cells: what "
        + "the device was pulsed with, both arrays, calibration and training.",
      "Means over the seeds that reach the loss, with how many do where not all; the others have no number.",
    ],
    figure: .init(
      x: .logarithmic("Pulses of zero-shifting a cell"),
      y: .logarithmic("Pulses to the loss, as in the paper"),
      column: .paperCyclesToLoss,
      caption: "Dashed: E-RIDER on the same cells. Curves end where no seed reaches the loss.",
      place: .at { $0["zero_shifting"].flatMap { $0 > 0 ? $0 : nil } },
      series: { trial in
        let readOut = trial.rule.hasSuffix("last") ? "last state" : "mean"
        return "\(TrainingStudyReport.plain(trial["states"] ?? 0)) states, \(readOut)"
      }))

  /// E-RIDER against the probability of a flip.
  public static let chopping = Self(
    headings: referenceHeadings, columns: [.accuracy, .loss, .fastPulses, .slowPulses, .flips],
    notes: [
      "Probability 0 is RIDER, whose average has a gain of its own: with the gain of a half-period, 1, nothing would "
        + "ever be written."
    ],
    figure: .init(
      x: .logarithmic("Probability of a flip at a visit"),
      y: Axis("Training loss of the last epoch"), column: .loss,
      caption: "Probability 0 stands at .00125.",
      place: .at { $0["probability"].map { $0 > 0 ? $0 : 0.00125 } },
      series: { "reference off by \(reference($0))" }))

  /// Accuracy against arrays of a weight.
  public static let tiles = Self(
    columns: [.accuracy, .loss, .allPulses, .reads],
    figure: .init(
      x: Axis("Arrays of a weight", isCount: true), y: Axis("Test images classified rightly (%)"),
      column: .accuracy, caption: "Cells with soft bounds in [-1, 1], a perfect periphery.",
      place: .at { $0["tiles"] },
      series: { "\($0.rule), \(TrainingStudyReport.plain($0["states"] ?? 0)) states" }))

  private static let referenceHeadings = [
    "reference_mean": "reference mean", "reference_deviation": "deviation",
  ]

  private static func reference(_ trial: TrainingTrial) -> String {
    "\(TrainingStudyReport.plain(trial["reference_mean"] ?? 0)) ± "
      + TrainingStudyReport.plain(trial["reference_deviation"] ?? 0)
  }
}
