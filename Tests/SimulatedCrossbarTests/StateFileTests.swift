import DeviceContract
import Foundation
import PhysicalUnits
import ReproducibleNoise
import ResponseModels
import Testing

@testable import SimulatedCrossbar

@Suite struct StateFileTests {
  /// A campaign with everything in it, in pieces that may run in processes of their own.
  private static let campaign: [@Sendable (SimulatedCrossbar) async throws -> Void] = [
    { _ = try await $0.apply($0.train(.alternating(pairs: 20))) },
    { chip in
      for cell in 0..<12 {
        _ = try await chip.apply(
          chip.train(
            .uniform(.up, count: cell), on: .cell(row: Row(cell % 6), column: Column(cell))))
      }
    },
    { _ = try await $0.read(ReadRequest(region: $0.capabilities.whole(), averages: 2)) },
    { try await $0.undergo(.diffuse) },
    { try await $0.undergo(.drift(seconds: 5)) },
    { try await $0.undergo(.drift(seconds: 50)) },
    { try await $0.undergo(.reset) },
    {
      _ = try await $0.apply(
        $0.train(
          .counts((0..<20).map { Int16($0 - 10) }), on: CellRegion(rows: 2..<4, columns: 5..<15),
          scheme: .thirdVoltage, reads: 4))
    },
    { try await $0.setStates([0.1], of: .cell(tile: 1, row: 0, column: 19)) },
    { _ = try await $0.apply($0.train(.uniform(.down, count: 33), reads: 10)) },
  ]

  private func settings(_ state: String? = nil, threads: Int = 1) throws -> SimulatorSettings {
    var settings = try chipSettings(tiles: 2, state: state)
    settings.device.model.diffusion = 0.01
    (settings.device.model.driftNu, settings.device.model.driftNuStd) = (0.1, 0.2)
    settings.threads = threads
    return settings
  }

  /// The same bits without a file, with a file, and with a file that is put away after each act.
  @Test func aRunThatIsSplitOverProcessesIsTheSame() async throws {
    let scratch = try Scratch()
    var found: [(ChipState, Reading)] = []
    for (way, state) in [nil, scratch.path("one"), scratch.path("many")].enumerated() {
      var chip = try SimulatedCrossbar(settings(state, threads: way + 1))
      for act in Self.campaign {
        try await act(chip)
        if way == 2 {
          let before = try await ChipState(chip)
          await chip.park()
          // Another chip takes its place first, so that this one is closed before it is opened again.
          chip = try SimulatedCrossbar(settings())
          chip = try SimulatedCrossbar(settings(state))
          #expect(try await ChipState(chip) == before)
        }
      }
      var state = try await ChipState(chip)
      state.history.epoch = 0
      #expect(state.isConsistent)
      let whole = chip.capabilities.whole()
      found.append((state, try await chip.read(ReadRequest(region: whole))))
    }
    #expect(found[0] == found[1])
    #expect(found[0] == found[2])
  }

  @Test func aChipKeepsItsNameAndIsNoOther() async throws {
    let scratch = try Scratch()
    var identities: Set<DeviceIdentity> = []
    for name in ["a", "b", "a"] {
      let chip = try SimulatedCrossbar(settings(scratch.path(name)))
      #expect(chip.capabilities.counterDurability == .everyPulse)
      let serial = chip.capabilities.identity.serialNumber
      #expect(serial.wholeMatch(of: /SIM-[0-9A-F]{8}/) != nil, "\(serial)")
      identities.insert(chip.capabilities.identity)
    }
    #expect(identities.count == 2)
    let volatile = try SimulatedCrossbar(settings())
    #expect(volatile.capabilities.counterDurability == .volatile)
    #expect(volatile.capabilities.identity.serialNumber == "SIM-11")
    // Its memory is lost at each end, and says so.
    let next = try SimulatedCrossbar(settings())
    #expect(try await volatile.history().epoch != next.history().epoch)
  }

  @Test func aChipHasOneHolder() async throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    var chip: SimulatedCrossbar? = try SimulatedCrossbar(settings(path))
    let error = #expect(throws: DeviceError.self) { try SimulatedCrossbar(settings(path)) }
    #expect(error?.code == .busy && error?.retryAdvice == .safe && error?.fired == 0...0)
    let explanation = error?.explanation ?? ""
    #expect(explanation.contains("in use"))
    #expect(explanation.contains("\(ProcessInfo.processInfo.processIdentifier)"))
    #expect(explanation.contains(ProcessInfo.processInfo.processName.prefix(60)))
    _ = try await chip?.apply(#require(chip).train(.uniform(.up, count: 1)))
    chip = nil
    #expect(try await SimulatedCrossbar(settings(path)).history().last == 1)
    _ = chip
  }

  @Test func anotherChipIsRefusedByName() throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    _ = try SimulatedCrossbar(chipSettings(rows: 64, columns: 8, state: path))
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    func expectRefusal(
      _ words: [String], _ change: (inout SimulatorSettings) throws -> Void
    ) throws {
      var settings = try chipSettings(rows: 64, columns: 8, state: path)
      try change(&settings)
      let error = #expect(throws: StateFileError.self) { try SimulatedCrossbar(settings) }
      #expect(error?.code == .otherChip && error?.path == path)
      for word in words {
        #expect(error?.explanation.contains(word) == true, "\(word): \(error as Any)")
      }
    }
    try expectRefusal(["was made with rows=64;", "asked rows=32;"]) { $0.rows = 32 }
    try expectRefusal(["rows=64, columns=8", "rows=8, columns=64"]) {
      ($0.rows, $0.columns) = (8, 64)
    }
    try expectRefusal(["tiles=1", "tiles=2"]) { $0.tiles = 2 }
    try expectRefusal(["seed=11", "seed=12"]) { $0.seed = 12 }
    try expectRefusal(["noise=on", "noise=off"]) { $0.noise = false }
    try expectRefusal(["endurance=0.0", "endurance=1000.0"]) { $0.endurance = 1000 }
    try expectRefusal(["dw_min=", "dw_min=0.5"]) { try $0.set("dw_min", to: "0.5") }
    try expectRefusal(["device=reram-sb", "device=other"]) { $0.device.name = "other" }
    try expectRefusal(["amplitude=", "amplitude=0.5"]) { $0.device.pulse.amplitude = Volts(0.5) }
    try expectRefusal(["cells=drawn", "cells=given"]) {
      $0.cells = $0.device.model.sampleCells(rows: 64, columns: 8, seed: 11)
    }
    try expectRefusal(["model=SoftBounds", "and "]) {
      $0.device = DeviceDescription(name: "reram-sb", model: DeviceModel(.expStep))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    // Threads and the name of the file are not what a chip is.
    try FileManager.default.moveItem(atPath: path, toPath: path + "2")
    var settings = try chipSettings(rows: 64, columns: 8, state: path + "2")
    settings.threads = 3
    _ = try SimulatedCrossbar(settings)
  }

  @Test func whatIsNoStateFileIsLeftAsItIs() throws {
    let scratch = try Scratch()
    let good = scratch.path("good"), bad = scratch.path("bad")
    _ = try SimulatedCrossbar(settings(good))
    let whole = try Data(contentsOf: URL(fileURLWithPath: good))
    func expect(_ code: StateFileError.Code, _ word: String, _ bytes: Data) throws {
      try bytes.write(to: URL(fileURLWithPath: bad))
      let error = #expect(throws: StateFileError.self) { try SimulatedCrossbar(settings(bad)) }
      #expect(error?.code == code, "\(error as Any)")
      #expect(error?.description.contains(bad) == true)
      #expect(error?.explanation.contains(word) == true, "\(error as Any)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: bad)) == bytes)
    }
    func changed(_ place: Int, _ value: UInt8) -> Data {
      var bytes = whole
      bytes[place] = value
      return bytes
    }
    try expect(.notAStateFile, "0 bytes", Data())
    try expect(.notAStateFile, "something else", Data("SQLite format 3, as an example".utf8))
    try expect(.notAStateFile, "something else", Data(repeating: 0, count: whole.count))
    try expect(.newerVersion, "version 2", changed(8, 2))
    for size in [17, 4095, 4096, 5000, whole.count - 1] {
      try expect(.damaged, "\(size) bytes", whole.prefix(size))
    }
    try expect(.damaged, "bytes", whole + Data([0]))
    try expect(.damaged, "checksum", changed(16, whole[16] ^ 1))
    try expect(.damaged, "checksum", changed(4096 + 9, 0x20))
    let swapped = Data(whole.prefix(8).reversed()) + whole.dropFirst(8)
    try expect(.newerVersion, "byte order", swapped)
    // An undo area that makes no sense is not put back.
    let layout = ChipLayout(
      tiles: 2, rows: 6, columns: 20,
      settingsBytes: ChipSettings(try settings(good)).text.utf8.count, hasUndo: true)
    try expect(.damaged, "makes no sense", changed(layout.undo, 99))
    var far = changed(layout.undo, 1)
    for byte in 0..<32 { far[layout.undo + 64 + byte] = 0xFF }
    try expect(.damaged, "makes no sense", far)

    try FileManager.default.createDirectory(
      atPath: scratch.path("folder"), withIntermediateDirectories: true)
    for (path, code) in [
      (scratch.path("folder"), StateFileError.Code.notAStateFile),
      (scratch.path("missing/chip"), .noFolder), (good + "/chip", .noFolder),
      ("/dev/null", .notAStateFile),
    ] {
      let error = #expect(throws: StateFileError.self) { try SimulatedCrossbar(settings(path)) }
      #expect(error?.code == code, "\(path): \(error as Any)")
    }
  }

  /// Any byte of a state file may be wrong; the program says so or goes on, and never traps.
  @Test func garbageNeverTraps() throws {
    let scratch = try Scratch()
    let good = scratch.path("good"), bad = scratch.path("bad")
    _ = try SimulatedCrossbar(settings(good))
    let whole = try Data(contentsOf: URL(fileURLWithPath: good))
    let layout = ChipLayout(
      tiles: 2, rows: 6, columns: 20,
      settingsBytes: ChipSettings(try settings(good)).text.utf8.count, hasUndo: true)
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = RandomStream(seed: seed)
    for _ in 0..<60 {
      var bytes = whole
      bytes[layout.undo] = UInt8(random.integer(below: 4))
      for _ in 0..<8 {
        bytes[layout.undo + 64 + random.integer(below: 96)] = UInt8(random.integer(below: 256))
      }
      try bytes.write(to: URL(fileURLWithPath: bad))
      do {
        _ = try SimulatedCrossbar(settings(bad))
      } catch {
        #expect((error as? StateFileError)?.code == .damaged, "\(error)")
      }
    }
  }

  /// A creation that was killed leaves nothing under the file's name, and does not hinder the next.
  @Test func aHalfMadeFileIsNoChip() async throws {
    let scratch = try Scratch()
    let path = scratch.path("chip")
    try Data(repeating: 7, count: 100_000).write(
      to: URL(fileURLWithPath: path + ".being-created"))
    let chip = try SimulatedCrossbar(settings(path))
    #expect(try await chip.history().last == 0)
    #expect(!FileManager.default.fileExists(atPath: path + ".being-created"))
    let fresh = try SimulatedCrossbar(settings())
    let region = chip.capabilities.whole(tile: 1)
    #expect(try await chip.states(of: region) == fresh.states(of: region))
    #expect(try await chip.odometer(of: region) == fresh.odometer(of: region))
  }

  @Test func aFullDiskIsTold() throws {
    let scratch = try Scratch()
    // More than any disk holds.
    let error = #expect(throws: StateFileError.self) {
      try StateFile.open(scratch.path("chip"), length: 1 << 60)
    }
    #expect(error?.code == .system, "\(error as Any)")
    #expect(error?.explanation.contains("the chip needs \(1 << 60) bytes") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).isEmpty)
  }
}
