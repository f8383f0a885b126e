public import DeviceContract
import PhysicalUnits
import WireProtocol

extension BoardDevice {
  /// Fires a train under the next number.
  public func apply(_ train: PulseTrain) async throws(DeviceError) -> Receipt {
    try await turn { connection async throws(DeviceError) in
      try first(of: await inTurn([train], from: try await connection.nextNumber(), connection))
    }
  }

  /// Fires a train under a number.
  public func apply(
    _ train: PulseTrain, number: UInt64
  ) async throws(DeviceError) -> Receipt {
    try first(of: await apply([train], from: number))
  }

  private func first(
    of results: [Result<Receipt, DeviceError>]
  ) throws(DeviceError) -> Receipt {
    guard let result = results.first else {
      throw DeviceError(code: .interrupted, explanation: "the train was not sent")
    }
    return try result.get()
  }

  /// Fires trains under consecutive numbers, sent ahead of each other.
  public func apply(
    _ trains: [PulseTrain], from number: UInt64
  ) async -> [Result<Receipt, DeviceError>] {
    await apply(trains, from: number, connection)
  }

  /// The same on the thread of the connection: each change of threads would cost as much as a dozen trains.
  private func apply(
    _ trains: [PulseTrain], from number: UInt64, _ connection: isolated BoardConnection
  ) async -> [Result<Receipt, DeviceError>] {
    await connection.takeTurn()
    defer { connection.giveTurn() }
    return await inTurn(trains, from: number, connection)
  }

  /// The same for whoever has the turn.
  private func inTurn(
    _ trains: [PulseTrain], from number: UInt64, _ connection: isolated BoardConnection
  ) async -> [Result<Receipt, DeviceError>] {
    guard !Task.isCancelled, !trains.isEmpty else {
      return trains.isEmpty
        ? []
        : [
          .failure(
            DeviceError(
              code: .interrupted,
              partial: Receipt(
                fired: PulseTotals(), cells: CellCounts(cells: trains[0].region.count),
                shape: trains[0].shape),
              explanation: "the train was cancelled before it was sent"))
        ]
    }
    do throws(DeviceError) {
      // Asked before anything is sent: the board takes a number that was used for another train for a sign
      // that something is badly wrong, and stays parked.
      let next = try await connection.nextNumber()
      guard number == next else {
        throw .refused(
          "\(connection.name) expects train \(next) and was given train \(number); nothing was fired"
        )
      }
    } catch {
      return [.failure(error)]
    }
    // What the board cannot do is refused here in the words that all devices use.
    var checked: [PulseTrain] = []
    checked.reserveCapacity(trains.count)
    var refusal: DeviceError?
    for train in trains {
      do {
        var train = train
        train.shape = try capabilities.check(train)
        try check(train)
        checked.append(train)
      } catch {
        refusal = error
        break
      }
    }
    var results = await fire(checked, from: number, connection)
    let isWhole = results.count == checked.count && results.allSatisfy(\.isSuccess)
    if let refusal, isWhole {
      await useUp(number + UInt64(checked.count), like: trains[checked.count], connection)
      results.append(.failure(refusal))
    }
    return results
  }

  /// What a board refuses besides what its capabilities exclude.
  private func check(_ train: PulseTrain) throws(DeviceError) {
    if case .outerProduct(_, _, let slots) = train.pattern, slots > longestBitLine {
      throw .refused(
        "\(capabilities.identity.model) fires bit lines of up to \(longestBitLine) slots; this train has "
          + "\(slots); nothing was fired")
    }
  }

  /// A refused train uses its number up, as a train of no pulses.
  private func useUp(
    _ number: UInt64, like train: PulseTrain, _ connection: isolated BoardConnection
  ) async {
    let empty = PulseTrain(
      region: .cell(row: 0, column: 0), pattern: .uniform(.up, count: 0),
      shape: capabilities.nominalShape, scheme: capabilities.anyScheme, cause: train.cause)
    _ = await fire([empty], from: number, connection)
  }

  /// Sends trains; those that the board surely has not begun when the link breaks are sent again, under the same
  /// numbers.
  private func fire(
    _ trains: [PulseTrain], from number: UInt64, _ connection: isolated BoardConnection
  ) async -> [Result<Receipt, DeviceError>] {
    guard !trains.isEmpty else { return [] }
    var settled: [Settled] = []
    var tries = 0
    while true {
      tries += 1
      let end = await attempt(
        Array(trains[settled.count...]), from: number + UInt64(settled.count), connection)
      settled += end.known
      // Behind a train that did not run whole nothing may be fired.
      guard end.isRestUntouched, settled.count < trains.count, tries < Self.mostTries,
        settled.allSatisfy({ $0.outcome.status == .fired }), !Task.isCancelled
      else {
        return receipts(settled, of: trains, failure: end.failure)
      }
    }
  }

  /// What a batch ends with where a stop came before all of it had left.
  private var notAllSent: DeviceError {
    DeviceError(
      code: .interrupted,
      explanation: "\(connection.name): the batch was stopped before all of it was sent")
  }

  /// How far trains came.
  private struct Attempt {
    /// What became of the first of them.
    var known: [Settled] = []
    /// Why that is not all.
    var failure: DeviceError?
    /// Whether the link broke, and the board has surely not begun any of the others.
    var isRestUntouched = false
  }

  private func attempt(
    _ trains: [PulseTrain], from number: UInt64, _ connection: isolated BoardConnection
  ) async -> Attempt {
    var entries: [TrainsRequest.Entry] = []
    entries.reserveCapacity(trains.count)
    do throws(DeviceError) {
      try await connection.ensureSession()
      let session = connection.sessions
      // Arming is last: a new session, which setting a pulse may need, disarms.
      for train in trains {
        entries.append(
          TrainsRequest.Entry(
            train: train, profile: try await connection.profile(of: train.shape)))
      }
      try await connection.arm()
      guard connection.sessions == session else {
        throw DeviceError(
          code: .linkLost,
          explanation:
            "\(connection.name): the link broke before the train was sent; nothing was fired")
      }
    } catch {
      let isBreak = error.code == .linkLost || error.code == .timedOut
      return Attempt(failure: error, isRestUntouched: isBreak)
    }
    connection.note(taken: nil)
    let (known, failure) = await connection.fire(entries, from: number)
    let settled = known.map { Settled($0) }
    guard let failure else {
      connection.note(taken: number + UInt64(settled.count) - 1)
      return Attempt(
        known: settled, failure: settled.count == trains.count ? nil : notAllSent)
    }
    var end = await recover(trains, from: number, after: settled.count, failure)
    end.known = settled + end.known
    return end
  }

  /// What became of a train, as far as it is known.
  struct Settled {
    var outcome: Wire.TrainOutcome
    var readings: [ReadingParts] = []
    var odometer: PulseTotals?
    var clock: UInt64?

    init(_ result: TrainsRequest.Result) {
      outcome = result.outcome
      (readings, odometer, clock) = (result.readings, result.odometer, result.clock)
    }

    /// What the board remembers of it: all but what was read.
    init(_ outcome: Wire.TrainOutcome, _ kept: KeptOutcome) {
      self.outcome = outcome
      (odometer, clock) = (kept.odometer, kept.clock)
    }
  }

  /// Asks the board, after a break, what became of the trains without an outcome.
  private func recover(
    _ trains: [PulseTrain], from number: UInt64, after known: Int, _ failure: SessionFailure
  ) async -> Attempt {
    let first = number + UInt64(known)
    // The task may be cancelled; the board must be asked all the same.
    return await Task { [connection] () -> Attempt in
      let all = trains[known...].reduce(0) { $0 + $1.totals.all }
      let unknown = DeviceError(failure, "\(connection.name)", fired: 0...all)
      let untouched = DeviceError(failure, "\(connection.name)", fired: 0...0)
      guard failure != .stale else { return Attempt(failure: unknown) }
      do throws(DeviceError) {
        let hello = try await connection.greet()
        guard hello.taken >= first else {
          return Attempt(failure: untouched, isRestUntouched: failure.isBreak)
        }
        let count = Int(min(hello.taken - first + 1, UInt64(trains.count - known)))
        let kept: [KeptOutcome] = try await connection.get(
          "outcomes", tries: BoardDevice.mostTries
        ) {
          ValueRequest(outcomesFrom: first, count: count, done: $0)
        }
        let settled = kept.prefix { $0.outcome != nil }.compactMap { kept in
          kept.outcome.map { Settled($0, kept) }
        }
        guard settled.count == count else { return Attempt(known: settled, failure: unknown) }
        return Attempt(known: settled, failure: untouched, isRestUntouched: failure.isBreak)
      } catch {
        guard error.code == .faulted else { return Attempt(failure: unknown) }
        // Another board, or one that has lost its memory: nobody will ever know.
        return Attempt(
          failure: DeviceError(
            code: .faulted, fired: unknown.fired,
            explanation: "\(unknown.explanation); \(error.explanation)"))
      }
    }.value
  }

  /// Outcomes as receipts and errors, up to the last train that may have fired anything.
  private func receipts(
    _ settled: [Settled], of trains: [PulseTrain], failure: DeviceError?
  ) -> [Result<Receipt, DeviceError>] {
    var results: [Result<Receipt, DeviceError>] = []
    results.reserveCapacity(trains.count)
    var hasFailed = false
    for (entry, train) in zip(settled, trains) {
      let result = result(entry, of: train, failure)
      // Behind one that failed nothing is fired; what was, by a board that does not keep to that, is told.
      if hasFailed, case .failure(let error) = result, error.fired.upperBound == 0 { continue }
      results.append(result)
      if !result.isSuccess { hasFailed = true }
    }
    // Trains of which nothing is known may have been fired; where they surely were not, one error says why.
    if let failure, settled.count < trains.count {
      if failure.fired.upperBound == 0 {
        if !hasFailed { results.append(.failure(failure)) }
      } else {
        for train in trains[settled.count...] {
          var error = failure
          error.fired = 0...train.totals.all
          results.append(.failure(error))
        }
      }
    }
    return results
  }

  private func result(
    _ entry: Settled, of train: PulseTrain, _ failure: DeviceError?
  ) -> Result<Receipt, DeviceError> {
    let outcome = entry.outcome
    let steps = Int(outcome.steps)
    var receipt = Receipt(
      fired: PulseTotals(up: Int(clamping: outcome.up), down: Int(clamping: outcome.down)),
      uncertain: Int(clamping: outcome.uncertain), shape: train.shape,
      // A train that is stopped may stop in the middle of a reading, which is none then.
      readings: entry.readings.filter(\.isWhole).map {
        $0.reading(of: train.region, by: capabilities.converter)
      },
      duration: Seconds(Double(outcome.duration) / 1e9),
      energy: outcome.energy == Wire.unknownEnergy
        ? nil : Joules(Double(outcome.energy) / ReportedUnit.joule),
      clock: entry.clock.map { Seconds(Double($0) / 1e9) }, odometer: entry.odometer)
    let why = outcome.reason.words
    switch outcome.status {
    case .fired:
      guard receipt.fired == train.totals else {
        return .failure(
          DeviceError(
            code: .faulted, fired: receipt.fired.all...receipt.fired.all, partial: receipt,
            explanation:
              "\(connection.name): the board says that it fired a train whole and counts "
              + "\(receipt.fired.all) pulses of \(train.totals.all)"))
      }
      return .success(receipt)
    case .rejected:
      receipt.cells = CellCounts(cells: train.region.count)
      let code: DeviceError.Code =
        switch outcome.reason {
        case .stopped: .interrupted
        case .emergencyStop, .fault, .memory: .faulted
        case .notArmed: .notArmed
        default: .refused
        }
      return .failure(
        DeviceError(
          code: code, partial: receipt,
          explanation: "\(connection.name): the board rejects the train: \(why); nothing was fired")
      )
    case .interrupted, .uncertain:
      let isPairs = train.kind == .alternating
      receipt.cells = train.first(steps: isPairs ? steps / 2 * 2 : steps).cellCounts
      let (sure, unsure) = (receipt.fired.all, receipt.uncertain)
      let code: DeviceError.Code =
        switch outcome.reason {
        case .stopped: .interrupted
        case .emergencyStop, .fault, .memory: .faulted
        default: .linkLost
        }
      return .failure(
        DeviceError(
          code: code, fired: sure...sure + unsure, partial: receipt,
          explanation:
            "\(connection.name): the train stopped after \(sure) of \(train.totals.all) pulses"
            + (unsure > 0 ? ", and up to \(unsure) more may have been fired" : "")
            + ": \(why)" + (failure.map { "; \($0.explanation)" } ?? "")))
    }
  }
}

extension Result {
  fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}

extension Capabilities {
  fileprivate var anyScheme: BiasScheme {
    biasSchemes.contains(.halfVoltage) ? .halfVoltage : biasSchemes.first ?? .halfVoltage
  }
}
