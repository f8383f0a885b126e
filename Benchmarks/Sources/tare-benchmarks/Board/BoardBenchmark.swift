import BoardDriver
import DeviceContract
import Foundation
import PulseLedger
import VirtualBoard
import WireProtocol

/// How fast trains on single cells and their outcomes pass the line to a board.
struct BoardBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    if settings.runs("terminal") { try await terminals(&page) }
    if settings.runs("native") { try await native(&page) }
    if settings.runs("trips") { try await roundTrips(&page) }
    if settings.runs("books") { try await books(&page) }
    if settings.runs("faults") { try await badLines(&page) }
    if settings.runs("rate") { try await pacedLines(&page) }
    if settings.runs("qemu") { try await machine(&page) }
  }

  // MARK: Parts

  private func terminals(_ page: inout ResultsPage) async throws {
    page.heading("A pseudo-terminal by itself")
    var rows: [[String]] = []
    for count in [16, 256, 1024] {
      let trip = try await TerminalProbe.roundTrip(bytes: count, repeats: 2000)
      rows.append(["\(count) bytes there and back", trip.text(in: .microseconds)])
    }
    var rates: [Double] = []
    for _ in 0..<settings.repeats {
      rates.append(try await TerminalProbe.throughput(bytes: 1 << 24))
    }
    rows.append(["bytes a second there and back", Spread(rates).text(in: .rate)])
    page.table(["a thread that sends back what comes", "median (least to most)"], rows)
  }

  private func native(_ page: inout ResultsPage) async throws {
    page.heading("A native board behind a pseudo-terminal")
    page.text(
      """
      One pulse on each cell of a 64 x 64 array in turn, trains a second from the call to the last \
      receipt. A board that knows energies tells of each train apart, in 101 bytes; one that does not, in 48 \
      bytes of one or many. *Processor* is that of this process for a train, the board included where it is a thread.
      """)
    var rows: [[String]] = []
    var fastest: [Double] = []
    for kind in Kind.allCases {
      guard let line = try await kind.line(settings) else { continue }
      let device = try await line.connect()
      var row = [kind.rawValue]
      var processor = Spread([0])
      for batch in [64, 256, 4096] {
        let result = try await measure(device, batch: batch)
        row.append(result.rate.text(in: .rate))
        processor = result.processor
        if batch == 4096 { fastest.append(result.rate.median) }
      }
      rows.append(row + [processor.text(in: .microseconds)])
      await device.close()
      await line.stop()
    }
    page.table(["board", "batches of 64", "256", "4,096", "processor a train"], rows)
    page.target(
      "50,000 single-cell trains a second in batches", holds: fastest.allSatisfy { $0 >= 50_000 },
      measured: fastest.map { Spread.grouped($0, digits: 0) + "/s" }.joined(separator: ", "))

  }

  private func roundTrips(_ page: inout ResultsPage) async throws {
    page.heading("Round trips to a native board")
    var rows: [[String]] = []
    var trips: [Double] = []
    let echo = try await TerminalProbe.roundTrip(bytes: 32, repeats: 3000)
    for kind in Kind.allCases {
      guard let line = try await kind.line(settings) else { continue }
      let trip = try LinkProbe.roundTrip(line.open, repeats: 3000)
      trips.append(trip.median)
      let device = try await line.connect()
      let asked = try await times(2000) { _ = try await device.history() }
      let train = SingleCellBenchmark.trains(on: device.capabilities)[0]
      let fired = try await times(2000) { _ = try await device.apply(train) }
      rows.append([kind.rawValue] + [trip, asked, fired].map { $0.percentiles })
      await device.close()
      await line.stop()
    }
    page.text("In µs, at the 50th and the 99th percentile.")
    page.table(
      ["board", "PING to STATUS", "asking for its history", "a train and its receipt"], rows)
    page.target(
      "a round trip within 60 µs at the median", holds: trips.allSatisfy { $0 < 60e-6 },
      measured: trips.map { Spread.grouped($0 * 1e6, digits: 1) + " µs" }.joined(separator: ", ")
        + " from PING to STATUS, where 32 bytes come back from a thread that does nothing with them in "
        + Spread.grouped(echo.median * 1e6, digits: 1) + " µs")
  }

  private func books(_ page: inout ResultsPage) async throws {
    page.heading("The books on top")
    let line = try await BoardLine.virtual()
    let device = try await line.connect()
    let bare = try await measure(device, batch: 4096)
    let folder = try settings.scratch.folder()
    let session = try await LedgerSession.connect(
      device, home: LedgerHome(path: folder), run: Road.run(in: folder), program: "tare-benchmarks")
    let metered = MeteredDevice(
      device, lifetime: await session.lifetime(), journal: session.journal)
    let booked = try await measure(device, metered, batch: 4096)
    try await session.close(status: "finished")
    page.table(
      ["a native board, batches of 4,096", "trains", "processor a train"],
      [
        ["bare", bare.rate.text(in: .rate), bare.processor.text(in: .microseconds)],
        [
          "metered, with its ledgers", booked.rate.text(in: .rate),
          booked.processor.text(in: .microseconds),
        ],
      ])
    await device.close()
    await line.stop()
  }

  private func badLines(_ page: inout ResultsPage) async throws {
    page.heading("A bad line")
    page.text(
      """
      The same board and batches of 4,096, with bytes dropped, flipped and doubled by chance, each with the \
      chance given, in both directions.
      """)
    var rows: [[String]] = []
    var shares: [Double] = []
    for knowsEnergies in [false, true] {
      var clean = 0.0
      for chance in [0, 0.0001, 0.001] {
        var faults = BoardFaults()
        (faults.drop, faults.flip, faults.duplicate) = (chance, chance, chance)
        let line = try await BoardLine.virtual(faults: faults, knowsEnergies: knowsEnergies)
        let device = try await line.connect()
        let rate = try await measure(device, batch: 4096).rate
        if chance == 0 { clean = rate.median }
        let statistics = await device.statistics
        if chance == 0.001 { shares.append(rate.median / clean) }
        rows.append([
          knowsEnergies ? "each train" : "many trains", "\(100 * chance) %", rate.text(in: .rate),
          Spread.grouped(100 * rate.median / clean, digits: 0) + " %",
          "\(statistics.sent)", "\(statistics.repeated)", "\(statistics.timeouts)",
          "\(statistics.damaged)",
        ])
        await device.close()
        await line.stop()
      }
    }
    page.table(
      [
        "told of", "chance each", "trains", "of clean", "frames sent", "repeated", "time-outs",
        "came damaged",
      ], rows)
    page.target(
      "with 0.1 % of bytes dropped, flipped and doubled at least 30 % of the clean rate",
      holds: shares.allSatisfy { $0 >= 0.3 },
      measured: shares.map { Spread.grouped(100 * $0, digits: 0) + " %" }.joined(separator: ", "))
  }

  private func pacedLines(_ page: inout ResultsPage) async throws {
    page.heading("A line of 3 Mbaud")
    page.text(
      "300,000 bytes a second each way, one after the other; what the sizes of frames allow is in section 11 of "
        + "the specification. Batches are long, because at the end of each its last outcome is waited for."
    )
    var rows: [[String]] = []
    var shares: [Double] = []
    for (knowsEnergies, batch) in [(false, 1 << 14), (true, 1 << 12)] {
      let line = try await BoardLine.virtual(rate: 300_000, knowsEnergies: knowsEnergies)
      let device = try await line.connect()
      let rate = try await measure(device, batch: batch).rate
      await device.close()
      await line.stop()
      let ceiling =
        knowsEnergies
        ? LinkCeiling.toldApart(bytesPerSecond: 300_000)
        : LinkCeiling.batches(bytesPerSecond: 300_000)
      shares.append(rate.median / ceiling)
      rows.append([
        knowsEnergies ? "an OUTCOME for each train" : "CELLS of 255, FIRED of many",
        Spread.grouped(ceiling, digits: 0) + "/s", rate.text(in: .rate),
        Spread.grouped(100 * rate.median / ceiling, digits: 1) + " %",
      ])
    }
    page.table(["frames", "they allow", "measured", "share"], rows)
    page.target(
      "90 % of what the sizes of frames allow", holds: shares.allSatisfy { $0 >= 0.9 },
      measured: shares.map { Spread.grouped(100 * $0, digits: 1) + " %" }.joined(separator: ", "))
  }

  private func machine(_ page: inout ResultsPage) async throws {
    page.heading("A Cortex-M3 on QEMU")
    let folder = try settings.scratch.folder()
    guard let board = try QEMUBoard.start(in: folder) else {
      page.text("Not measured: qemu-system-arm or arm-none-eabi-gcc is missing.")
      return
    }
    let hello = try await times(20) {
      let device = try await board.line.connect()
      await device.close()
    }
    let device = try await board.line.connect()
    let single = try await measure(device, batch: 1, count: 200).rate
    let rate = try await measure(device, batch: 4096).rate
    await device.close()
    await board.line.stop()
    page.table(
      ["", "median (least to most)"],
      [
        [
          "start of the machine until its line can be opened",
          Spread([board.start]).text(in: .seconds),
        ],
        [
          "line opened, HELLO and capabilities, outputs off, line closed", hello.text(in: .seconds),
        ],
        ["trains one by one", single.text(in: .rate)],
        ["trains in batches", rate.text(in: .rate)],
      ])
    page.target(
      "3,000 single-cell trains a second", holds: rate.median >= 3000,
      measured: Spread.grouped(rate.median, digits: 0) + "/s")
    page.target(
      "a greeting within 50 ms", holds: hello.median < 0.05,
      measured: Spread.grouped(hello.median * 1e3, digits: 1) + " ms")
  }

  // MARK: Measuring

  /// What a native board is.
  private enum Kind: String, CaseIterable {
    case thread = "thread of this process"
    case energies = "thread, knows energies"
    case process = "`tare board`, knows energies"

    func line(_ settings: BenchmarkSettings) async throws -> BoardLine? {
      switch self {
      case .thread: try await .virtual()
      case .energies: try await .virtual(knowsEnergies: true)
      case .process: try settings.tare.map { try .process($0) }
      }
    }
  }

  private func measure(
    _ device: BoardDevice, _ metered: MeteredDevice? = nil, batch: Int, count: Int? = nil
  ) async throws -> BoardMeter.Result {
    try await BoardMeter(settings).measure(
      device, SingleCellBenchmark.trains(on: device.capabilities), metered, batch: batch,
      count: count)
  }

  private func times(_ count: Int, _ work: () async throws -> Void) async throws -> Spread {
    for _ in 0..<min(10, count) { try await work() }
    var times: [Double] = []
    for _ in 0..<count { times.append(try await Stopwatch.seconds(work)) }
    return Spread(times)
  }
}
