import Foundation
import Testing

/// The arrows of the house: what each module may import of ours.
///
/// An arrow that is not here is refused, so that adding one is a decision.
private let allowed: [String: Set<String>] = [
  "PhysicalUnits": [],
  "ReproducibleNoise": [],
  "CrossbarKernels": [],
  "ByteCoding": [],
  "CZlib": [],
  "DeviceContract": ["PhysicalUnits", "ByteCoding"],
  "WireProtocol": ["ByteCoding"],
  "WireGenerator": [],
  "CSerialPort": [],
  "CUSB": [],
  "CPosix": [],
  "BoardTransport": ["CSerialPort", "CUSB", "CPosix"],
  "BoardDriver": [
    "PhysicalUnits", "ByteCoding", "DeviceContract", "WireProtocol", "BoardTransport",
  ],
  "VirtualBoard": [
    "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "SimulatedCrossbar", "WireProtocol",
    "BoardTransport", "BoardDriver", "CTareBoard",
  ],
  "ResponseModels": ["PhysicalUnits", "ReproducibleNoise"],
  "SimulatedCrossbar": [
    "PhysicalUnits", "ByteCoding", "DeviceContract", "ReproducibleNoise", "ResponseModels",
    "CrossbarKernels",
  ],
  "DeviceConformance": ["PhysicalUnits", "DeviceContract"],
  "PulseLedger": ["PhysicalUnits", "ByteCoding", "DeviceContract", "CZlib"],
  "SymmetricPoint": ["PhysicalUnits", "ReproducibleNoise", "DeviceContract", "PulseLedger"],
  "Calibration": [
    "PhysicalUnits", "DeviceContract", "ResponseModels", "PulseLedger", "SymmetricPoint",
  ],
  "TrainingKernels": [],
  "AnalogTraining": [
    "PhysicalUnits", "ReproducibleNoise", "CZlib", "DeviceContract", "PulseLedger",
    "SymmetricPoint", "TrainingKernels",
  ],
  "TrainingStudies": [
    "DeviceContract", "ResponseModels", "SimulatedCrossbar", "PulseLedger", "AnalogTraining",
  ],
  "Reporting": [
    "PhysicalUnits", "DeviceContract", "ResponseModels", "PulseLedger", "SymmetricPoint",
    "Calibration", "AnalogTraining",
  ],
  "tare": [
    "PhysicalUnits", "DeviceContract", "ResponseModels", "SimulatedCrossbar", "PulseLedger",
    "SymmetricPoint", "Calibration", "AnalogTraining", "TrainingStudies", "Reporting",
    "DeviceConformance", "BoardTransport", "BoardDriver", "VirtualBoard",
  ],
]

@Suite struct LayeringTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The imports of every Swift file of a module, with the file's name.
  static func imports(of module: String) throws -> [(file: String, imported: String)] {
    let folder = root.appendingPathComponent("Sources/\(module)")
    guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    var found: [(String, String)] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
          words[..<place].allSatisfy({
            ["public", "internal", "package", "@testable"].contains($0)
          })
        else { continue }
        let name = words[words.count - 1].split(separator: ".")[0]
        found.append((file.lastPathComponent, String(name)))
      }
    }
    return found
  }

  @Test func everyModuleIsKnown() throws {
    let modules = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path)
    #expect(Set(modules) == Set(allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func noArrowRunsBack(module: String) throws {
    let imports = try Self.imports(of: module)
    #expect(
      [
        "CrossbarKernels", "TrainingKernels", "ReproducibleNoise", "ByteCoding", "CZlib",
        "CSerialPort", "CUSB", "CPosix",
      ].contains(module)
        || !imports.isEmpty)
    for (file, imported) in imports where allowed.keys.contains(imported) {
      #expect(
        allowed[module]?.contains(imported) == true,
        "\(module)/\(file) imports \(imported): against the layering")
    }
  }

  /// No algorithm, report or command reaches a backend except through a metered device: the only calls of
  /// `apply` on a device stand in the metered device and in the conformance suite.
  @Test func pulsesTakeOneRoad() throws {
    for module in ["SymmetricPoint", "Calibration", "Reporting"] {
      let imports = try Self.imports(of: module)
      #expect(!imports.contains { $0.imported == "SimulatedCrossbar" })
    }
  }

  /// The arrows themselves make no circle.
  @Test func thereIsNoCircle() {
    func reaches(_ from: String, _ goal: String, _ seen: Set<String>) -> Bool {
      (allowed[from] ?? []).contains {
        $0 == goal || (!seen.contains($0) && reaches($0, goal, seen.union([$0])))
      }
    }
    for module in allowed.keys { #expect(!reaches(module, module, [module])) }
  }
}
