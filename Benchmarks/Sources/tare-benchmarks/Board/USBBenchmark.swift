import BoardDriver
import BoardTransport
import DeviceContract
import Foundation

/// How fast a board on USB is driven through libusb, where umockdev stands for the bus.
struct USBBenchmark {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) { self.settings = settings }

  func run(_ page: inout ResultsPage) async throws {
    guard USBBoard.isPossible else {
      page.text("Not measured: run it with umockdev-wrapper, as `make bench-usb` does.")
      return
    }
    try await bytes(&page)
    try await trains(&page)
  }

  private func bytes(_ page: inout ResultsPage) async throws {
    page.heading("The emulated bus by itself")
    let board = try USBBoard("echo", in: try settings.scratch.folder())
    let line = try board.line.open()
    var rows: [[String]] = []
    for count in [16, 256, 1024] {
      let trip = try Self.trips(line, bytes: count, repeats: 500)
      rows.append(["\(count) bytes there and back", trip.text(in: .microseconds)])
    }
    var rates: [Double] = []
    for _ in 0..<settings.repeats { rates.append(try Self.throughput(line, bytes: 1 << 20)) }
    rows.append(["bytes a second there and back", Spread(rates).text(in: .rate)])
    line.close()
    await board.line.stop()
    page.table(["a device that sends back what comes", "median (least to most)"], rows)
    page.text(
      "A call of usbfs is a message to another process here, and takes some 0.1 ms; on a real bus it takes a microsecond, "
        + "and the wait for the next frame of the bus, 0.125 or 1 ms, comes instead.")
  }

  private func trains(_ page: inout ResultsPage) async throws {
    page.heading("The reference core on the emulated bus")
    let board = try USBBoard("core", in: try settings.scratch.folder())
    let meter = BoardMeter(settings)
    let device = try await board.line.connect()
    var rows: [[String]] = []
    var fastest = 0.0
    for (name, isCut) in [("frames of 16", true), ("as large as the board takes", false)] {
      let trains = Self.trains(on: device.capabilities, isCut: isCut)
      var row = [name]
      for batch in [16, 256, 4096] {
        let rate = try await meter.measure(device, trains, batch: batch).rate
        if isCut { fastest = max(fastest, rate.median) }
        row.append(rate.text(in: .rate))
      }
      rows.append(row)
    }
    await device.close()
    await board.line.stop()
    page.text(
      "One pulse on each cell in turn, trains a second from the call to the last receipt. A call with 16 trains waits "
        + "for them before the next; one with more has several frames in flight.")
    page.table(["frames", "calls with 16 trains", "256", "4,096"], rows)
    page.target(
      "15,000 single-cell trains a second in batches of 16 with several in flight",
      holds: fastest >= 15_000, measured: Spread.grouped(fastest, digits: 0) + "/s")
  }

  /// Trains on single cells; cut, 16 follow each other on one array and then on the other, since a frame has trains
  /// on one array only.
  private static func trains(on device: Capabilities, isCut: Bool) -> [PulseTrain] {
    SingleCellBenchmark.trains(on: device).enumerated().map { place, train in
      var train = train
      if isCut { train.region.tile = Tile(place / 16 % 2) }
      return train
    }
  }

  private static func trips(
    _ line: any ByteTransport, bytes: Int, repeats: Int
  ) throws -> Spread {
    let message = [UInt8](repeating: 7, count: bytes)
    var times: [Double] = []
    for _ in 0..<repeats {
      times.append(try Stopwatch.seconds { try pass(message, line) })
    }
    return Spread(times)
  }

  private static func throughput(_ line: any ByteTransport, bytes: Int) throws -> Double {
    let message = [UInt8](repeating: 7, count: bytes)
    return Double(bytes) / (try Stopwatch.seconds { try pass(message, line) })
  }

  /// Sends bytes, until all have come back.
  private static func pass(_ bytes: [UInt8], _ line: any ByteTransport) throws {
    let end = MonotonicTime.after(milliseconds: 20_000)
    var (left, missing) = (bytes[...], bytes.count)
    while missing > 0, MonotonicTime.now < end {
      left = left.dropFirst(try line.write(left))
      missing -= try line.read(most: 1 << 16).count
      if missing > 0 {
        _ = try line.wait(for: left.isEmpty ? .readable : [.readable, .writable], until: end)
      }
    }
    guard missing == 0 else { throw CocoaError(.fileReadUnknown) }
  }
}
