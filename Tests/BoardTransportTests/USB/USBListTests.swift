import Foundation
import Synchronization
import Testing

@testable import BoardTransport

/// What is plugged in, as libusb and sysfs tell it.
@Suite(.serialized, .enabled(if: USBEmulator.isHere)) struct USBListTests {
  private static func find(_ device: EmulatedDevice) throws -> USBDevice? {
    try USBList.devices().first { $0.usb.serialNumber == device.serialNumber }
  }

  @Test func aBoardSaysWhatItIs() throws {
    let device = try EmulatedDevice("vid=10f8 pid=c583 product=Crossbar%20board vendor=Bench")
    let found = try #require(try Self.find(device))
    #expect(found.usb.identity == "10f8:c583")
    #expect(found.usb.productName == "Crossbar board" && found.usb.vendorName == "Bench")
    #expect(found.interface?.input == 0x81 && found.interface?.output == 0x01)
    #expect(found.interface?.packet == 512 && found.flaw == nil)
    #expect(found.access == .allowed)
    #expect("\(found.selector)" == "usb:10f8:c583:\(device.serialNumber)")
    #expect(FileManager.default.fileExists(atPath: found.path))
    // Nothing was asked of it.
    #expect(try device.count("claims") == 0 && device.received.isEmpty)
  }

  @Test func whoHasItIsSaid() throws {
    let device = try EmulatedDevice("board=echo")
    let line = try USBTransport(
      USBSelector(vendor: 0x1209, product: 1, serialNumber: device.serialNumber))
    guard case .held(let holders)? = try Self.find(device)?.access else {
      Issue.record("nobody has it")
      return
    }
    #expect(holders.map(\.process) == [getpid()])
    line.close()
    #expect(try Self.find(device)?.access == .allowed)
  }

  @Test func whatIsNoBoardIsNotListed() throws {
    let device = try EmulatedDevice("interface=FF/00/00")
    #expect(try Self.find(device) == nil)
    try device.unplug()
    #expect(try !USBList.devices().contains { $0.usb.serialNumber == device.serialNumber })
  }

  private static let head = "12010002FF00004009120100000101020301"

  /// Descriptors as they should not be: a device that is listed with what is wrong, or not at all, and never opened.
  ///
  /// Device descriptor, then a configuration with an interface FF/54/01.
  @Test(arguments: [
    // Nothing behind the device's own descriptor.
    "",
    // A configuration that ends within itself.
    "0902", "09022000010100",
    // Shorter than its own length.
    "090204000101008032",
    // An interface of length 0, of length 3, and one that ends within itself.
    "090220000101008032 0004000002FF540100 07058102000200 07050102000200",
    "090220000101008032 0304000002FF540100 07058102000200 07050102000200",
    "09020C000101008032 090400",
    // Endpoints that are not there, that are both for reading, or not bulk.
    "090212000101008032 0904000000FF540100",
    "090220000101008032 0904000002FF540100 07058102000200 07058202000200",
    "090220000101008032 0904000002FF540100 07058103000200 07050103000200",
    // 255 interfaces and 255 endpoints, of which there are one and two.
    "09022000FF01008032 09040000FFFF540100 07058102000200 07050102000200",
    "090219000101008032 0904000002FF540100 07058102000200",
    // Packets of 0, 5 and 2047 bytes.
    "090220000101008032 0904000002FF540100 07058102000000 07050102000000",
    "090220000101008032 0904000002FF540100 07058102050000 07050102000200",
    "090220000101008032 0904000002FF540100 070581 02FF0700 07050102000200",
    // An endpoint of length 0, and one of length 255.
    "090220000101008032 0904000002FF540100 00058102000200 07050102000200",
    "090220000101008032 0904000002FF540100 FF058102000200 07050102000200",
  ])
  func malformedDescriptors(configuration: String) throws {
    let device = try EmulatedDevice("descriptors=\(Self.head)\(configuration.filter { $0 != " " })")
    let found = try Self.find(device)
    #expect(found?.interface == nil)
    let error = failure {
      _ = try USBTransport(
        USBSelector(vendor: 0x1209, product: 1, serialNumber: device.serialNumber))
    }
    let refusals: [TransportError.Code] = [.notADevice, .notFound]
    #expect(refusals.contains { $0 == error?.code }, "\(String(describing: error))")
    #expect(try device.count("claims") == 0 && device.received.isEmpty)
  }

  /// An interface of a board that could carry no bytes: the device is listed, and what is wrong with it.
  @Test(arguments: [
    ("090212000101008032 0904000000FF540100", "no bulk endpoint each way"),
    ("090220000101008032 0904000002FF540100 07058102000200 07058202000200", "no bulk endpoint"),
    ("090220000101008032 0904000002FF540100 07058103000200 07050103000200", "no bulk endpoint"),
    ("090220000101008032 0904000002FF540100 07058102000000 07050102000000", "packets of 0 bytes"),
    ("090220000101008032 0904000002FF540100 07058102050000 07050102000200", "packets of 5 bytes"),
  ])
  func flawsAreTold(configuration: String, words: String) throws {
    let device = try EmulatedDevice(
      "descriptors=\(Self.head)\(configuration.filter { $0 != " " })")
    let found = try #require(try Self.find(device))
    #expect(found.interface == nil && found.flaw?.contains(words) == true, "\(found)")
  }

  /// Devices come and go while they are listed and opened: everything is found, gone, or said to be lost.
  @Test func unplugDuringEnumeration() async throws {
    let device = try EmulatedDevice("board=echo")
    let isOver = Mutex(false)
    let plugging = Task.detached {
      for _ in 0..<200 {
        try device.unplug()
        usleep(2_000)
        try device.plug("board=echo")
        usleep(10_000)
      }
      isOver.withLock { $0 = true }
    }
    var (found, missing, opened) = (0, 0, 0)
    while !isOver.withLock({ $0 }) {
      if try Self.find(device) == nil { missing += 1 } else { found += 1 }
      do throws(TransportError) {
        let line = try USBTransport(
          USBSelector(vendor: 0x1209, product: 1, serialNumber: device.serialNumber))
        opened += 1
        _ = try line.write([1, 2, 3])
        _ = try line.read(most: 10)
      } catch {
        #expect([.notFound, .lost].contains(error.code), "\(error)")
      }
      await Task.yield()
    }
    try await plugging.value
    print("USBListTests: found \(found) times, missing \(missing), opened \(opened)")
    #expect(found > 0 && missing > 0 && opened > 0)
    #expect(try Self.find(device)?.access == .allowed)
  }
}
