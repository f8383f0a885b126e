import AnalogTraining
import BoardDriver
import DeviceContract
import Foundation
import PulseLedger
import ResponseModels
import SimulatedCrossbar

/// How long epochs take: on the simulator alone, with the run's ledger, and over a line to a board.
struct TrainingBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    if settings.runs("epoch") { try await epochs(&page) }
    if settings.runs("link") { try await links(&page) }
  }

  // MARK: Parts

  private func epochs(_ page: inout ResultsPage) async throws {
    let data = try Self.images(settings.trains > 1_000_000 ? 8_000 : 1_000)
    let network = try NetworkDescription(
      parsing: "784-256-128-10", image: data.shape, classes: data.classes)
    page.heading("An epoch of a fully connected network")
    page.text(
      """
      784-256-128-10, \(Spread.grouped(Double(data.count), digits: 0)) images in mini-batches of ten, cells of \
      `reram-hfo2`, settings as published. The images are noise in as many pixels as MNIST has ink in, 19 of 100: the \
      data set is not here, and how long a step takes depends on how many bit lines are idle. One thread; *processor* is \
      that of the whole process. The second epoch is measured, with the transfers of the first behind it.
      """)
    var rows: [[String]] = []
    var slowest = 0.0
    var digital: Double?
    for name in ["digital", "sgd", "tt-v2", "agad", "e-rider"] {
      guard let rule = RuleSettings(named: name) else { continue }
      var row = [name]
      for hasLedger in [false, true] where rule.arrays > 0 || !hasLedger {
        let epoch = try await epoch(rule, network, data, hasLedger: hasLedger)
        row += [
          Spread([epoch.time.wall]).text(in: .seconds),
          Spread.grouped(epoch.time.processor, digits: 2) + " s",
        ]
        if name == "digital" { digital = epoch.time.wall }
        if hasLedger, name == "e-rider" { slowest = epoch.time.processor }
        if hasLedger || rule.arrays == 0 {
          row += rule.arrays == 0 ? ["", ""] : []
          row += [
            Spread.grouped(epoch.trainsPerStep, digits: 1),
            digital.map { Spread.grouped(epoch.time.wall / $0, digits: 1) } ?? "",
          ]
        }
      }
      rows.append(row)
    }
    page.table(
      [
        "rule", "simulator alone", "processor", "with its ledger", "processor",
        "trains a mini-batch", "of the digital epoch",
      ], rows)
    page.target(
      "an epoch of 8,000 images with E-RIDER within 10 s on one core", holds: slowest < 10,
      measured: Spread.grouped(slowest, digits: 2) + " s of processor time for "
        + "\(Spread.grouped(Double(data.count), digits: 0)) images, with the ledger")
  }

  private func links(_ page: inout ResultsPage) async throws {
    let digits = try DataSet.named("digits").train
    let network = try NetworkDescription(
      parsing: "64-32-10", image: digits.shape, classes: digits.classes)
    guard let rule = RuleSettings(named: "e-rider")?.suitingDigits() else { return }
    page.heading("The digits over a line")
    page.text(
      """
      64-32-10 with E-RIDER on the 8 x 8 digits: an epoch of 143 mini-batches of ten, with the run's ledger. The board is \
      a thread of this process behind a pseudo-terminal, with the same simulator in it.
      """)
    var crossbar = try Self.crossbar(network, rule)
    (crossbar.rows, crossbar.columns) = (64, 64)
    var rows: [[String]] = []
    var alone = 0.0
    for (name, rate) in [
      ("simulator", nil), ("pseudo-terminal", nil), ("line of 3 Mbaud", 300_000.0),
    ] as [(String, Double?)] {
      let line =
        name == "simulator" ? nil : try await BoardLine.virtual(rate: rate, crossbar: crossbar)
      let board = try await line?.connect()
      let device: any PulseDevice
      if let board { device = board } else { device = try SimulatedCrossbar(crossbar) }
      let times = try await epochs(rule, network, digits, on: device, count: settings.repeats)
      await board?.close()
      await line?.stop()
      let spread = Spread(times.map(\.wall))
      if name == "simulator" { alone = spread.median }
      rows.append([
        name, spread.text(in: .seconds),
        Spread.grouped(1430 / spread.median, digits: 0) + "/s",
        Spread.grouped(spread.median / alone, digits: 2),
      ])
    }
    page.table(["device", "epoch", "images", "of the simulator's"], rows)
  }

  // MARK: Measuring

  private func epoch(
    _ rule: RuleSettings, _ network: NetworkDescription, _ data: DataSet, hasLedger: Bool
  ) async throws -> (time: Stopwatch, trainsPerStep: Double) {
    let simulator = try SimulatedCrossbar(try Self.crossbar(network, rule))
    let folder = try settings.scratch.folder()
    let session =
      hasLedger
      ? try await LedgerSession.connect(
        simulator, home: LedgerHome(path: folder), run: Road.run(in: folder),
        program: "tare-benchmarks") : nil
    let device: MeteredDevice
    if let session {
      device = MeteredDevice(simulator, journal: session.journal)
    } else {
      device = MeteredDevice(simulator, journal: ForgettingJournal())
    }
    var trainer = try Trainer(try Self.training(network, rule), on: device)
    try await trainer.prepare()
    try await trainer.runEpoch(data)
    let before = await device.account.trains
    let time = try await Stopwatch { try await trainer.runEpoch(data) }
    let trains = await device.account.trains - before
    try await session?.close(status: "finished")
    try FileManager.default.removeItem(atPath: folder)
    return (time, Double(trains) / Double(data.count / 10))
  }

  private func epochs(
    _ rule: RuleSettings, _ network: NetworkDescription, _ data: DataSet,
    on device: any PulseDevice, count: Int
  ) async throws -> [Stopwatch] {
    let folder = try settings.scratch.folder()
    let session = try await LedgerSession.connect(
      device, home: LedgerHome(path: folder), run: Road.run(in: folder),
      program: "tare-benchmarks")
    var trainer = try Trainer(
      try Self.training(network, rule), on: MeteredDevice(device, journal: session.journal))
    try await trainer.prepare()
    try await trainer.runEpoch(data)
    var times: [Stopwatch] = []
    for _ in 0..<count {
      times.append(try await Stopwatch { try await trainer.runEpoch(data) })
    }
    try await session.close(status: "finished")
    try FileManager.default.removeItem(atPath: folder)
    return times
  }

  private static func crossbar(
    _ network: NetworkDescription, _ rule: RuleSettings
  ) throws -> SimulatorSettings {
    var settings = SimulatorSettings(device: DeviceDescription(try Preset.named("reram-hfo2")))
    let shapes = network.weightShapes
    (settings.tiles, settings.rows, settings.columns) = (
      max(1, rule.arrays), Floorplan.rowsNeeded(shapes), shapes.map(\.columns).max() ?? 1
    )
    settings.threads = 1
    return settings
  }

  private static func training(
    _ network: NetworkDescription, _ rule: RuleSettings
  ) throws -> TrainingSettings {
    let model = DeviceDescription(try Preset.named("reram-hfo2")).model.resolved
    return TrainingSettings(
      network: network, rule: rule, granularity: Float(model.dwMin),
      range: Float(model.wMax - model.wMin))
  }

  /// Noise in the size of MNIST.
  private static func images(_ count: Int) throws -> DataSet {
    // Bits of a multiplicative hash: one pixel in five or so has ink.
    let values = (0..<count * 784).map { place in
      let hash = UInt64(place) &* 0x9E37_79B9_7F4A_7C15
      return hash >> 56 < 49 ? Float(hash >> 32 & 0xFFFF) / 0xFFFF : 0
    }
    return try DataSet(
      name: "noise", images: Matrix(rows: count, columns: 784, values: values),
      labels: (0..<count).map { $0 % 10 }, classes: 10, shape: ImageShape(height: 28, width: 28))
  }
}
