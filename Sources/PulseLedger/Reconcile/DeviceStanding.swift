import ByteCoding
import Crypto
import DeviceContract

/// Where a device stands: what a ledger compares itself with.
struct DeviceStanding: Sendable {
  var history: DeviceHistory?
  /// Checksums of the odometer, one entry a tile.
  var digests: [OdometerDigests]

  /// Asks a device.
  static func ask(_ device: any PulseDevice) async throws(DeviceError) -> DeviceStanding {
    let tiles = device.capabilities.tiles
    guard let journaled = device as? any JournaledDevice else {
      var digests: [OdometerDigests] = []
      for counts in try await odometer(of: device) { digests.append(OdometerDigests(of: counts)) }
      return DeviceStanding(history: nil, digests: digests)
    }
    var digests: [OdometerDigests] = []
    for tile in 0..<tiles { digests.append(try await journaled.odometerDigests(of: Tile(tile))) }
    return DeviceStanding(history: try await journaled.history(), digests: digests)
  }

  /// The odometer of every tile.
  static func odometer(of device: any PulseDevice) async throws(DeviceError) -> [CellCounts] {
    var counts: [CellCounts] = []
    for tile in 0..<device.capabilities.tiles {
      counts.append(
        try await device.odometer(of: device.capabilities.whole(tile: Tile(tile))))
    }
    return counts
  }

  /// SHA-256 of all checksums, as the ledger keeps it.
  var digest: [UInt8] {
    var writer = ByteWriter()
    for tile in digests { for block in tile.blocks { writer.append(block) } }
    return EntryChain.digest(writer.bytes)
  }
}
