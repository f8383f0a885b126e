import Dispatch
import Foundation
import ReproducibleNoise
import ResponseModels

/// Where the hidden parameters of a tile come from: drawn from the model, or given.
///
/// They are made row by row whenever they are needed, because all of them at once would take several
/// times the memory of the crossbar.
struct CellSource: Sendable {
  let tile: Int
  let settings: SimulatorSettings
  /// The model with its derived parameters.
  let model: DeviceModel

  init(tile: Int, settings: SimulatorSettings, model: DeviceModel) {
    self.tile = tile
    self.settings = settings
    self.model = model
  }

  /// The cells of a row.
  func row(_ row: Int) -> [Cell] {
    if let given = settings.cells {
      return Array(given.cells[row * given.columns..<(row + 1) * given.columns])
    }
    return model.sampleRow(row, columns: settings.columns, tile: tile, seed: settings.seed)
  }

  /// The weight of a cell at the start.
  func start(row: Int, column: Int) -> Double {
    settings.cells?.start?[row * settings.columns + column] ?? settings.start
  }

  /// The pulses after which a cell no longer moves.
  func life(row: Int, column: Int) -> UInt32 {
    // Streams far from those of the hidden parameters.
    let place = UInt64(0xFF) << 56 | UInt64(tile) << 48 | UInt64(row) << 24 | UInt64(column)
    var random = RandomStream(seed: settings.seed, stream: place)
    let life = settings.endurance * exp(settings.enduranceDtod * random.gaussian())
    return UInt32(min(max(life, 0), Double(UInt32.max)))
  }

  /// Visits every row on all threads; a body may write to places of its own row.
  func forEachRow(_ body: @Sendable (_ row: Int, _ cells: [Cell]) -> Void) {
    let (rows, threads) = (settings.rows, min(settings.threads, settings.rows))
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for row in rows * thread / threads..<rows * (thread + 1) / threads {
        body(row, self.row(row))
      }
    }
  }
}
