import CrossbarKernels
public import DeviceContract
import PhysicalUnits
import ResponseModels

extension Crossbar {
  /// Reads the cells of a region; see ``PulseDevice/read(_:)``.
  public func read(_ request: ReadRequest) throws(DeviceError) -> Reading {
    try sampled(request).reading
  }

  private func sampled(_ request: ReadRequest) throws(DeviceError) -> Sampled {
    try capabilities.check(request)
    if Task.isCancelled {
      throw DeviceError(code: .interrupted, explanation: "the read was cancelled; nothing was read")
    }
    let tile = tiles[request.region.tile.index]
    if memory.isDurable {
      let (rows, columns) = Self.places(of: request.region)
      memory.begin(
        [
          memory.block(.samples, tile: request.region.tile.index, rows: rows, columns: columns),
          memory.block(memory.books),
        ] + movingBlocks(of: tile))
    }
    relax(tile)
    let sampled = sample(request.region, averages: request.averages)
    memory.books.pointee.clock += sampled.reading.duration.value
    relax(tile)
    memory.commit()
    return sampled
  }

  /// Reads the cells of a region as sums of the codes of all samples; otherwise as ``read(_:)``.
  ///
  /// - Precondition: the converter has codes.
  public func readSums(
    of region: CellRegion, averages: Int
  ) throws(DeviceError) -> (sums: [UInt32], saturated: Int) {
    precondition(capabilities.converter.bits > 0, "a converter with codes")
    let sampled = try sampled(ReadRequest(region: region, averages: averages))
    return (sampled.sums, sampled.reading.saturated)
  }

  /// A reading, and the sums of codes that it was made of; none where the converter has no codes.
  typealias Sampled = (reading: Reading, sums: [UInt32])

  /// What the converter makes of the visible weights.
  func sample(_ region: CellRegion, averages: Int) -> Sampled {
    let converter = capabilities.converter
    let tile = tiles[region.tile.index]
    let cells = kernelCells(tile)
    var settings = crossbar_converter()
    settings.noise = Float(converter.noise)
    (settings.lowest, settings.highest) = (
      Float(converter.range.lowerBound), Float(converter.range.upperBound)
    )
    settings.step = Float(converter.step)
    settings.averages = Int32(averages)
    var (saturated, sums) = (0, [UInt32]())
    let exact = settings.noise == 0 && settings.step == 0
    var weights = visible(region, cells)
    if !exact {
      sums = convert(&weights, region, cells, settings, samples: tile.samples, &saturated)
      if settings.step != 0 {
        for cell in weights.indices {
          weights[cell] = converter.weight(sum: sums[cell], averages: averages)
        }
      }
    }
    let reading = Reading(
      region: region, weights: weights, averages: averages, saturated: saturated,
      duration: converter.duration(of: region, averages: averages))
    return (reading, sums)
  }

  private func convert(
    _ weights: inout [Float], _ region: CellRegion, _ cells: crossbar_cells,
    _ converter: crossbar_converter, samples: CellBuffer<UInt32>, _ saturated: inout Int
  ) -> [UInt32] {
    var sums = [UInt32](repeating: 0, count: converter.step == 0 ? 0 : weights.count)
    weights.withUnsafeMutableBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        let (rows, columns) = Self.bounds(of: region)
        let (values, codes) = (weights.baseAddress, converter.step != 0 ? sums.baseAddress : nil)
        let width = region.columns.count
        withUnsafePointer(to: cells) { cells in
          withUnsafePointer(to: converter) { converter in
            if Self.isNarrow(region) {
              for column in columns {
                let first = Int(column - columns.lowerBound)
                saturated += Int(
                  crossbar_convert_below(
                    cells, converter, column, rows.lowerBound, rows.upperBound, Int32(width),
                    samples.pointer, values.map { $0 + first }, codes.map { $0 + first }))
              }
              return
            }
            for row in rows {
              let first = Int(row - rows.lowerBound) * width
              saturated += Int(
                crossbar_convert(
                  cells, converter, row, columns.lowerBound, columns.upperBound, samples.pointer,
                  values.map { $0 + first }, codes.map { $0 + first }))
            }
          }
        }
      }
    }
    return sums
  }

  /// The weights with the write noise that the last pulses left, without read noise.
  func visible(_ region: CellRegion, _ cells: crossbar_cells) -> [Float] {
    let tile = tiles[region.tile.index]
    let model = models[tile.tile]
    let writeNoise =
      settings.noise && model.kind.hasWriteNoise ? Float(model.writeNoiseStd * model.dwMin) : 0
    return [Float](unsafeUninitializedCapacity: region.count) { buffer, count in
      count = region.count
      guard let values = buffer.baseAddress else { return }
      let (rows, columns) = Self.bounds(of: region)
      let (width, epoch) = (region.columns.count, tile.record.pointee.epoch)
      withUnsafePointer(to: cells) { cells in
        if Self.isNarrow(region) {
          for column in columns {
            crossbar_visible_below(
              cells, writeNoise, epoch, column, rows.lowerBound, rows.upperBound, Int32(width),
              values + Int(column - columns.lowerBound))
          }
          return
        }
        for row in rows {
          crossbar_visible(
            cells, writeNoise, epoch, row, columns.lowerBound, columns.upperBound,
            values + Int(row - rows.lowerBound) * width)
        }
      }
    }
  }

  /// Whether a region is read in fewer vectors down its columns than along its rows: cells of a column are far from each
  /// other in memory, which costs about as much again.
  private static func isNarrow(_ region: CellRegion) -> Bool {
    let lanes = Int(CROSSBAR_LANES)
    let (rows, columns) = (region.rows.count, region.columns.count)
    return 2 * columns * ((rows + lanes - 1) / lanes) < rows * ((columns + lanes - 1) / lanes)
  }

  /// The rows and columns of a region as the kernels count them.
  private static func bounds(of region: CellRegion) -> (rows: Range<Int32>, columns: Range<Int32>) {
    let (rows, columns) = places(of: region)
    return (
      Int32(rows.lowerBound)..<Int32(rows.upperBound),
      Int32(columns.lowerBound)..<Int32(columns.upperBound)
    )
  }
}
