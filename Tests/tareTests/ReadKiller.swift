import Foundation
import PulseLedger
import Testing

/// Kills a command between a read and its record: the device has read, and the ledger does not know it.
struct ReadKiller {
  /// The run's ledger.
  let ledger: String
  /// How many records it has at least.
  let records: Int

  /// Gives a command and stops it until the last thing that it has written down is a reading; kills it there, and
  /// takes the record.
  ///
  /// - Returns: whether it was hit: the command may come to its end before that.
  func kill(_ command: [String]) throws -> Bool {
    var isHit = false
    let outcome = try Command.run(command) { process in
      isHit = stop(process)
      Foundation.kill(process, SIGKILL)
    }
    guard isHit, outcome.status == SIGKILL else { return false }
    return try takeRecord()
  }

  private func stop(_ process: pid_t) -> Bool {
    let deadline = Date().addingTimeInterval(20)
    // What comes before the first records is not looked at so closely.
    while Date() < deadline, isAlive(process), last < records { usleep(500) }
    var pause: UInt32 = 200
    while Date() < deadline, isAlive(process) {
      // Not always in the same step of the process.
      usleep(pause)
      pause = 200 + (pause * 7 + 113) % 900
      Foundation.kill(process, SIGSTOP)
      while Date() < deadline, isAlive(process), state(of: process) != "T" { usleep(100) }
      if isAlive(process), endsInReading { return true }
      Foundation.kill(process, SIGCONT)
    }
    return false
  }

  /// Takes the last commit from the log of a killed process: what is left is what a kill a moment before leaves.
  private func takeRecord() throws -> Bool {
    let last = try LedgerReader(ledger).lastRecord()
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
    guard ends.count > 1 else { return false }
    try Data(bytes.prefix(ends[ends.count - 2])).write(to: log)
    try? FileManager.default.removeItem(atPath: ledger + "-shm")
    return try LedgerReader(ledger).lastRecord() == last - 1
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
