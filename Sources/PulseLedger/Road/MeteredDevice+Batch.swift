import DeviceContract
import Foundation
import PhysicalUnits

extension MeteredDevice {
  /// How often a train goes out that the device was not armed for.
  private static let mostTries = 4

  /// Fires a batch; the caller has the turn.
  ///
  /// A train that the device was not armed for, because this host was held up, was surely not begun: it goes out once
  /// more, as a new one.
  func fire(
    _ trains: [PulseTrain], tries: Int = 1
  ) async throws(DeviceError) -> [Receipt] {
    broken = nil
    try await settleOpen()
    let footprints = try await reserve(trains)
    do {
      try await enforceEnvelope()
      try await armIfForming(trains)
    } catch {
      for footprint in footprints { books.release(footprint) }
      await refuse(trains[0], error)
      throw error
    }
    let first: UInt64
    do {
      first = try await journal.record(intents(of: footprints))
    } catch {
      for footprint in footprints { books.release(footprint) }
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
    let results = await send(footprints.map(\.train), first)
    for (place, footprint) in footprints.enumerated() {
      let outcome: TrainOutcome
      switch place < results.count ? results[place] : nil {
      case .success(let receipt):
        odometer = receipt.odometer ?? odometer
        receipts.append(receipt)
        outcome = books.book(receipt, of: footprint)
      case .failure(let error):
        odometer = error.partial?.odometer ?? odometer
        outcome = books.book(error, of: footprint)
        failure = error
        if isUnsettled(error) {
          unsettled.append(
            Unsettled(number: first + UInt64(place), train: footprint.train))
          continue
        }
      case nil:
        outcome = books.refuse(
          footprint,
          because: "not fired, because train \(receipts.count + 1) of \(trains.count) failed: "
            + (failure?.explanation ?? ""))
      }
      settlements.append(TrainSettlement(number: first + UInt64(place), outcome: outcome))
    }
    do {
      try await journal.settle(settlements)
    } catch {
      // What the device said of its failure matters more than a journal that fails as well.
      throw failure.map { batch($0, after: receipts, of: trains) }
        ?? notSettled(error, receipts, settlements)
    }
    guard let failure else { return receipts }
    guard failure.code == .notArmed, tries < Self.mostTries else {
      throw batch(failure, after: receipts, of: trains)
    }
    do throws(DeviceError) {
      return receipts + (try await fire(Array(trains[receipts.count...]), tries: tries + 1))
    } catch {
      throw batch(error, after: receipts, of: trains)
    }
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
        var refusal = error
        if trains.count > 1 {
          refusal.explanation =
            "train \(footprints.count + 1) of \(trains.count), and the batch with it, is refused; "
            + "those before it in the batch count as spent: \(error.explanation)"
        }
        await refuse(train, refusal)
        throw refusal
      }
    }
    return footprints
  }

  /// Counts a refusal and writes it down; a journal that cannot take it must not hide it.
  private func refuse(_ train: PulseTrain, _ error: DeviceError) async {
    books.account.refusals += 1
    try? await journal.refuse(
      TrainRefusal(train: train, explanation: error.explanation, time: Date()))
  }

  private func intents(of footprints: [TrainFootprint]) -> [TrainIntent] {
    let time = Date()
    return footprints.map {
      var intent = TrainIntent(train: $0.train, time: time, odometer: odometer)
      intent.footprint = $0
      return intent
    }
  }

  /// Has a device that can hold pulses to the limits as well, before the first train.
  private func enforceEnvelope() async throws(DeviceError) {
    guard !isEnvelopeSet else { return }
    try await (device as? any EnvelopeEnforcing)?.enforce(limits.pulseEnvelope)
    isEnvelopeSet = true
  }

  /// Lets the device form, where it has to be told; parking has taken the allowance back.
  private func armIfForming(_ trains: [PulseTrain]) async throws(DeviceError) {
    guard trains.contains(where: { $0.cause == .form }), let device = device as? any Forming else {
      return
    }
    try await device.armForming()
  }

  /// Sends trains, under their numbers where the device keeps a journal of its own.
  private func send(
    _ trains: [PulseTrain], _ first: UInt64
  ) async -> [Result<Receipt, DeviceError>] {
    guard let device = journaled else {
      return await device.inTurn(trains) { [device] (train, _) async throws(DeviceError) in
        try await device.apply(train)
      }
    }
    do {
      try await useUpNumbers(before: first, on: device, like: trains[0])
    } catch {
      unsure = min(unsure ?? first, first)
      return [.failure(error)]
    }
    unsure = first
    let results = await device.apply(trains, from: first)
    unsure = nil
    // Whether the device has taken its number or not, and those behind it: it will say.
    if let failed = results.firstIndex(where: { if case .failure = $0 { true } else { false } }) {
      unsure = first + UInt64(failed)
    }
    return results
  }

  /// Sends an empty train for each number that the device never took, since it takes consecutive ones only.
  private func useUpNumbers(
    before number: UInt64, on device: any JournaledDevice, like train: PulseTrain
  ) async throws(DeviceError) {
    guard let first = unsure else { return }
    var empty = train
    empty.region = .cell(
      tile: train.region.tile, row: train.region.rows.lowerBound,
      column: train.region.columns.lowerBound)
    (empty.pattern, empty.reads) = (.uniform(.up, count: 0), nil)
    do {
      let last = try await device.history().last
      guard last + 1 >= first else {
        throw DeviceError.refused(
          "the device has taken \(last) trains, and \(first - 1) were sent: their histories differ")
      }
      for skipped in last + 1..<max(last + 1, number) {
        _ = try await device.apply(empty, number: skipped)
      }
    } catch {
      // Nothing of the train itself was sent, whatever became of an empty one.
      let cause = error as? DeviceError
      throw DeviceError(
        code: cause?.code ?? .faulted,
        explanation:
          "the numbers of trains that were not sent could not be used up, so nothing was "
          + "fired: \(error)")
    }
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
      + "\(trains.count - receipts.count - 1) behind it were not fired: \(failure.explanation)"
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
