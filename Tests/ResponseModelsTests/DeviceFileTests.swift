import Foundation
import PhysicalUnits
import ResponseModels
import Testing

@Suite struct DeviceFileTests {
  @Test(arguments: Preset.all.map(\.name))
  func whatIsWrittenIsReadBack(preset: String) throws {
    var description = DeviceDescription(try Preset.named(preset))
    description.pulse.width = .nanoseconds(250)
    description.conductanceAtZero = Siemens(12.5e-6)
    let data = try description.json()
    #expect(try DeviceDescription(json: data) == description)
    #expect(try DeviceDescription(json: data).json() == data)
  }

  private func file(_ entries: String) -> Data {
    Data("{\"format\": \"tare-device\", \"version\": 1, \(entries)}".utf8)
  }

  @Test func whatIsLeftOutHasTheDefaultsOfTheField() throws {
    let description = try DeviceDescription(json: file("\"model\": \"SoftBounds\""))
    #expect(description.model == DeviceModel(.softBounds))
    let other = try DeviceDescription(
      json: file(
        "\"model\": \"softbounds\", \"parameters\": {\"dw_min\": 0.01, \"reverse_up\": true}, "
          + "\"pulse\": {\"width\": \"62.5 ns\"}"))
    #expect(other.model.dwMin == 0.01 && other.model.reverseUp)
    #expect(other.pulse.width.picoseconds == 62_500)
  }

  @Test(arguments: [
    ("", ModelError.Code.malformed, "model"),
    ("\"model\": \"SoftBond\"", .unknownName, "model"),
    ("\"model\": \"SoftBounds\", \"paramters\": {}", .unknownName, "paramters"),
    ("\"model\": \"SoftBounds\", \"parameters\": {\"dwmin\": 1}", .unknownName, "parameters.dwmin"),
    (
      "\"model\": \"SoftBounds\", \"parameters\": {\"gamma_up\": 1}", .unknownName,
      "parameters.gamma_up"
    ),
    (
      "\"model\": \"SoftBounds\", \"parameters\": {\"dw_min\": \"x\"}", .badValue,
      "parameters.dw_min"
    ),
    ("\"model\": \"SoftBounds\", \"parameters\": {\"dw_min\": -1}", .badValue, "dw_min"),
    ("\"model\": \"SoftBounds\", \"parameters\": {\"dw_min\": 0}", .badValue, "dw_min"),
    ("\"model\": \"SoftBounds\", \"parameters\": {\"w_min\": 0.5}", .badValue, "w_min, w_max"),
    ("\"model\": \"SoftBounds\", \"pulse\": {\"width\": \"-100 ns\"}", .badValue, "pulse.width"),
    ("\"model\": \"SoftBounds\", \"pulse\": {\"width\": 100}", .malformed, "pulse.width"),
    (
      "\"model\": \"SoftBounds\", \"pulse\": {\"amplitude\": \"nan V\"}", .badValue,
      "pulse.amplitude"
    ),
    (
      "\"model\": \"PiecewiseStep\", \"parameters\": {\"piecewise_up\": [1, 2]}", .badValue,
      "piecewise_up, piecewise_down"
    ),
    (
      "\"model\": \"PiecewiseStep\", \"parameters\": {\"piecewise_up\": [1, \"a\"]}", .malformed,
      "parameters.piecewise_up[1]"
    ),
  ])
  func namesTheFaultAndItsPlace(entries: String, code: ModelError.Code, place: String) {
    let text = entries.isEmpty ? "\"name\": \"x\"" : entries
    let error = #expect(throws: ModelError.self) { try DeviceDescription(json: file(text)) }
    #expect(error?.code == code && error?.place == place, "\(String(describing: error))")
  }

  @Test func aNewerFormatIsNotGuessedAt() {
    let data = Data("{\"format\": \"tare-device\", \"version\": 2, \"model\": \"New\"}".utf8)
    let error = #expect(throws: ModelError.self) { try DeviceDescription(json: data) }
    #expect(error?.code == .newerVersion && error?.explanation.contains("2") == true)
  }

  @Test(arguments: ["", "no json", "[]", "{\"version\": 1}"])
  func otherFilesAreRefused(text: String) {
    let error = #expect(throws: ModelError.self) { try DeviceDescription(json: Data(text.utf8)) }
    #expect(error?.code == .malformed)
  }

  @Test(arguments: [
    ("low-nois", "low-noise"), ("reramsb", "reram-sb"), ("ECRAM", "ecram"), ("hfo2", "reram-hfo2"),
    ("gokmen", "gokmen-vlasov"),
  ])
  func unknownPresetsComeWithTheNearestNames(wrong: String, right: String) {
    #expect(Spelling.nearest(to: wrong, in: Preset.all.map(\.name)).first == right)
  }
}

@Suite struct CellParametersTests {
  private let flat = """
    {"shape": [2, 2], "max_bound": [1, 1, 1, 1], "min_bound": [-1, -1, -1, -1],
     "dwmin_up": [0.1, 0.2, 0.3, 0.4], "dwmin_down": [0.1, 0.1, 0.1, 0.1],
     "reference": [0, 0.1, 0.2, 0.3]}
    """

  @Test func readsFlatAndNestedArrays() throws {
    let cells = try CellParameters(json: Data(flat.utf8), for: .softBoundsReference)
    #expect(cells.rows == 2 && cells.columns == 2 && cells.cells[3].dwminUp == 0.4)
    let nested = flat.replacing("\"shape\": [2, 2], ", with: "")
      .replacing("[0.1, 0.2, 0.3, 0.4]", with: "[[0.1, 0.2], [0.3, 0.4]]")
    #expect(try CellParameters(json: Data(nested.utf8), for: .softBoundsReference) == cells)
    let started = flat.replacing(
      "\"reference\"", with: "\"persistent_weights\": [1, 2, 3, 4], \"reference\"")
    let same = try CellParameters(json: Data(started.utf8), for: .softBoundsReference)
    #expect(same.start == [1, 2, 3, 4] && same.cells == cells.cells)
    let json = try cells.json(for: .softBoundsReference)
    #expect(try CellParameters(json: json, for: .softBoundsReference) == cells)
  }

  @Test(arguments: [
    ("\"dwmin_up\"", "\"dwmin_upp\"", ModelError.Code.unknownName, "dwmin_upp"),
    ("\"reference\": [0, 0.1, 0.2, 0.3]", "\"gamma_up\": [1, 1, 1, 1]", .unknownName, "gamma_up"),
    (", 0.3]}", "]}", .wrongSize, "reference"), ("[2, 2]", "[2, 3]", .wrongSize, "shape"),
    ("[2, 2]", "[2]", .malformed, "shape"), ("0.4", "null", .malformed, "dwmin_up[3]"),
  ])
  func namesTheFaultAndItsPlace(
    old: String, new: String, code: ModelError.Code, place: String
  ) {
    let text = flat.replacing(old, with: new)
    let error = #expect(throws: ModelError.self) {
      try CellParameters(json: Data(text.utf8), for: .softBoundsReference)
    }
    #expect(error?.code == code && error?.place == place, "\(String(describing: error))")
  }
}
