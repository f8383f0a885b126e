import DeviceContract
import Foundation
import PhysicalUnits
import ResponseModels
import Testing

@testable import SimulatedCrossbar

/// What is left of a chip whose process is killed, at every instant that matters.
@Suite struct CrashTests {
  /// A step of a campaign: what is done, and the trains that show the states at which it may stop.
  enum Act: Sendable, CustomStringConvertible {
    case train(PulseTrain.Pattern, CellRegion, BiasScheme, reads: Int?, stops: [Int])
    case refused
    case read, set, decay, diffuse, reset, drift

    var description: String {
      switch self {
      case .train(let pattern, _, let scheme, let reads, _):
        "\(pattern) \(scheme) reads \(reads ?? 0)".prefix(60).description
      case .refused: "refused"
      case .read: "read"
      case .set: "set"
      case .decay: "decay"
      case .diffuse: "diffuse"
      case .reset: "reset"
      case .drift: "drift"
      }
    }

    /// Does the act, or only the first steps of its train.
    func run(on chip: SimulatedCrossbar, steps: Int? = nil) async throws {
      switch self {
      case .train(let pattern, let region, let scheme, let reads, _):
        var train = chip.train(pattern, on: region, scheme: scheme, reads: reads)
        let all = train.steps
        if let steps {
          train = train.first(steps: steps)
          // The whole train reads after its last step as well; a part that stops before does not.
          if let reads, steps % reads != 0, steps < all { train.reads = nil }
        }
        _ = try await chip.apply(train)
      case .refused:
        var train = chip.train(.uniform(.up, count: 3))
        train.shape.amplitude += train.shape.amplitude
        await #expect(throws: DeviceError.self) { try await chip.apply(train) }
      case .read: _ = try await chip.read(ReadRequest(region: Self.corner, averages: 3))
      case .set:
        try await chip.setStates(
          (0..<Self.corner.count).map { Float($0) * 0.01 }, of: Self.corner)
      case .decay: try await chip.undergo(.decay(strength: 0.5))
      case .diffuse: try await chip.undergo(.diffuse)
      case .reset: try await chip.undergo(.reset)
      case .drift: try await chip.undergo(.drift(seconds: 100))
      }
    }

    static let corner = CellRegion(rows: 1..<4, columns: 2..<19)
    static let cell = CellRegion.cell(row: 3, column: 17)
  }

  static let outer = PulseTrain.Pattern.outerProduct(
    rowLines: [
      BitLine(slots: [0, 3]), BitLine(isNegative: true, slots: [1, 2, 3]), BitLine(slots: []),
    ],
    columnLines: (0..<17).map { BitLine(isNegative: $0 % 3 == 0, slots: [$0 % 4, 3]) }, slots: 4)

  static let acts: [Act] = [
    .train(.uniform(.up, count: 7), Act.cell, .halfVoltage, reads: nil, stops: [0, 7]),
    .train(.uniform(.down, count: 6), Act.corner, .thirdVoltage, reads: 2, stops: [0, 2, 4, 6]),
    // Reads in the middle of pairs: a part goes on to the end of its pair.
    .train(.alternating(pairs: 3), Act.corner, .floating, reads: 1, stops: [0, 2, 4, 6]),
    .train(.alternating(pairs: 6), Act.corner, .halfVoltage, reads: 3, stops: [0, 6, 12]),
    .train(
      .counts((0..<51).map { Int16($0 % 7 - 3) }), Act.corner, .halfVoltage, reads: 2,
      stops: [0, 2, 3]),
    .train(outer, Act.corner, .halfVoltage, reads: 2, stops: [0, 2, 4]),
    .refused, .read, .set, .decay, .diffuse, .reset, .drift,
  ]

  private func settings(
    _ state: String? = nil, isDisturbed: Bool = false
  ) throws -> SimulatorSettings {
    var settings = try chipSettings(state: state)
    if isDisturbed { (settings.halfSelectDisturb, settings.relaxation) = (0.01, 100) }
    settings.device.model.lifetime = 30
    settings.device.model.diffusion = 0.01
    settings.device.model.driftNu = 0.1
    settings.device.model.driftNuStd = 0.1
    return settings
  }

  /// Some life before the act, so that nothing is 0; drift included, so that its memory is in use.
  private func live(_ chip: SimulatedCrossbar) async throws {
    _ = try await chip.apply(chip.train(.uniform(.up, count: 5)))
    try await chip.undergo(.drift(seconds: 10))
    _ = try await chip.apply(chip.train(.alternating(pairs: 2), on: Act.cell))
    _ = try await chip.read(ReadRequest(region: chip.capabilities.whole()))
  }

  /// What is seen of a chip that lives through what a file has lived through; its sample counters show in
  /// the noise of a reading.
  private func observe(_ chip: SimulatedCrossbar) async throws -> (ChipState, Reading) {
    let state = try await ChipState(chip)
    return (state, try await chip.read(ReadRequest(region: chip.capabilities.whole())))
  }

  @Test(arguments: acts.indices, [1, 8])
  func everyInstantIsWhole(act number: Int, roundsPerChange rounds: Int) async throws {
    try await everyInstantIsWhole(number, rounds, isDisturbed: false)
  }

  /// The same where a train moves all cells of the tile, and a read too.
  @Test(arguments: acts.indices)
  func everyInstantIsWholeWhereStatesMove(act number: Int) async throws {
    try await everyInstantIsWhole(number, 1, isDisturbed: true)
  }

  private func everyInstantIsWhole(
    _ number: Int, _ rounds: Int, isDisturbed: Bool
  ) async throws {
    func settings(_ state: String? = nil) throws -> SimulatorSettings {
      try self.settings(state, isDisturbed: isDisturbed)
    }
    let act = Self.acts[number]
    let scratch = try Scratch()
    let path = scratch.path("chip")
    let snapshots = Snapshots(of: path, in: scratch)
    // Made and put away, so that the instants of the act are the only ones.
    try await live(try SimulatedCrossbar(settings(path)))
    let chip = try SimulatedCrossbar(settings(path), watch: snapshots.take)
    await chip.set(roundsPerChange: rounds)
    try await act.run(on: chip)
    let epoch = try await chip.history().epoch

    // The states at which it may have stopped, from chips that never saw a file.
    var allowed: [(ChipState, Reading)] = []
    var untouched = try SimulatedCrossbar(settings())
    try await live(untouched)
    allowed.append(try await observe(untouched))
    var stops: [Int] = if case .train(_, _, _, _, let stops) = act { stops } else { [] }
    // All of these trains are short enough to be one change.
    if rounds > 1, let last = stops.last { stops = [0, last] }
    for stop in stops {
      untouched = try SimulatedCrossbar(settings())
      try await live(untouched)
      try await act.run(on: untouched, steps: stop)
      allowed.append(try await observe(untouched))
    }
    if stops.isEmpty {
      untouched = try SimulatedCrossbar(settings())
      try await live(untouched)
      try await act.run(on: untouched)
      allowed.append(try await observe(untouched))
    }

    var seen = Set<Int>()
    var latest = 0
    #expect(snapshots.names.count >= 2)
    for (instant, name) in snapshots.names.enumerated() {
      let left = try SimulatedCrossbar(settings(snapshots.file(instant)))
      var found = try await observe(left)
      #expect(found.0.isConsistent, "\(act), instant \(instant): \(name)")
      #expect(found.0.history.epoch == epoch)
      // The digest of a part of a train differs from that of the train; memory in RAM has its own epoch.
      let match = allowed.firstIndex { wanted in
        found.0.history.epoch = wanted.0.history.epoch
        if found.0.outcomes.count == wanted.0.outcomes.count, wanted.0.outcomes.count > 2 {
          found.0.outcomes[2].digest = wanted.0.outcomes[2].digest
        }
        return found.0 == wanted.0 && found.1 == wanted.1
      }
      guard let match else {
        Issue.record("\(act), instant \(instant) (\(name)): a state that no whole part leaves")
        continue
      }
      #expect(match >= latest, "\(act): the chip went back at instant \(instant)")
      latest = match
      seen.insert(match)
    }
    // Every allowed state is reached, the last one included; a train is never taken back once taken.
    #expect(seen.contains(allowed.count - 1))
    if !stops.isEmpty { #expect(seen == Set(allowed.indices)) }
    print("\(act): \(snapshots.names.count) instants, \(seen.count) states")
  }

  /// Being killed while a change is taken back does no harm either.
  @Test func beingKilledInRecoveryIsRecovered() async throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    let snapshots = Snapshots(of: path, in: scratch)
    try await live(try SimulatedCrossbar(settings(path)))
    let before = try await ChipState(try SimulatedCrossbar(settings(path)))
    let chip = try SimulatedCrossbar(settings(path), watch: snapshots.take)
    _ = try await chip.apply(chip.train(.uniform(.down, count: 9), on: Act.corner))
    let middle = try #require(snapshots.names.firstIndex(of: "half of the rows"))
    let again = Snapshots(of: snapshots.file(middle), in: try Scratch())
    let recovered = try SimulatedCrossbar(settings(snapshots.file(middle)), watch: again.take)
    let wanted = try await ChipState(recovered)
    #expect(again.names.count > 5 && again.names.last == "put back")
    for instant in again.names.indices {
      let left = try await ChipState(try SimulatedCrossbar(settings(again.file(instant))))
      #expect(left == wanted, "\(again.names[instant])")
      #expect(left.states == before.states && left.counts == before.counts)
      #expect(left.history.last == before.history.last + 1)
      #expect(left.outcomes.last?.steps == 0 && left.outcomes.last?.fired == PulseTotals())
    }
  }

  /// The instants prove something: without the undo area the half-computed train would be found.
  @Test func aHalfComputedTrainIsInTheFile() async throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    let snapshots = Snapshots(of: path, in: scratch)
    let chip = try SimulatedCrossbar(settings(path), watch: snapshots.take)
    _ = try await chip.apply(chip.train(.uniform(.down, count: 9), on: Act.corner))
    let middle = try #require(snapshots.names.firstIndex(of: "half of the rows"))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: snapshots.file(middle)))
    let layout = ChipLayout(
      tiles: 1, rows: 6, columns: 20,
      settingsBytes: ChipSettings(try settings(path)).text.utf8.count, hasUndo: true)
    #expect(bytes[layout.undo] > 0)
    bytes[layout.undo] = 0
    try bytes.write(to: URL(fileURLWithPath: snapshots.file(middle)))
    let broken = try await ChipState(try SimulatedCrossbar(settings(snapshots.file(middle))))
    #expect(!broken.isConsistent)
  }
}
