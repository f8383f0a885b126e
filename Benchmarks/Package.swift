// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who uses Tare never resolves it.
let package = Package(
  name: "tare-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "tare", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .executableTarget(
      name: "tare-benchmarks",
      dependencies: [
        .product(name: "PhysicalUnits", package: "tare"),
        .product(name: "DeviceContract", package: "tare"),
        .product(name: "ResponseModels", package: "tare"),
        .product(name: "SimulatedCrossbar", package: "tare"),
        .product(name: "PulseLedger", package: "tare"),
        .product(name: "AnalogTraining", package: "tare"),
        .product(name: "WireProtocol", package: "tare"),
        .product(name: "BoardTransport", package: "tare"),
        .product(name: "BoardDriver", package: "tare"),
        .product(name: "VirtualBoard", package: "tare"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
