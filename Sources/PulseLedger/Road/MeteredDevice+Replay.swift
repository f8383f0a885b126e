public import DeviceContract
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
    var parts: [(train: PulseTrain, receipt: Receipt)] = []
    while let next = left.first, let answer = try take(next) {
      left = answer.rest + left.dropFirst()
      let footprint = try books.reserve(next)
      _ = books.book(answer.receipt, of: footprint)
      parts.append((next, answer.receipt))
    }
    let receipts = left.isEmpty ? [] : try await fire(left)
    return Receipt(joining: parts + zip(left, receipts).map { ($0, $1) }, shape: asked.shape)
  }

  /// Takes what an interrupted run did up to a record for done, without its being asked for again: an algorithm goes on
  /// from there that kept what it knew by then.
  ///
  /// All of it counts for the limits of the campaign and in the account.
  ///
  /// - Parameter record: the last record in question; nil for all that the run did.
  /// - Throws: as ``apply(_:)-([PulseTrain])``, and where the ledger cannot be read.
  public func passOver(through record: Int? = nil) async throws(DeviceError) {
    await takeTurn()
    defer { turns.give() }
    while let item = replay?.next(through: record ?? .max) {
      switch item {
      case .train(let train, _, _, _):
        guard let answer = try replay?.take(train) else { break }
        _ = books.book(answer.receipt, of: try books.reserve(train))
      case .reading(let reading, _):
        let request = ReadRequest(region: reading.region, averages: reading.averages)
        guard let found = try replay?.take(request) else { break }
        books.count(found)
        books.account.time += found.duration
      }
      noteReplay()
    }
  }

  private func take(_ train: PulseTrain) throws(DeviceError) -> RunReplay.Answer? {
    let answer = try replay?.take(train)
    noteReplay()
    return answer
  }

  func noteReplay() {
    guard let replay else { return }
    replayed = replay.summary
    if replay.isAtEnd { (broken, self.replay) = (replay.end, nil) }
  }
}

extension Receipt {
  /// One receipt for a train that was fired in parts.
  fileprivate init(joining parts: [(train: PulseTrain, receipt: Receipt)], shape: PulseShape) {
    self.init(fired: PulseTotals(), shape: shape)
    energy = .zero
    for (_, receipt) in parts {
      fired += receipt.fired
      uncertain += receipt.uncertain
      readings += receipt.readings
      duration += receipt.duration
      energy = energy.flatMap { sum in receipt.energy.map { sum + $0 } }
      (clock, odometer) = (receipt.clock ?? clock, receipt.odometer ?? odometer)
    }
    // Where nothing is uncertain all of it is fired by now, in however many parts.
    guard uncertain > 0, let first = parts.first else { return }
    cells = parts.reduce(into: CellCounts(cells: first.train.region.count)) { sum, part in
      let counts = part.receipt.cells ?? part.train.cellCounts
      for cell in sum.up.indices {
        sum.up[cell] += counts.up[cell]
        sum.down[cell] += counts.down[cell]
      }
    }
  }
}
