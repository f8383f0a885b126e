import DeviceContract
import Foundation

extension TrainOutcome {
  /// What a device's own journal says of a train whose outcome did not arrive.
  enum Remembered {
    /// It is known what became of the train.
    case outcome(TrainOutcome)
    /// The device was given another train under this number.
    case otherTrain
    /// The device no longer remembers it.
    case forgotten
  }

  /// Asks a device what became of a train.
  static func remembered(
    of train: PulseTrain, number: UInt64, by device: any JournaledDevice
  ) async throws(DeviceError) -> Remembered {
    if number > (try await device.history().last) { return .outcome(neverSent()) }
    guard let remembered = try await device.outcome(of: number) else { return .forgotten }
    if remembered.digest == train.digest { return .outcome(recovered(train, remembered)) }
    // A train of no pulses has used the number up.
    return remembered.fired.all + remembered.uncertain == 0 ? .outcome(neverSent()) : .otherTrain
  }

  private static func neverSent() -> TrainOutcome {
    TrainOutcome(
      status: .refused, fired: PulseTotals(), time: Date(),
      explanation: "never reached the device: the host or the link ended before")
  }

  /// What must be assumed where nothing tells: anything from no pulse to all of them.
  static func assumed(_ train: PulseTrain, because explanation: String) -> TrainOutcome {
    TrainOutcome(
      status: .uncertain, fired: PulseTotals(), uncertain: train.totals.all,
      cells: CellCounts(cells: train.region.count), time: Date(), explanation: explanation)
  }

  private static func recovered(
    _ train: PulseTrain, _ remembered: JournaledOutcome
  ) -> TrainOutcome {
    let clock = remembered.clock
    if remembered.uncertain == 0, remembered.fired == train.totals {
      return TrainOutcome(
        status: .fired, fired: train.totals, time: Date(), clock: clock,
        explanation: "found in the device's journal")
    }
    // A pair that broke off after its up pulse is counted pulse by pulse.
    let pairs = train.kind == .alternating ? remembered.steps / 2 * 2 : remembered.steps
    var cells = train.first(steps: pairs).cellCounts
    if pairs < remembered.steps { for cell in cells.up.indices { cells.up[cell] += 1 } }
    let sure = cells.totals
    // Where the device counts more than its whole steps, the rest is not known cell by cell.
    let uncertain = remembered.uncertain + max(0, remembered.fired.all - sure.all)
    return TrainOutcome(
      status: uncertain > 0 ? .uncertain : sure.all == 0 ? .refused : .partial, fired: sure,
      uncertain: uncertain, cells: cells, time: Date(), clock: clock,
      explanation: "found in the device's journal")
  }
}
