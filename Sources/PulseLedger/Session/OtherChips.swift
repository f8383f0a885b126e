import DeviceContract
import Foundation

/// The ledgers of the other chips here: a board carries one chip after the other.
struct OtherChips: Sendable {
  let home: LedgerHome
  let except: String?

  /// Whether they account for all that a device has fired, back to a number, so that another chip may go
  /// on from where it stands.
  ///
  /// The chip that was last on the device must agree with its odometer, and each chip must have begun
  /// where another one ended.
  ///
  /// - Parameter last: the last number that the asking chip knows, or nil if it was never on the device.
  func account(
    for standing: DeviceStanding, of device: any PulseDevice, since last: UInt64?
  ) -> Bool {
    guard let history = standing.history else { return false }
    let serialNumber = device.capabilities.identity.serialNumber
    var tenures: [BoardState.Tenure] = []
    var isLastKnown = false
    for name in home.chips where name != except {
      guard let path = try? home.ledger(ofChip: name),
        let state = try? LedgerReader(path).state(), state.open.isEmpty,
        let board = state.boards[serialNumber], board.epoch == history.epoch
      else { continue }
      tenures += board.tenures
      isLastKnown =
        isLastKnown
        || (board.lastNumber == history.last
          && board.odometer.map { OdometerDigests(of: $0.counts) } == standing.digests)
    }
    guard isLastKnown, let last else { return isLastKnown }
    var number = history.last
    while number > last {
      guard let tenure = tenures.first(where: { $0.last == number && $0.after < number }) else {
        return false
      }
      number = tenure.after
    }
    return number == last
  }
}
