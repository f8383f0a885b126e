import DeviceContract
import Foundation
import Testing

@testable import PulseLedger

/// What contradicts the record is not written into it: an entry on disk stays there.
@Suite struct ContradictionTests {
  private let train = LedgerBench.train(.alternating(pairs: 3), on: .cell(row: 1, column: 1))

  private func withStore(_ work: (LedgerStore, LedgerEntry.Genesis) async throws -> Void)
    async throws
  {
    let folder = try LedgerFolder()
    let genesis = LedgerBench.genesis()
    let store = try await LedgerStore.open(folder.file("ledger.sqlite"), genesis: genesis)
    try await store.append(LedgerBench.connection(genesis))
    try await work(store, genesis)
    // The ledger goes on as if nobody had asked.
    let number = try await store.record([TrainIntent(train: train, time: Date())])
    try await store.settle([
      TrainSettlement(number: number, outcome: LedgerBench.fired(train))
    ])
    try await store.close()
    let check = try LedgerVerification.verify(store.path)
    #expect(check.isWhole, "\(check.problems)")
  }

  private func expectRefusal(
    _ store: LedgerStore, saying words: String, isOutcome: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ write: () async throws -> Void
  ) async {
    let before = await store.records
    let error = await #expect(throws: LedgerError.self, sourceLocation: sourceLocation) {
      try await write()
    }
    #expect(error?.code == .invalid, sourceLocation: sourceLocation)
    let text = error?.explanation ?? ""
    #expect(text.contains(words), "\(text)", sourceLocation: sourceLocation)
    // An outcome comes after its pulses: who refuses it cannot say that there were none.
    #expect(text.contains("nothing was fired") != isOutcome, sourceLocation: sourceLocation)
    #expect(await store.records == before, sourceLocation: sourceLocation)
    #expect(
      (try? LedgerReader(store.path).lastRecord()) == before, sourceLocation: sourceLocation)
  }

  @Test func intents() async throws {
    try await withStore { store, _ in
      await expectRefusal(store, saying: "train 9 where train 1 must follow") {
        _ = try await store.record([TrainIntent(train: train, time: Date())], first: 9)
      }
      let outside = LedgerBench.train(.uniform(.up, count: 1), on: .cell(row: 6, column: 0))
      let elsewhere = LedgerBench.train(
        .uniform(.up, count: 1), on: .cell(tile: 2, row: 0, column: 0))
      for wrong in [outside, elsewhere] {
        await expectRefusal(store, saying: "reaches outside the array") {
          _ = try await store.record([TrainIntent(train: wrong, time: Date())])
        }
        // One of a batch keeps the others out as well.
        await expectRefusal(store, saying: "train 2 reaches outside the array") {
          _ = try await store.record([train, wrong].map { TrainIntent(train: $0, time: Date()) })
        }
      }
    }
  }

  @Test func withNoDeviceConnected() async throws {
    let folder = try LedgerFolder()
    let store = try await LedgerStore.open(
      folder.file("ledger.sqlite"), genesis: LedgerBench.genesis())
    await expectRefusal(store, saying: "no device connected") {
      _ = try await store.record([TrainIntent(train: train, time: Date())])
    }
    try await store.close()
    #expect(try LedgerVerification.verify(store.path).isWhole)
  }

  @Test func outcomes() async throws {
    try await withStore { store, _ in
      let number = try await store.record([TrainIntent(train: train, time: Date())])
      func settle(_ number: UInt64, _ change: (inout TrainOutcome) -> Void) async throws {
        var outcome = LedgerBench.fired(train)
        change(&outcome)
        try await store.settle([TrainSettlement(number: number, outcome: outcome)])
      }
      await expectRefusal(store, saying: "outcome of train 7, which is not open", isOutcome: true) {
        try await settle(7) { _ in }
      }
      await expectRefusal(store, saying: "for other cells", isOutcome: true) {
        try await settle(number) {
          $0.status = .partial
          $0.cells = CellCounts(cells: 2, up: 1)
        }
      }
      await expectRefusal(
        store, saying: "says it fired 6 pulses, and its cells say 2", isOutcome: true
      ) {
        try await settle(number) {
          $0.status = .partial
          $0.cells = CellCounts(cells: 1, up: 1, down: 1)
        }
      }
      await expectRefusal(store, saying: "on cells unknown", isOutcome: true) {
        try await settle(number) { $0.status = .uncertain }
      }
      // Twice in one go is once too often.
      let outcome = TrainSettlement(number: number, outcome: LedgerBench.fired(train))
      await expectRefusal(store, saying: "not open", isOutcome: true) {
        try await store.settle([outcome, outcome])
      }
      try await store.settle([outcome])
    }
  }

  // MARK: A journal over two ledgers

  private func ledgers(in folder: LedgerFolder) async throws -> (
    chip: LedgerStore, run: LedgerStore
  ) {
    func open(_ name: String, _ level: LedgerEntry.Genesis.Level) async throws -> LedgerStore {
      let genesis = LedgerEntry.Genesis(
        level: level, id: UUID(), name: name, tiles: 2, rows: 9, columns: 8, program: "tests")
      let store = try await LedgerStore.open(folder.file(name), genesis: genesis)
      try await store.append(LedgerBench.connection(genesis))
      return store
    }
    return (try await open("chip.sqlite", .chip), try await open("run.sqlite", .run))
  }

  /// One ledger took the intent and the other did not: only a new connection makes them equal.
  @Test func afterAnIntentThatWasNotWrittenNothingIsFired() async throws {
    let lab = try ReconcileLab()
    let (chip, run) = try await ledgers(in: lab.folder)
    let train = lab.train(.alternating(pairs: 2))
    // The run's ledger holds a train that the chip's does not: the chip's next number is wrong there,
    // and the one after it would be right again.
    _ = try await run.record([TrainIntent(train: train, time: Date())])
    let device = MeteredDevice(lab.board, journal: DurableJournal(chip: chip, run: run))
    let before = await (chip: chip.records, run: run.records)
    for attempt in 1...3 {
      let error = await #expect(throws: DeviceError.self) { _ = try await device.apply(train) }
      #expect(error?.code == .notRecorded && error?.fired == 0...0)
      #expect(error?.explanation.contains("train 1 where train 2 must follow") == true)
      #expect(try await lab.odometer().all == 0, "attempt \(attempt)")
    }
    // The first attempt alone was written down, as a shape and an intent.
    #expect(await chip.records == before.chip + 2)
    #expect(await chip.openIntents.count == 1)
    #expect(await run.records == before.run)
    for store in [chip, run] {
      try await store.close()
      #expect(try LedgerVerification.verify(store.path).isWhole)
    }
  }

  @Test func afterAnOutcomeThatWasNotWrittenNothingIsFired() async throws {
    let lab = try ReconcileLab()
    let (chip, run) = try await ledgers(in: lab.folder)
    let train = lab.train(.alternating(pairs: 2))
    let journal = DurableJournal(chip: chip, run: run)
    let number = try await journal.record([TrainIntent(train: train, time: Date())])
    try await run.close()
    let settlement = TrainSettlement(number: number, outcome: LedgerBench.fired(train))
    await #expect(throws: LedgerError.self) { try await journal.settle([settlement]) }
    let records = await chip.records
    let device = MeteredDevice(lab.board, journal: journal)
    let error = await #expect(throws: DeviceError.self) { _ = try await device.apply(train) }
    #expect(error?.code == .notRecorded)
    #expect(try await lab.odometer().all == 0)
    await #expect(throws: LedgerError.self) { try await journal.settle([settlement]) }
    #expect(await chip.records == records)
    #expect(await chip.openIntents.map(\.number) == [number])
    try await chip.close()
  }
}

extension LedgerStore {
  fileprivate var records: Int { state.count }
}
