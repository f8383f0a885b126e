import DeviceContract
import Foundation

/// The ledgers of the other chips here: a board carries one chip after the other.
struct OtherChips: Sendable {
  let home: LedgerHome
  let except: String?

  /// Whether one of them accounts for all that a device has fired, so that another chip may go on from
  /// there.
  func account(for standing: DeviceStanding, of device: any PulseDevice) -> Bool {
    let serialNumber = device.capabilities.identity.serialNumber
    return home.chips.contains { name in
      guard name != except, let path = try? home.ledger(ofChip: name),
        let state = try? LedgerReader(path).state(),
        let board = state.boards[serialNumber], state.open.isEmpty,
        let history = standing.history
      else { return false }
      return history.epoch == board.epoch && history.last == board.lastNumber
        && board.odometer.map { OdometerDigests(of: $0.counts) } == standing.digests
    }
  }
}
