import DeviceContract
import Foundation
import PhysicalUnits

extension MeteredDevice {
  /// Fires a batch; the caller has the turn.
  func fire(_ trains: [PulseTrain]) async throws(DeviceError) -> [Receipt] {
    let footprints = try await reserve(trains)
    let first: UInt64
    do {
      try await armIfForming(trains)
      first = try await journal.record(intents(of: trains))
    } catch {
      for footprint in footprints { books.release(footprint) }
      if let refused = error as? DeviceError { throw refused }
      throw DeviceError(
        code: .notRecorded,
        explanation: "the intent of \(what(trains)) could not be written down, so nothing was "
          + "fired: \(error)")
    }
    var receipts: [Receipt] = []
    receipts.reserveCapacity(trains.count)
    var settlements: [TrainSettlement] = []
    settlements.reserveCapacity(trains.count)
    var failure: DeviceError?
    for (place, footprint) in footprints.enumerated() {
      let number = first + UInt64(place)
      let outcome: TrainOutcome
      if let failure {
        outcome = leave(
          footprint, number,
          "not sent, because train \(receipts.count + 1) of \(trains.count) failed: "
            + failure.explanation)
      } else if Task.isCancelled {
        let cancelled = DeviceError(
          code: .interrupted, explanation: "the train was cancelled before it was sent")
        outcome = leave(footprint, number, cancelled.explanation)
        failure = cancelled
      } else {
        do {
          let receipt = try await send(footprint.train, number)
          odometer = receipt.odometer ?? odometer
          receipts.append(receipt)
          outcome = books.book(receipt, of: footprint)
        } catch {
          odometer = error.partial?.odometer ?? odometer
          outcome = books.book(error, of: footprint)
          failure = error
        }
      }
      settlements.append(TrainSettlement(number: number, outcome: outcome))
    }
    do {
      try await journal.settle(settlements)
    } catch {
      // What the device said of its failure matters more than a journal that fails as well.
      throw failure.map { batch($0, after: receipts, of: trains) }
        ?? notSettled(error, receipts, settlements)
    }
    if let failure { throw batch(failure, after: receipts, of: trains) }
    return receipts
  }

  /// Checks all trains against all limits, each after those before it, and reserves them: all or none.
  private func reserve(_ trains: [PulseTrain]) async throws(DeviceError) -> [TrainFootprint] {
    var footprints: [TrainFootprint] = []
    footprints.reserveCapacity(trains.count)
    for train in trains {
      do {
        footprints.append(try books.reserve(train))
      } catch {
        for footprint in footprints { books.release(footprint) }
        books.account.refusals += 1
        var refusal = error
        if trains.count > 1 {
          refusal.explanation =
            "train \(footprints.count + 1) of \(trains.count), and the batch with it, is refused; "
            + "those before it in the batch count as spent: \(error.explanation)"
        }
        // A journal that cannot take a refusal must not hide it.
        try? await journal.refuse(
          TrainRefusal(train: train, explanation: refusal.explanation, time: Date()))
        throw refusal
      }
    }
    return footprints
  }

  private func intents(of trains: [PulseTrain]) -> [TrainIntent] {
    let time = Date()
    return trains.map { TrainIntent(train: $0, time: time, odometer: odometer) }
  }

  /// Lets the device form, where it has to be told; parking has taken the allowance back.
  private func armIfForming(_ trains: [PulseTrain]) async throws(DeviceError) {
    guard trains.contains(where: { $0.cause == .form }), let device = device as? any Forming else {
      return
    }
    try await device.armForming()
  }

  /// Sends a train, under its number where the device keeps a journal of its own.
  private func send(_ train: PulseTrain, _ number: UInt64) async throws(DeviceError) -> Receipt {
    guard let device = journaled else { return try await device.apply(train) }
    while let skipped = unsent.first {
      // The device takes consecutive numbers only: an empty train uses up one that was never sent.
      var empty = train
      empty.region = .cell(
        tile: train.region.tile, row: train.region.rows.lowerBound,
        column: train.region.columns.lowerBound)
      (empty.pattern, empty.reads) = (.uniform(.up, count: 0), nil)
      do {
        _ = try await device.apply(empty, number: skipped)
      } catch {
        // Nothing of the train itself was sent, whatever became of the empty one.
        unsent.append(number)
        throw DeviceError(
          code: error.code,
          explanation: "number \(skipped), whose train was not sent, could not "
            + "be used up, so nothing was fired: \(error.explanation)")
      }
      unsent.removeFirst()
    }
    return try await device.apply(train, number: number)
  }

  /// Books a train that is not sent.
  private func leave(
    _ footprint: TrainFootprint, _ number: UInt64, _ explanation: String
  ) -> TrainOutcome {
    if journaled != nil { unsent.append(number) }
    return books.refuse(footprint, because: explanation)
  }

  /// A failure as that of the whole batch.
  private func batch(
    _ failure: DeviceError, after receipts: [Receipt], of trains: [PulseTrain]
  ) -> DeviceError {
    guard trains.count > 1 else { return failure }
    let sure = receipts.reduce(0) { $0 + $1.fired.all }
    let unsure = receipts.reduce(0) { $0 + $1.uncertain }
    var error = failure
    error.fired = sure + failure.fired.lowerBound...sure + unsure + failure.fired.upperBound
    error.explanation =
      "train \(receipts.count + 1) of \(trains.count) failed, \(receipts.count) ran before it and "
      + "\(trains.count - receipts.count - 1) behind it were not sent: \(failure.explanation)"
    return error
  }

  private func notSettled(
    _ cause: any Error, _ receipts: [Receipt], _ settlements: [TrainSettlement]
  ) -> DeviceError {
    let sure = settlements.reduce(0) { $0 + $1.outcome.fired.all }
    let uncertain = settlements.reduce(0) { $0 + $1.outcome.uncertain }
    let what = receipts.count == 1 ? "a train was" : "\(receipts.count) trains were"
    return DeviceError(
      code: .faulted, fired: sure...sure + uncertain,
      explanation: "\(what) fired, but the outcome could not be written down: \(cause)")
  }

  private func what(_ trains: [PulseTrain]) -> String {
    trains.count == 1 ? "a train on \(trains[0].region)" : "\(trains.count) trains"
  }
}
