import DeviceContract
import PhysicalUnits

extension MeteredDevice {
  /// Answers trains from the interrupted run as far as it came, and fires the rest.
  func goOn(with trains: [PulseTrain]) async throws(DeviceError) -> [Receipt] {
    var receipts: [Receipt] = []
    for (place, train) in trains.enumerated() {
      guard replay != nil else {
        return receipts + (try await fire(Array(trains[place...])))
      }
      receipts.append(try await goOn(with: train))
    }
    return receipts
  }

  /// A train that was interrupted is followed in the ledger by its rest, once that was fired.
  private func goOn(with train: PulseTrain) async throws(DeviceError) -> Receipt {
    var asked = train
    asked.shape = try capabilities.check(train)
    var left = [asked]
    var sum: Receipt?
    while let next = left.first, let answer = try take(next) {
      left = answer.rest + left.dropFirst()
      let footprint = try books.reserve(next)
      _ = books.book(answer.receipt, of: footprint)
      sum = sum.map { $0 + answer.receipt } ?? answer.receipt
    }
    for receipt in left.isEmpty ? [] : try await fire(left) {
      sum = sum.map { $0 + receipt } ?? receipt
    }
    var whole = sum ?? Receipt(fired: PulseTotals(), shape: asked.shape)
    // All of it is fired by now, in however many parts.
    if whole.uncertain == 0 { whole.cells = nil }
    return whole
  }

  /// Answers a read from the interrupted run, if it came to it.
  func answer(_ request: ReadRequest) throws(DeviceError) -> Reading? {
    let reading = try replay?.take(request)
    if let reading {
      books.count(reading)
      books.account.time += reading.duration
    }
    noteReplay()
    return reading
  }

  private func take(_ train: PulseTrain) throws(DeviceError) -> RunReplay.Answer? {
    let answer = try replay?.take(train)
    noteReplay()
    return answer
  }

  private func noteReplay() {
    guard let replay else { return }
    replayed = replay.summary
    if replay.isAtEnd { self.replay = nil }
  }
}

extension Receipt {
  /// One receipt for two parts of a train.
  fileprivate static func + (first: Receipt, second: Receipt) -> Receipt {
    var sum = second
    sum.fired += first.fired
    sum.uncertain += first.uncertain
    sum.readings = first.readings + second.readings
    sum.duration += first.duration
    sum.energy = first.energy.flatMap { part in second.energy.map { part + $0 } }
    return sum
  }
}
