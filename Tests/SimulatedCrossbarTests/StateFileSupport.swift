import DeviceContract
import Foundation
import ResponseModels
import Synchronization

@testable import SimulatedCrossbar

/// A folder that goes away with its owner.
final class Scratch: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tare-state-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// Copies of a state file, one for each instant at which it must be right: what a process that is killed
/// there leaves behind.
final class Snapshots: Sendable {
  let scratch: Scratch
  let path: String
  private let points = Mutex<[String]>([])

  init(of path: String, in scratch: Scratch) { (self.path, self.scratch) = (path, scratch) }

  /// The names of the instants so far.
  var names: [String] { points.withLock { $0 } }

  func file(_ number: Int) -> String { scratch.path("snapshot-\(number)") }

  @Sendable func take(_ point: StaticString) {
    points.withLock { points in
      let target = file(points.count)
      // Read and written, not cloned: a mapping and the file are one.
      if let data = FileManager.default.contents(atPath: path) {
        _ = FileManager.default.createFile(atPath: target, contents: data)
      }
      points.append("\(point)")
    }
  }
}

/// Everything that can be asked of a chip.
struct ChipState: Equatable {
  var states: [[Float]] = []
  var counts: [CellCounts] = []
  var exposures: [[UInt32]] = []
  var history: DeviceHistory
  var outcomes: [JournaledOutcome] = []

  init(_ chip: SimulatedCrossbar) async throws {
    history = try await chip.history()
    for tile in 0..<chip.capabilities.tiles {
      let whole = chip.capabilities.whole(tile: Tile(tile))
      states.append(try await chip.states(of: whole))
      counts.append(try await chip.odometer(of: whole))
      exposures.append(try await chip.exposures(of: whole))
    }
    for number in history.oldestKept..<history.last + 1 {
      if let outcome = try await chip.outcome(of: number) { outcomes.append(outcome) }
    }
  }

  /// Whether counters, sums and journal tell one story.
  var isConsistent: Bool {
    let cells = counts.reduce(PulseTotals()) { $0 + $1.totals }
    let journal = outcomes.reduce(PulseTotals()) { $0 + $1.fired }
    return cells == history.pulses && (history.oldestKept > 1 || journal == history.pulses)
      && outcomes.map(\.number) == Array(history.oldestKept..<history.last + 1)
  }
}

func chipSettings(
  _ preset: String = "reram-sb", rows: Int = 6, columns: Int = 20, tiles: Int = 1,
  seed: UInt64 = 11, state: String? = nil
) throws -> SimulatorSettings {
  var settings = SimulatorSettings(device: DeviceDescription(try Preset.named(preset)))
  (settings.rows, settings.columns, settings.tiles) = (rows, columns, tiles)
  (settings.seed, settings.state) = (seed, state)
  return settings
}

extension SimulatedCrossbar {
  nonisolated func train(
    _ pattern: PulseTrain.Pattern, on region: CellRegion? = nil,
    scheme: BiasScheme = .halfVoltage, reads: Int? = nil
  ) -> PulseTrain {
    PulseTrain(
      region: region ?? capabilities.whole(), pattern: pattern, shape: capabilities.nominalShape,
      scheme: scheme, reads: reads.map { .init(everySteps: $0) }, cause: .manual)
  }
}
