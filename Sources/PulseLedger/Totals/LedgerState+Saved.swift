import DeviceContract
import Foundation

extension LedgerState {
  /// Everything that a saved state holds.
  struct Saved {
    var count = 0
    var genesis: LedgerEntry.Genesis?
    var lastTime = LedgerTime(microseconds: .min)
    var shapes: [PulseShape] = []
    var campaign: LedgerEntry.Campaign?
    var board: String?
    var isConnected = false
    var boards: [String: BoardState] = [:]
    var open: [UInt64: OpenIntent] = [:]
    var tallies: [TallyKey: CellTally] = [:]
    var uncertain: [Int: [UInt32]] = [:]
    var exposures: [Int: [UInt32]] = [:]
    var days: [DayCause: PulseSums] = [:]
    var runs: [UUID: RunTotals] = [:]
    var adopted = 0
    var refusals = 0
    var counted = 0
  }
}
