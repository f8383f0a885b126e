import DeviceContract
import PulseLedger
import Reporting
import SimulatedCrossbar

/// States of all cells on the way through a pulse program.
struct Trajectory: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let pulse: Int
    /// What led here: "start", "up", "down", or the name of an event.
    let after: String
    let weights: [Float]
  }

  let rows: Int
  let columns: Int
  private(set) var entries: [Entry] = []
  /// Why the program ended early, if it did.
  private(set) var stoppedBy: String?

  /// Runs the program on the metered road, and keeps what there is if it is cancelled.
  static func record(
    _ program: PulseProgram, on simulator: SimulatedCrossbar, every: Int
  ) async throws -> Trajectory {
    let capabilities = simulator.capabilities
    let region = capabilities.whole()
    let device = MeteredDevice(simulator)
    var trajectory = Trajectory(rows: capabilities.rows, columns: capabilities.columns)
    var pulse = 0
    let first = try await device.read(ReadRequest(region: region))
    trajectory.entries.append(Entry(pulse: 0, after: "start", weights: first.weights))
    for step in program.steps {
      for (pattern, count) in patterns(of: step) {
        let train = PulseTrain(
          region: region, pattern: pattern, shape: capabilities.nominalShape,
          reads: .init(everySteps: every), cause: .characterize)
        let (readings, stop) = try await fire(train, on: device)
        trajectory.stoppedBy = stop
        for reading in readings {
          let up =
            switch pattern {
            case .uniform(let polarity, _): polarity == .up
            default: reading.afterSteps % 2 == 1
            }
          trajectory.entries.append(
            Entry(
              pulse: pulse + reading.afterSteps, after: up ? "up" : "down",
              weights: reading.weights))
        }
        if trajectory.stoppedBy != nil { return trajectory }
        pulse += count
      }
      if case .event(let event, let count) = step {
        for _ in 0..<count {
          if Task.isCancelled {
            trajectory.stoppedBy = "the program was cancelled"
            return trajectory
          }
          try await simulator.undergo(event)
          let reading = try await device.read(ReadRequest(region: region))
          trajectory.entries.append(
            Entry(pulse: pulse, after: event.name, weights: reading.weights))
        }
      }
    }
    return trajectory
  }

  /// The readings of a train, and why it stopped early if it was cancelled.
  private static func fire(
    _ train: PulseTrain, on device: MeteredDevice
  ) async throws -> (readings: [Reading], stoppedBy: String?) {
    do {
      return (try await device.apply(train).readings, nil)
    } catch {
      if error.code == .interrupted {
        return (error.partial?.readings ?? [], error.explanation)
      }
      throw error
    }
  }

  private static func patterns(
    of step: PulseProgram.Step
  ) -> [(PulseTrain.Pattern, count: Int)] {
    switch step {
    case .pulses(let polarity, let count): return [(.uniform(polarity, count: count), count)]
    case .alternating(let count):
      let pairs = (PulseTrain.Pattern.alternating(pairs: count / 2), count / 2 * 2)
      return count % 2 == 0 ? [pairs] : [pairs, (.uniform(.up, count: 1), 1)]
    case .event: return []
    }
  }

  /// One line an entry, one column a cell.
  func table() throws -> CSVTable {
    var columns: [CSVTable.Column] = [.init("pulse"), .init("after")]
    for row in 0..<rows {
      for column in 0..<self.columns { columns.append(.init("w_r\(row)_c\(column)")) }
    }
    var table = CSVTable(columns: columns)
    for entry in entries {
      var fields: [CSVField] = [.integer(entry.pulse), .text(entry.after)]
      fields += entry.weights.map { .number($0) }
      try table.append(fields)
    }
    return table
  }
}

extension SimulatedCrossbar.Event {
  fileprivate var name: String {
    switch self {
    case .decay: "decay"
    case .diffuse: "diffuse"
    case .drift: "drift"
    case .reset: "reset"
    }
  }
}
