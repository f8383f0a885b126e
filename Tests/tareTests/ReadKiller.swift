import Foundation
import PulseLedger
import Testing

/// Kills a command between a read and its record: the device has read, and the ledger does not know it.
struct ReadKiller {
  /// The run's ledger.
  let ledger: String
  /// How many records it has at least.
  let records: Int

  struct NotHit: Error {}

  /// Stops a process until the last thing that it has written down is a reading, and kills it there.
  func hit(_ process: pid_t) {
    ChipLab.wait { last >= records || !isAlive(process) }
    let deadline = Date().addingTimeInterval(20)
    var pause: UInt32 = 500
    while Date() < deadline, isAlive(process) {
      kill(process, SIGSTOP)
      ChipLab.wait { !isAlive(process) || state(of: process) == "T" }
      if endsInReading { break }
      kill(process, SIGCONT)
      usleep(pause)
      // Not always in the same step of the process.
      pause = 500 + (pause * 7 + 113) % 1_500
    }
    kill(process, SIGKILL)
  }

  /// Takes the last commit from the log of a killed process: what is left is what a kill a moment before leaves.
  func takeRecord() throws {
    let last = try LedgerReader(ledger).lastRecord()
    guard endsInReading else { throw NotHit() }
    let log = URL(fileURLWithPath: ledger + "-wal")
    let bytes = [UInt8](try Data(contentsOf: log))
    let header = 32
    let frame = 24 + number(bytes, at: 8)
    // A log that was begun anew has frames of the old one at its end, which carry another salt.
    let salt = bytes[16..<24]
    var ends: [Int] = []
    for start in stride(from: header, through: bytes.count - frame, by: frame) {
      guard bytes[start + 8..<start + 16] == salt else { break }
      if number(bytes, at: start + 4) != 0 { ends.append(start + frame) }
    }
    guard ends.count > 1 else { throw NotHit() }
    try Data(bytes.prefix(ends[ends.count - 2])).write(to: log)
    try? FileManager.default.removeItem(atPath: ledger + "-shm")
    #expect(try LedgerReader(ledger).lastRecord() == last - 1)
  }

  private var last: Int { (try? LedgerReader(ledger).lastRecord()) ?? 0 }

  private var endsInReading: Bool {
    var isReading = false
    try? LedgerReader(ledger).forEach(from: max(last, records)) { _, entry in
      if case .reading = entry.content { isReading = true }
      return true
    }
    return isReading
  }

  private func isAlive(_ process: pid_t) -> Bool {
    let state = state(of: process)
    return state != nil && state != "Z"
  }

  /// The letter that the system has for what a process does.
  private func state(of process: pid_t) -> Substring? {
    let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return text?.split(separator: ") ").last?.prefix(1)
  }

  /// An integer of SQLite's log, highest byte first.
  private func number(_ bytes: [UInt8], at place: Int) -> Int {
    bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
