import ByteCoding
import CrossbarKernels
import Foundation

/// The first page of a state file, and the text of the settings after it.
struct StateHeader {
  /// "TARECHIP" in the order of the bytes of the machine.
  static let magic: UInt64 = 0x5049_4843_4552_4154
  static let version: UInt32 = 1
  static let byteOrder: UInt32 = 0x0102_0304

  /// Fails unless a file begins as a state file of this machine and this version.
  static func expectMagic(in file: StateFile) throws(StateFileError) {
    guard file.size != nil else {
      throw StateFileError(.notAStateFile, file.path, "it is no regular file")
    }
    let reader = try file.bytes(at: 0, count: 16)
    guard reader.count == 16 else {
      throw StateFileError(
        .notAStateFile, file.path, "\(reader.count) bytes are no state file; it is left as it is")
    }
    let (magic, version): (UInt64, UInt32) = reader.withUnsafeBytes {
      ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt32.self))
    }
    guard magic != Self.magic.byteSwapped else {
      throw StateFileError(
        .newerVersion, file.path, "it was written by a machine of another byte order")
    }
    guard magic == Self.magic else {
      throw StateFileError(
        .notAStateFile, file.path,
        "it is something else than a state file, and is left as it is; name another file")
    }
    guard version <= Self.version else {
      throw StateFileError(
        .newerVersion, file.path,
        "it has format version \(version) and this program reads up to \(Self.version): use a newer "
          + "tare")
    }
  }

  /// Fails unless a file is whole and holds the chip of the settings.
  static func check(
    _ file: StateFile, settings: ChipSettings, layout: ChipLayout
  ) throws(StateFileError) {
    let page = try file.bytes(at: 0, count: ChipLayout.page)
    let size = file.size ?? 0
    func damaged(_ explanation: String) -> StateFileError {
      StateFileError(.damaged, file.path, explanation + "; restore it from a copy")
    }
    guard page.count == ChipLayout.page else {
      throw damaged("it ends after \(size) bytes, within its first page")
    }
    let header = page.withUnsafeBytes { $0.load(as: crossbar_chip_header.self) }
    guard checksum(of: header) == header.checksum else {
      throw damaged("the checksum of its first page is wrong")
    }
    guard header.length == UInt64(size) else {
      throw damaged("it has \(size) bytes instead of \(header.length)")
    }
    let text = try file.bytes(
      at: ChipLayout.settings, count: min(size, Int(clamping: header.settings_bytes)))
    guard CRC32C.checksum(text) == header.settings_digest else {
      throw damaged("the checksum of its settings is wrong")
    }
    if let difference = settings.difference(from: String(decoding: text, as: UTF8.self)) {
      throw StateFileError(
        .otherChip, file.path,
        "the chip \(difference); ask for it as it was made, or name another file")
    }
    guard layout.length == size else {
      throw damaged("it has \(size) bytes; this chip needs \(layout.length)")
    }
  }

  /// Writes the header of a new chip, and its settings.
  static func write(
    to memory: ChipMemory, settings: ChipSettings, serial: UInt32, epoch: UInt64
  ) {
    let text = Array(settings.text.utf8)
    var header = crossbar_chip_header()
    (header.magic, header.version, header.byte_order) = (magic, version, byteOrder)
    header.length = UInt64(memory.layout.length)
    header.settings_bytes = UInt64(text.count)
    header.settings_digest = CRC32C.checksum(text)
    (header.serial, header.epoch) = (serial, epoch)
    header.checksum = checksum(of: header)
    memory.header.pointee = header
    for (place, byte) in text.enumerated() {
      (memory.base + ChipLayout.settings + place).storeBytes(of: byte, as: UInt8.self)
    }
  }

  private static func checksum(of header: crossbar_chip_header) -> UInt32 {
    let length = MemoryLayout<crossbar_chip_header>.offset(of: \.checksum) ?? 0
    return withUnsafeBytes(of: header) { CRC32C.checksum(Array($0.prefix(length))) }
  }

  // MARK: Who has the file

  /// Writes down that this process has the file, for others to tell.
  static func sign(_ memory: ChipMemory) {
    let place = memory.base + ChipLayout.holder
    let name = Array(ProcessInfo.processInfo.processName.utf8.prefix(ChipLayout.holderName))
    place.storeBytes(of: UInt32(ProcessInfo.processInfo.processIdentifier), as: UInt32.self)
    for offset in 0..<ChipLayout.holderName {
      (place + 4 + offset).storeBytes(of: offset < name.count ? name[offset] : 0, as: UInt8.self)
    }
  }

  /// Such as "tare (process 4711)".
  static func holder(_ bytes: [UInt8]) -> String? {
    guard bytes.count == 4 + ChipLayout.holderName else { return nil }
    let process = bytes.withUnsafeBytes { $0.load(as: UInt32.self) }
    guard process != 0 else { return nil }
    let name = String(decoding: bytes.dropFirst(4).prefix { $0 != 0 }, as: UTF8.self)
    return "\(name) (process \(process))"
  }
}
