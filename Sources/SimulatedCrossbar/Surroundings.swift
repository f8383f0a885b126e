import CrossbarKernels
import DeviceContract
import Foundation
import PhysicalUnits

/// What the cells of a tile feel besides their own pulses, slot by slot: half-selected lines, and time.
///
/// The exposures of one step of a train act together and after its pulses, so that a train which is split leaves the
/// same bits. Each moves a cell by the mean step: noise belongs to pulses.
///
/// `@unchecked Sendable`: its buffers outlive the call that several threads share, and no two threads are given the
/// same row.
struct Surroundings: @unchecked Sendable {
  /// Voltage over half of the full one moves cells by this part of a step, and over a third by its power of 4/3: steps
  /// are exponential in the voltage (hopping of ions in a strong field).
  private static let thirdVoltagePower = 4.0 / 3

  private let slots: [crossbar_surroundings]
  private let first: Int
  /// Up and down for each row of the tile, up and down for each column of whole vectors; slot by slot.
  private let lines: CellBuffer<Int32>
  private let rest: CellBuffer<Float>
  private let remainders: CellBuffer<Float>

  /// Some time without pulses.
  init(_ seconds: Seconds, of tile: TileCells, settings: SimulatorSettings) {
    self.init(of: tile, settings: settings, scheme: .isolated, period: .zero, slots: 0..<1) {
      _, _, _, _, _, all in
      (all[0], all[1]) = (0, 0)
      return seconds
    }
  }

  /// Some steps of a train.
  init(
    _ train: PulseTrain, _ pulses: crossbar_pulses, steps: Range<Int>, of tile: TileCells,
    settings: SimulatorSettings
  ) {
    var pulses = pulses
    self.init(
      of: tile, settings: settings, scheme: train.scheme, period: train.shape.period.seconds,
      slots: steps
    ) { slot, rowUp, rowDown, columnUp, columnDown, all in
      crossbar_count_lines(&pulses, Int32(slot), rowUp, rowDown, columnUp, columnDown, all)
      return train.shape.period.seconds * Double(all[0] + all[1])
    }
  }

  private typealias Line = UnsafeMutablePointer<Int32>

  private init(
    of tile: TileCells, settings: SimulatorSettings, scheme: BiasScheme, period: Seconds,
    slots range: Range<Int>,
    count: (_ slot: Int, Line, Line, Line, Line, _ all: Line) -> Seconds
  ) {
    guard let rest = tile.rest, let remainders = tile.remainders else {
      preconditionFailure("a tile whose cells feel nothing has no surroundings")
    }
    (self.rest, self.remainders) = (rest, remainders)
    first = range.lowerBound
    let (rows, columns) = (tile.rows, tile.stride)
    let size = 2 * (rows + columns)
    lines = CellBuffer(count: size * range.count + 2, repeating: 0)
    let half = settings.halfSelectDisturb
    let third = half > 0 ? pow(half, Self.thirdVoltagePower) : 0
    let lines = lines
    slots = range.map { slot in
      let place = lines.pointer + size * (slot - range.lowerBound)
      let all = lines.pointer + size * range.count
      var around = crossbar_surroundings()
      let time = count(
        slot, place, place + rows, place + 2 * rows, place + 2 * rows + columns, all)
      switch scheme {
      case .isolated: break
      case .halfVoltage, .floating: around.line = Float(half)
      case .thirdVoltage: (around.line, around.elsewhere) = (Float(third), Float(third))
      }
      // 1 - exp(-x), which would be 0 in single precision for most slots.
      around.fade = Float(-expm1(-settings.relaxation * time.value))
      around.rest = UnsafePointer(rest.pointer)
      around.remainders = remainders.pointer
      around.row_up = UnsafePointer(place)
      around.row_down = UnsafePointer(place + rows)
      around.column_up = UnsafePointer(place + 2 * rows)
      around.column_down = UnsafePointer(place + 2 * rows + columns)
      (around.all_up, around.all_down) = (all[0], all[1])
      return around
    }
  }

  /// Lets the cells of some rows of the tile feel a slot.
  func settle(
    slot: Int, rows: Range<Int>, cells: UnsafePointer<crossbar_cells>,
    pulses: UnsafePointer<crossbar_pulses>
  ) {
    var around = slots[slot - first]
    crossbar_settle(
      cells, pulses, Int32(slot), &around, Int32(rows.lowerBound), Int32(rows.upperBound))
  }
}
