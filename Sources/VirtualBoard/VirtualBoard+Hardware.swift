import BoardDriver
import BoardTransport
import CTareBoard
import DeviceContract
import PhysicalUnits
import SimulatedCrossbar
import WireProtocol

// The functions that a port fills in, for a crossbar in memory.
extension VirtualBoard {
  private static func board(_ port: UnsafeMutableRawPointer?) -> VirtualBoard? {
    port.map { Unmanaged<VirtualBoard>.fromOpaque($0).takeUnretainedValue() }
  }

  static let functions = tare_hardware(
    clock: { _ in MonotonicTime.now },
    send: { port, bytes, count in
      guard let board = board(port), let bytes else { return 0 }
      return UInt32(board.send(bytes, Int(count)))
    },
    memory: { port, address, bytes, count, isWrite in
      guard let board = board(port), let bytes else { return false }
      return board.access(Int(address), bytes, Int(count), isWrite: isWrite)
    },
    outputs: { port, areOn in board(port)?.setOutputs(areOn) ?? false },
    pulse: { port, shape, scheme, tile, rows, columns, isUp, count, energy in
      guard let board = board(port), let shape, let rows, let columns, let energy else {
        return false
      }
      return board.pulse(
        shape.pointee, scheme: scheme, tile: Int(tile), rows: rows, columns: columns, isUp: isUp,
        count: Int(count), &energy.pointee)
    },
    read: { port, tile, row, column, columns, averages, _, sums, saturated, duration in
      guard let board = board(port), let sums, let saturated, let duration else { return false }
      return board.read(
        tile: Int(tile), row: Int(row), column: Int(column), columns: Int(columns),
        averages: Int(averages), sums, &saturated.pointee, &duration.pointee)
    },
    multiply: { port, asked, number, input, sum in
      guard let board = board(port), let asked, let input, let sum else { return false }
      return board.multiply(asked.pointee, Int(number), input, &sum.pointee)
    })

  /// The lines of a mask that are set, below a number of lines.
  private func lines(_ mask: UnsafePointer<UInt8>, of count: Int) -> [Int] {
    var found: [Int] = []
    for byte in 0..<(count + 7) / 8 where mask[byte] != 0 {
      for bit in 0..<8 where mask[byte] >> UInt8(bit) & 1 == 1 { found.append(8 * byte + bit) }
    }
    return found
  }

  private func pulse(
    _ shape: tare_shape, scheme: UInt8, tile: Int, rows: UnsafePointer<UInt8>,
    columns: UnsafePointer<UInt8>, isUp: Bool, count: Int, _ energy: inout UInt64
  ) -> Bool {
    guard areOutputsOn, !isDead, let scheme = Wire.Scheme(rawValue: scheme)?.contract else {
      return false
    }
    let (rows, columns) = (
      lines(rows, of: crossbar.capabilities.rows), lines(columns, of: crossbar.capabilities.columns)
    )
    guard let top = rows.first, let bottom = rows.last, let left = columns.first,
      let right = columns.last
    else { return true }
    let region = CellRegion(
      tile: Tile(tile), rows: Row(top)..<Row(bottom + 1), columns: Column(left)..<Column(right + 1))
    let polarity = isUp ? Polarity.up : .down
    let isWhole = rows.count == region.rows.count && columns.count == region.columns.count
    let pattern: PulseTrain.Pattern
    if isWhole {
      pattern = .uniform(polarity, count: count)
    } else {
      func fires(_ lines: [Int], from first: Int, count width: Int, negative: Bool) -> [BitLine] {
        var all = Array(repeating: BitLine(isNegative: negative, slots: []), count: width)
        for line in lines { all[line - first] = BitLine(isNegative: negative, slots: 0..<count) }
        return all
      }
      pattern = .outerProduct(
        rowLines: fires(rows, from: top, count: region.rows.count, negative: !isUp),
        columnLines: fires(columns, from: left, count: region.columns.count, negative: false),
        slots: count)
    }
    let train = PulseTrain(
      region: region, pattern: pattern,
      shape: PulseShape(
        amplitude: Volts(Double(shape.amplitude) / ReportedUnit.volt),
        width: PulseWidth(picoseconds: Int64(clamping: shape.width)),
        rise: PulseWidth(picoseconds: Int64(clamping: shape.rise)),
        fall: PulseWidth(picoseconds: Int64(clamping: shape.fall)),
        period: PulseWidth(picoseconds: Int64(clamping: shape.period)),
        compliance: shape.compliance == 0
          ? nil : Amperes(Double(shape.compliance) / ReportedUnit.ampere)),
      scheme: scheme, cause: .manual)
    do {
      let receipt = try crossbar.apply(train)
      if knowsEnergies, let joules = receipt.energy, energy != Wire.unknownEnergy {
        energy += UInt64((joules.value * ReportedUnit.joule).rounded())
      } else {
        energy = Wire.unknownEnergy
      }
      return true
    } catch {
      return false
    }
  }

  private func read(
    tile: Int, row: Int, column: Int, columns: Int, averages: Int,
    _ sums: UnsafeMutablePointer<UInt32>, _ saturated: inout UInt32, _ duration: inout UInt64
  ) -> Bool {
    let region = CellRegion(
      tile: Tile(tile), rows: Row(row)..<Row(row + 1),
      columns: Column(column)..<Column(column + columns))
    do {
      let reading = try crossbar.readSums(of: region, averages: averages)
      for (place, sum) in reading.sums.enumerated() { sums[place] = sum }
      saturated += UInt32(reading.saturated)
      let time = crossbar.capabilities.converter.duration(of: region, averages: averages)
      duration += UInt64((time.value * 1e9).rounded())
      return true
    } catch {
      return false
    }
  }

  /// A row times a vector, or a column where that is transposed.
  private func multiply(
    _ asked: tare_multiply, _ number: Int, _ input: UnsafePointer<Int16>, _ sum: inout Int64
  ) -> Bool {
    let (row, column) = (Row(Int(asked.row)), Column(Int(asked.column)))
    var line = CellRegion(
      tile: Tile(Int(asked.tile)), rows: row..<row.advanced(by: Int(asked.rows)),
      columns: column..<column.advanced(by: Int(asked.columns)))
    if asked.is_transposed == 0 {
      line.rows = row.advanced(by: number)..<row.advanced(by: number + 1)
    } else {
      line.columns = column.advanced(by: number)..<column.advanced(by: number + 1)
    }
    let inputs = Array(UnsafeBufferPointer(start: input, count: line.count))
    guard let product = try? crossbar.product(ofLine: line, by: inputs) else { return false }
    sum = product
    return true
  }
}
