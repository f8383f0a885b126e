import Foundation
import Testing

@testable import Reporting

@Suite struct NPYWriterTests {
  @Test func headerIsThatOfVersionOne() throws {
    let data = try NPYWriter.encode([1, 2, 3, 4, 5, 6] as [Float], rows: 2, columns: 3)
    #expect(Array(data.prefix(8)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let length = Int(data[8]) + Int(data[9]) << 8
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: data[10..<(10 + length)], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"))
    #expect(header.hasSuffix("\n"))
    #expect(data.count == 10 + length + 24)
    #expect(Array(data[(10 + length)..<(14 + length)]) == [0, 0, 0x80, 0x3F])
  }

  @Test func integersAreLittleEndian() {
    #expect(Array(NPYWriter.encode([-2] as [Int32]).suffix(4)) == [0xFE, 0xFF, 0xFF, 0xFF])
    #expect(Array(NPYWriter.encode([0x0102_0304] as [UInt32]).suffix(4)) == [4, 3, 2, 1])
  }

  @Test func shapeThatDoesNotFitIsRefused() {
    let error = #expect(throws: ReportingError.self) {
      try NPYWriter.encode([1.0, 2, 3], rows: 2, columns: 2)
    }
    #expect(error?.code == .invalid)
    #expect(throws: ReportingError.self) {
      try NPYWriter.encode([1.0], rows: -1, columns: -1)
    }
  }

  @Test(
    .enabled(
      if: Tool.hasNumPy || Tool.isContinuousIntegration,
      "SKIPPED: python3 with numpy is missing, files were not loaded by NumPy itself"))
  func numPyReadsWhatWasWritten() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let files: [(String, Data)] = [
      ("a", NPYWriter.encode([1.5, -.infinity, .nan] as [Float])),
      ("b", try NPYWriter.encode([0.1, 1e-300, -2, 3, 4, 5], rows: 2, columns: 3)),
      ("c", NPYWriter.encode([Int32.min, 0, Int32.max])),
      ("d", try NPYWriter.encode([UInt32.max, 7], rows: 1, columns: 2)),
      ("e", NPYWriter.encode([] as [Double])),
    ]
    for (name, data) in files { try OutputFile.write(data, to: folder.path + "/\(name).npy") }
    let script = """
      import numpy, sys
      for name in 'abcde':
        x = numpy.load(sys.argv[1] + '/' + name + '.npy')
        print(name, x.dtype.str, x.shape, x.flags['C_CONTIGUOUS'], x.tolist())
      """
    let run = try Tool.run("python3", ["-c", script, folder.path])
    #expect(run.status == 0)
    #expect(
      run.output == """
        a <f4 (3,) True [1.5, -inf, nan]
        b <f8 (2, 3) True [[0.1, 1e-300, -2.0], [3.0, 4.0, 5.0]]
        c <i4 (3,) True [-2147483648, 0, 2147483647]
        d <u4 (1, 2) True [[4294967295, 7]]
        e <f8 (0,) True []

        """)
  }
}
