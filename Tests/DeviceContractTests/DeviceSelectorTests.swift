import DeviceContract
import Testing

@Suite struct DeviceSelectorTests {
  @Test(arguments: [
    ("sim:low-noise", "sim", "low-noise", 0), ("sim:a/b.json?rows=4&seed=7", "sim", "a/b.json", 2),
    ("low-noise", "", "low-noise", 0),
    ("serial:/dev/ttyACM0?baud=921600", "serial", "/dev/ttyACM0", 1),
    ("tcp:localhost:5025", "tcp", "localhost:5025", 0), ("sim:x?", "sim", "x", 0),
  ])
  func takesApart(text: String, kind: String, address: String, options: Int) throws {
    let selector = try DeviceSelector(parsing: text)
    #expect(selector.kind == kind && selector.address == address)
    #expect(selector.options.count == options)
    if !text.hasSuffix("?") { #expect(selector.description == text) }
  }

  @Test(arguments: ["sim:x?rows", "sim:x?=4", "sim:x?rows=", "sim:x?rows=4&rows=5"])
  func refuses(text: String) {
    #expect(throws: DeviceError.self) { try DeviceSelector(parsing: text) }
  }
}
