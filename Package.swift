// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every module is built under the same rules; CI turns warnings into errors.
let strict: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ]
  + (ProcessInfo.processInfo.environment["TARE_WARNINGS_AS_ERRORS"] == nil
    ? [] : [.treatAllWarnings(as: .error)])

/// A Swift module of ours: its folder below Sources, and the modules it may import.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: strict)
}

/// The tests of a module, in the folder that mirrors it.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies, resources: resources, swiftSettings: strict)
}

/// What only those who build the documentation resolve: `make docs`.
let documentation: [Package.Dependency] =
  ProcessInfo.processInfo.environment["TARE_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

let package = Package(
  name: "tare",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tare", targets: ["tare"]),
    .library(name: "PhysicalUnits", targets: ["PhysicalUnits"]),
    .library(name: "DeviceContract", targets: ["DeviceContract"]),
    .library(name: "DeviceConformance", targets: ["DeviceConformance"]),
    .library(name: "ResponseModels", targets: ["ResponseModels"]),
    .library(name: "SimulatedCrossbar", targets: ["SimulatedCrossbar"]),
    .library(name: "PulseLedger", targets: ["PulseLedger"]),
    .library(name: "SymmetricPoint", targets: ["SymmetricPoint"]),
    .library(name: "Calibration", targets: ["Calibration"]),
    .library(name: "AnalogTraining", targets: ["AnalogTraining"]),
    .library(name: "Reporting", targets: ["Reporting"]),
    .library(name: "WireProtocol", targets: ["WireProtocol"]),
    .library(name: "BoardTransport", targets: ["BoardTransport"]),
    .library(name: "BoardDriver", targets: ["BoardDriver"]),
    .library(name: "VirtualBoard", targets: ["VirtualBoard"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ] + documentation,
  targets: [
    module("PhysicalUnits"),
    module("ReproducibleNoise"),
    module("ByteCoding"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module("DeviceContract", ["PhysicalUnits", "ByteCoding"]),
    module("WireProtocol", ["ByteCoding"]),
    .executableTarget(name: "WireGenerator", swiftSettings: strict),
    .systemLibrary(
      name: "CSerialPort", pkgConfig: "libserialport", providers: [.apt(["libserialport-dev"])]),
    .systemLibrary(
      name: "CUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
    .target(name: "CPosix"),
    module("BoardTransport", ["CSerialPort", "CUSB", "CPosix"]),
    module(
      "BoardDriver",
      ["PhysicalUnits", "ByteCoding", "DeviceContract", "WireProtocol", "BoardTransport"]),
    // The core that labs port, as it is; simulated crossbars may have more lines than a board.
    .target(
      name: "CTareBoard", path: "Firmware-protocol/reference", publicHeadersPath: ".",
      cSettings: [.define("TARE_MOST_LINES", to: "4096u")]),
    module(
      "VirtualBoard",
      [
        "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "SimulatedCrossbar",
        "WireProtocol", "BoardTransport", "BoardDriver", "CTareBoard",
      ]),
    module("ResponseModels", ["PhysicalUnits", "ReproducibleNoise"]),
    .target(name: "CrossbarKernels"),
    module(
      "SimulatedCrossbar",
      [
        "PhysicalUnits", "ByteCoding", "DeviceContract", "ReproducibleNoise", "ResponseModels",
        "CrossbarKernels",
      ]),
    module("DeviceConformance", ["PhysicalUnits", "DeviceContract"]),
    module(
      "PulseLedger",
      [
        "PhysicalUnits", "ByteCoding", "DeviceContract", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    module(
      "SymmetricPoint",
      ["PhysicalUnits", "ReproducibleNoise", "DeviceContract", "PulseLedger"]),
    module(
      "Calibration",
      ["PhysicalUnits", "DeviceContract", "ResponseModels", "PulseLedger", "SymmetricPoint"]),
    .target(name: "TrainingKernels"),
    module(
      "AnalogTraining",
      [
        "PhysicalUnits", "ReproducibleNoise", "CZlib", "DeviceContract", "PulseLedger",
        "SymmetricPoint", "TrainingKernels",
      ],
      exclude: ["Data/Digits/SOURCES.md"],
      resources: [.embedInCode("Data/Digits/digits.csv.gz")]),
    module(
      "Reporting",
      [
        "PhysicalUnits", "DeviceContract", "ResponseModels", "PulseLedger", "SymmetricPoint",
        "Calibration", "AnalogTraining",
      ]),
    module(
      "TrainingStudies",
      ["DeviceContract", "ResponseModels", "SimulatedCrossbar", "PulseLedger", "AnalogTraining"]),
    .executableTarget(
      name: "tare",
      dependencies: [
        "PhysicalUnits", "DeviceContract", "ResponseModels", "SimulatedCrossbar", "PulseLedger",
        "SymmetricPoint", "Calibration", "AnalogTraining", "TrainingStudies", "Reporting",
        "DeviceConformance", "BoardTransport", "BoardDriver", "VirtualBoard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    tests("PhysicalUnits", ["PhysicalUnits"]),
    tests("ReproducibleNoise", ["ReproducibleNoise"]),
    tests("ByteCoding", ["ByteCoding"]),
    tests(
      "DeviceContract", ["PhysicalUnits", "ByteCoding", "ReproducibleNoise", "DeviceContract"]),
    tests("ResponseModels", ["PhysicalUnits", "ReproducibleNoise", "ResponseModels"]),
    tests(
      "PulseLedger",
      [
        "PhysicalUnits", "ByteCoding", "ReproducibleNoise", "DeviceContract", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    // Has libserialport take pseudo-terminals for serial ports; for tests alone.
    .target(name: "PortShim", path: "Tests/PortShim"),
    tests("BoardTransport", ["BoardTransport", "DeviceContract", "PortShim"]),
    tests("WireProtocol", ["ByteCoding", "WireProtocol", "CTareBoard"]),
    tests(
      "BoardDriver",
      [
        "PhysicalUnits", "DeviceContract", "DeviceConformance", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", "SymmetricPoint", "BoardTransport", "BoardDriver",
        "VirtualBoard", "WireProtocol", "PortShim",
      ]),
    tests("Architecture", []),
    // What is installed: udev rules, manual pages, the unit, and the workflow for users.
    tests("Installation", []),
    // The bench that makes ledgers is one file, linked into the tests that need ledgers.
    tests(
      "tare",
      [
        "tare", "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", "BoardTransport",
      ]),
    tests(
      "Reporting",
      [
        "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "ResponseModels", "PulseLedger",
        "SymmetricPoint", "Calibration", "Reporting",
      ]),
    tests(
      "SymmetricPoint",
      [
        "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", "SymmetricPoint",
      ]),
    tests(
      "Calibration",
      [
        "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", "SymmetricPoint", "Calibration",
      ]),
    tests(
      "AnalogTraining",
      [
        "PhysicalUnits", "ReproducibleNoise", "DeviceContract", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger", "SymmetricPoint", "AnalogTraining", "TrainingStudies",
      ]),
    tests(
      "TrainingStudies", ["AnalogTraining", "ResponseModels", "TrainingStudies"]),
    tests(
      "DeviceConformance",
      [
        "PhysicalUnits", "DeviceContract", "DeviceConformance", "ResponseModels",
        "SimulatedCrossbar", "PulseLedger",
      ]),
    tests(
      "SimulatedCrossbar",
      [
        "PhysicalUnits", "DeviceContract", "ReproducibleNoise", "ResponseModels",
        "SimulatedCrossbar", "CrossbarKernels",
      ],
      resources: [.copy("Golden")]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
