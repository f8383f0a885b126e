import DeviceContract
import Foundation
import PhysicalUnits
import ReproducibleNoise
import ResponseModels
import Testing

@testable import Calibration
@testable import PulseLedger
@testable import Reporting
@testable import SymmetricPoint

/// The figures and the reference map that a search to a tolerance leaves behind.
@Suite struct SearchFigureTests {
  /// A search as it might have gone, with stuck cells, one that is beyond the window, and estimates that were anywhere
  /// before much was known.
  static func report(side: Int, hasTruth: Bool, reads: Int = 12) throws -> CalibrationReport {
    let seed: UInt64 = 20_267
    var random = RandomStream(seed: seed, stream: UInt64(side))
    let device = DeviceDescription(try Preset.named("low-noise"))
    let array = try #require(ArrayExpectation(of: device))
    let region = CellRegion.whole(rows: side, columns: side)
    let truth = (0..<region.count).map { _ in Double.random(in: -0.5...0.9, using: &random) }
    let estimates = truth.indices.map { cell -> SymmetricPointEstimate in
      let isStuck = cell % 29 == 3
      let verdict: SymmetricPointEstimate.Verdict =
        cell == 7 ? .outside : isStuck ? .stuck : .converged
      return SymmetricPointEstimate(
        value: Float(truth[cell] + Double.random(in: -0.03...0.03, using: &random)),
        halfWidth: isStuck || cell == 7 ? 2 : 0.035, pulses: 300 + 7 * (cell % 60), verdict: verdict
      )
    }
    var trace = SearchTrace(of: Array(truth.indices))
    var courses = CellCourse.chosen(of: Array(truth.indices)).map(CellCourse.init)
    var course = [SearchProgress(done: 0, cells: region.count, pulses: 0, reads: 1)]
    for read in 1...reads {
      let error = read == 2 ? 90 : 0.4 / Double(read)
      trace.append { Float(truth[$0] + error) }
      for place in courses.indices {
        courses[place].append(
          .init(
            pulses: 30 * read, value: Float(truth[courses[place].cell] + error),
            halfWidth: Float(1.5 * error)))
      }
      course.append(
        SearchProgress(
          done: 0, cells: region.count, pulses: 30 * read * region.count, reads: read + 1,
          deviation: error))
    }
    let cost = CalibrationCost(
      pulsesPerCell: 400, pulses: 400 * region.count, reads: 20, exposures: 0, time: Seconds(1),
      energy: .zero)
    let plan = PlannedCalibration(
      verdict: .measures, tolerance: 0.02, range: 2, method: .seek, reason: "", remarks: [],
      search: Seek(array.response, tolerance: 0.02, mostPulses: 2_000), isWithinReach: true,
      best: cost, expected: cost, worst: cost, allowed: 2_000, mostPerCell: 2_000, array: array,
      alternatives: [], limits: [], seed: 1)
    let found = SearchResult(
      region: region, estimates: estimates, reads: reads + 1, innovationRatio: 1, course: course,
      cells: courses, trace: trace, steps: estimates.map { _ in 0.001 }, stoppedBy: nil)
    let counts = CellCounts(cells: region.count, up: 200, down: 150)
    return CalibrationReport(
      capabilities: try Self.capabilities(side: side),
      result: CalibrationOutcome(CampaignResult(plan: plan, found: found, stages: [])),
      account: PulseAccount(), counts: counts,
      exposures: Array(repeating: 5, count: region.count), truth: hasTruth ? truth : nil,
      run: RunMark(settings: [:]), finished: Date())
  }

  static func capabilities(side: Int) throws -> Capabilities {
    let one = PulseWidth.nanoseconds(100)
    let volts = try SteppedRange(from: Volts(1), through: Volts(2), step: Volts(0.1))
    let widths = try SteppedWidths(from: one, through: one, step: .nanoseconds(10))
    return Capabilities(
      identity: DeviceIdentity(model: "m", serialNumber: "s", firmware: "f"), tiles: 1, rows: side,
      columns: side, trainKinds: [.counts], amplitude: volts, width: widths, edge: widths,
      period: widths, compliance: ComplianceCapability(enforcer: .nobody),
      converter: ConverterCapability(
        range: -1...1, bits: 12, noise: 0.004, parallelColumns: side, sampleTime: Seconds(1e-5),
        mostAverages: 16, amplitude: volts),
      longestTrain: 1_000, biasSchemes: [.isolated], queueDepth: 1, counterDurability: .volatile,
      scale: ConductanceScale(atZero: Siemens(5e-5), perUnit: Siemens(2.5e-5)),
      nominalShape: PulseShape(
        amplitude: Volts(1), width: one, rise: one, fall: one, period: one))
  }

  /// Nothing overlaps or leaves the page, whatever the size of the array and with or without a truth.
  @Test(arguments: [8, 128], [true, false]) func figuresAreLegible(side: Int, hasTruth: Bool) throws
  {
    let report = try Self.report(side: side, hasTruth: hasTruth)
    let names = Set(report.figures.map(\.name))
    let wanted: Set = [
      "estimate-against-pulses", "error-against-budget", "symmetric-point-map", "half-width-map",
      "pulses-map", "symmetric-point-histogram",
    ]
    #expect(wanted.isSubset(of: names) && names.contains("residual-map") == hasTruth)
    for (name, figure) in report.figures {
      let probe = SVGProbe(figure.svg())
      #expect(probe.isWellFormed && probe.overlaps.isEmpty, "\(name): \(probe.overlaps)")
      #expect(probe.outside.isEmpty && probe.brokenAttributes.isEmpty, "\(name): \(probe.outside)")
    }
  }

  @Test func stuckCellsAreNoNumbersInMaps() throws {
    let report = try Self.report(side: 8, hasTruth: true)
    for name in ["symmetric-point-map", "residual-map", "half-width-map"] {
      let figure = try #require(report.figures.first { $0.name == name }?.figure)
      let map = try #require(figure as? HeatMap)
      #expect(map.values.indices.filter { map.values[$0].isNaN } == [3, 7, 32, 61])
      let texts = SVGProbe(map.svg()).contents
      #expect(texts.contains("stuck (3 cells)") && texts.contains("beyond the window (1 cell)"))
    }
    let pulses = try #require(
      report.figures.first { $0.name == "pulses-map" }?.figure as? HeatMap)
    #expect(pulses.values.allSatisfy { $0.isFinite })
  }

  /// Six cells with their intervals and true points, in a plot that holds the window and not what was anywhere.
  @Test func estimatesStandBesideTheTruth() throws {
    for hasTruth in [true, false] {
      let report = try Self.report(side: 8, hasTruth: hasTruth)
      let chart = try #require(
        report.figures.first { $0.name == "estimate-against-pulses" }?.figure as? LineChart)
      #expect(chart.series.count == 6 && chart.series[1].label == "(1, 4)")
      #expect(chart.series.allSatisfy { ($0.level != nil) == hasTruth })
      #expect(chart.series.allSatisfy { $0.uncertainty?.style == .bars })
      let range = try #require(chart.y.range)
      #expect(range.lowerBound > -2.5 && range.upperBound < 2.5)
      let last = chart.series[0].count - 1
      let bars = try #require(chart.series[0].uncertainty)
      #expect(abs(bars.upper[last] - chart.series[0].y[last] - 0.05) < 1e-6)
    }
    // Many reads are drawn as bands: bars would be one.
    let long = try Self.report(side: 8, hasTruth: true, reads: 40)
    let chart = try #require(
      long.figures.first { $0.name == "estimate-against-pulses" }?.figure as? LineChart)
    #expect(chart.series.allSatisfy { $0.uncertainty?.style == .band })
  }

  /// The curves are those of the search, and the bounds what the study says: `c / sqrt(N)` and above it the noisy one.
  @Test func theBoundIsDrawnIn() throws {
    for hasTruth in [true, false] {
      let report = try Self.report(side: 8, hasTruth: hasTruth)
      let chart = try #require(
        report.figures.first { $0.name == "error-against-budget" }?.figure as? LineChart)
      #expect(chart.series.count == (hasTruth ? 4 : 3))
      let plan = try #require(report.result.search?.plan)
      let (quiet, noisy) = (
        chart.series[chart.series.count - 2], chart.series[chart.series.count - 1]
      )
      for (pulses, error) in zip(quiet.x, quiet.y) {
        // Noise of 0.3 a step of 0.001, slopes that add up to 0.002, a window of 2: 15 % over the root of the pulses.
        #expect(abs(error - 100 * plan.array.noiseFactor / 2 / pulses.squareRoot()) < 1e-9)
      }
      #expect(abs((quiet.y.first ?? 0) * (quiet.x.first ?? 0).squareRoot() - 15) < 1.5)
      #expect(zip(noisy.y, quiet.y.suffix(noisy.count)).allSatisfy { $0 > $1 })
      #expect(chart.markers.map(\.label) == ["tolerance", "expected", "allowed"])
      #expect(chart.markers.map(\.value) == [1, 400, 2_000])
      if hasTruth {
        // Of a window of 2: 0.4 is 20 %.
        #expect(abs((chart.series[0].y.first ?? 0) - 20) < 1e-3)
        #expect(chart.series[0].x.first == 30)
      }
      #expect((chart.y.range?.upperBound ?? 101) <= 100)
    }
  }

  @Test func theReferenceIsWrittenAndReadBack() throws {
    let report = try Self.report(side: 8, hasTruth: true)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tare-figures-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try report.write(to: try RunFolder.create(at: folder))
    let map = try ReferenceMap(run: folder)
    #expect(map == report.reference)
    #expect(map.empty == [3, 7, 32, 61] && map.tolerance == 0.02 && map.method == "seek")
    #expect(map.cells[0].value == report.result.estimates[0].value)
    #expect(map.cells[0].step == 0.001 && map.run == report.run.id.uuidString)
    // What other programs get.
    let filled = try map.filled(by: .zero)
    let table = String(
      decoding: try ReferenceExport.encode(filled, as: .csv), as: UTF8.self
    ).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(table.count == 65 && table[4][2] == "0" && table[4][4] == "stuck" && table[4][6] == "1")
    let plain = try ReferenceExport.encode(filled, as: .npy)
    let table32 = try NPYWriter.encode(filled.values.map { $0 ?? .nan }, rows: 8, columns: 8)
    #expect(plain == table32)
    let again = try ReferenceMap(json: try ReferenceExport.encode(filled, as: .json), name: "x")
    #expect(again == filled)
    #expect(ReferenceExport.Form(ofFile: "a/b.NPY") == .npy)
    #expect(ReferenceExport.Form(ofFile: "a.npy/b") == nil)
  }
}
