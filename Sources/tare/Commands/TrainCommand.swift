import AnalogTraining
import ArgumentParser
import DeviceContract
import Foundation
import PulseLedger
import Reporting
import SimulatedCrossbar

/// `tare train`: a network trained through pulses on the arrays of a device.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a network through pulses on the arrays of a device.",
    discussion: """
      Each mini-batch becomes trains of stochastic bit lines on one array and single pulses on another, by the \
      update rule that is named. Every pulse takes the same road as all others: limits, ledger, audit.
        tare train --algorithm e-rider --data digits --out digits
        tare train --algorithm tt-v2 --data digits --device 'sim:reram-hfo2?tiles=2&tile0.reference_mean=0.4'
        tare train --algorithm agad --data MNIST-FOLDER --network 784-256-128-10 --epochs 10
        tare train --algorithm e-rider --data digits --device terminal:/dev/pts/3 --expect reram-hfo2

      Without --device it is sim:reram-hfo2, with as many tiles and lines as the network needs. \
      --data is digits (8 x 8, shipped with Tare), a folder with the files of MNIST, or a CSV file whose last \
      column is the class. The run folder holds run.json, ledger.sqlite, epochs.csv, maps and figures. A run that \
      was interrupted, killed or stopped by a budget goes on where it stood when the same command is given again, \
      if the device has kept its state (sim:...?state=FILE); a budget may be larger then, and so may --epochs, also \
      of a run that had come to its end.
      """)

  @OptionGroup var rule: RuleOptions

  @Option(help: "What is learnt: digits, a folder with the files of MNIST, or a CSV file.")
  var data = "digits"

  @Option(help: "Sizes of layers such as 64-32-10, or lenet5. [64-32-10; 784-256-128-10 for MNIST]")
  var network: String?

  @Option(help: "What stands between layers: sigmoid, tanh or relu. [sigmoid; tanh for lenet5]")
  var activation: ActivationName?

  @Option(help: "Passes over the data. [60 for digits, 10 for others]")
  var epochs: Int?

  @Option(help: "Images of a mini-batch.")
  var batch = 10

  @Option(help: "The learning rate of the digital biases.")
  var biasRate: Float = 0.1

  @Option(help: "How that rate changes: constant, step:0.5/30 or exp:0.97.")
  var schedule = "constant"

  @Option(
    help: """
      What stands between numbers and arrays: paper (seven bits in, nine out, noise .06) or ideal, over weights that \
      are read back; or board, where the arrays make the products themselves.
      """)
  var periphery = PeripheryName.paper

  @Flag(
    help: """
      Read all that the network sees again at the beginning of each epoch, and not only lines that fired: for cells that \
      disturb each other, relax or drift.
      """)
  var reread = false

  @OptionGroup var tracking: TrainingReferenceOptions

  @OptionGroup var options: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "What is expected of the cells: a preset or a device file. [what sim: simulates]",
      discussion: "A board reports nothing about responses, so that it needs this.",
      valueName: "preset or file"))
  var expect: String?

  @Option(help: "Samples averaged into each read.")
  var averages = 1

  @Option(
    help: ArgumentHelp(
      "How often what was learnt is kept in the run folder. [once in 30 s and after each epoch]",
      valueName: "mini-batches"))
  var checkpoint: Int?

  @OptionGroup var limiting: LimitOptions

  @OptionGroup var chipping: ChipOptions

  @Flag(
    help: "Say what it would cost, by a rehearsal on a simulator of such cells; nothing is fired.")
  var dryRun = false

  @Option(name: .shortAndLong, help: "The run folder to write.")
  var out: String?

  @Flag(help: "Replace a run folder that exists.")
  var force = false

  @OptionGroup var output: OutputOptions

  enum ActivationName: String, ExpressibleByArgument, CaseIterable {
    case sigmoid, tanh, relu
  }

  enum PeripheryName: String, ExpressibleByArgument, CaseIterable {
    case paper, ideal, board
  }

  func run() async throws {
    try await reporting {
      if let checkpoint, checkpoint < 1 {
        throw CommandFailure(.usage, "--checkpoint is \(checkpoint): counts from 1 on are possible")
      }
      guard checkpoint == nil || out != nil else {
        throw CommandFailure(.usage, "--checkpoint: without --out there is no folder to keep it in")
      }
      let training = try Training(self)
      let bench = try limiting.resolved(chip: try chipping.name())
      try await training.options.withDevice(training.size) { opened in
        try await run(training, on: opened, bench)
      }
    }
  }

  private func run(
    _ training: Training, on opened: OpenedDevice, _ bench: LimitOptions.Resolved
  ) async throws {
    var settings = training.settings
    settings.seed = opened.seed
    try tracking.apply(to: &settings, on: opened.capabilities)
    // Before there is a folder: what cannot be must leave none behind.
    try training.check(settings, on: opened)
    for note in try settings.notes(images: training.data.train.count) { output.talk.say(note) }
    try opened.capabilities.check(
      ReadRequest(region: opened.capabilities.whole(), averages: averages))
    let campaign = TrainingCampaign(settings, data: training.data.train, test: training.data.test)
    var plan = RunSession.Plan(
      limits: bench.limits, chip: bench.chip, home: chipping.home, out: out, replaces: force,
      algorithm: "train-" + settings.rule.name,
      settings: try record(settings, training, opened, chip: bench.chip)
        .merging(tracking.record()) { $1 })
    plan.mayGrow = "epochs"
    if settings.multipliesOnDevice {
      do {
        _ = try await settings.checkProducts(on: MeteredDevice(opened.device))
      } catch {
        let failure = CommandFailure(error)
        throw CommandFailure(failure.status, "--periphery board: \(failure.message)")
      }
    }
    if dryRun { return try await rehearse(campaign, training.expected, on: opened, plan) }
    let course = TrackingCourse(opened, epochs: settings.epochs)
    try await Interruption.watching { interruption in
      try await PulsingRun(
        plan: plan, output: output,
        fire: { run, progress in
          let file = TrainingCheckpointFile(run, course: course, every: checkpoint)
          let result = try await campaign.run(
            on: run.device, from: try await file.earlier(),
            keep: { try await file.keep($0, $1) },
            ended: { progress(try await course.add($0, on: run.device)) })
          if let restart = result.restart {
            output.talk.say(
              "what was read after the checkpoint at mini-batch \(restart.step) was not kept, so that the training "
                + "went on from there with the cells as they were; the pulses that came after it count"
            )
          }
          return result
        },
        stoppedBy: \.stoppedBy,
        extent: { "stopped after \($0.trainer.step) mini-batches" },
        report: { run, result in
          TrainingReport(
            device: opened.capabilities.identity, result: result, data: training.data.train.name,
            layers: try await course.layers(result.trainer, on: run.device),
            course: await course.errors, account: await run.device.account, run: run.mark,
            finished: Date())
        },
        failure: { result in
          result.failedBy.map { error in
            let failure = CommandFailure(error)
            return CommandFailure(
              failure.status,
              "failed after \(result.trainer.step) mini-batches, with outputs parked; what was learnt is kept: "
                + failure.message)
          }
        },
        isWhole: { $0.failedBy == nil }
      ).carryOut(on: opened.device, interruption)
    }
  }

  private func rehearse(
    _ campaign: TrainingCampaign, _ expected: SimulatorSettings, on opened: OpenedDevice,
    _ plan: RunSession.Plan
  ) async throws {
    let device = MeteredDevice(
      opened.device, limits: plan.limits, lifetime: try RunSession.past(of: opened.device, plan))
    let talk = output.talk
    defer { talk.endProgress() }
    let found = try await TrainingRehearsal(campaign: campaign, expected: expected).plan(on: device)
    { talk.progress($0) }
    talk.endProgress()
    if output.json { try output.printJSON(found) } else { try output.write(found.text) }
    guard !found.fits else { return }
    throw CommandFailure(.checkFailed, "the expected case exceeds a limit; nothing was fired")
  }

  /// What decides the result; limits do not, since they end a run and change nothing of it.
  private func record(
    _ settings: TrainingSettings, _ training: Training, _ opened: OpenedDevice, chip: String?
  ) -> [String: String] {
    [
      "algorithm": settings.rule.name, "rule": settings.rule.summary, "data": data,
      "data digest": String(training.data.train.digest ^ training.data.test.digest &* 3, radix: 16),
      "network": settings.network.text, "epochs": "\(settings.epochs)", "batch": "\(batch)",
      "bias rate": "\(biasRate)", "schedule": settings.schedule.description,
      "periphery": periphery.rawValue, "averages": "\(averages)",
      "reread": reread ? "each epoch" : "what fired", "device": opened.record,
      "chip": chip ?? "of the device", "seed": "\(opened.seed)",
      "granularity": "\(settings.granularity)", "tare": TareCommand.version,
    ].merging(rule.record(settings)) { one, _ in one }
  }
}
