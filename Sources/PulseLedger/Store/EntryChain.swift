import ByteCoding
import Crypto
import Foundation

/// The hash chain over entries: each hash covers the one before, the number of the entry and its bytes.
enum EntryChain {
  /// The hash before the first entry.
  static let start = [UInt8](repeating: 0, count: 32)

  /// SHA-256 of the hash before, the number as 64-bit little-endian integer, and the bytes.
  static func hash(after previous: [UInt8], sequence: Int, bytes: UnsafeRawBufferPointer) -> [UInt8]
  {
    var sha = SHA256()
    previous.withUnsafeBytes { sha.update(bufferPointer: $0) }
    withUnsafeBytes(of: UInt64(sequence).littleEndian) { sha.update(bufferPointer: $0) }
    sha.update(bufferPointer: bytes)
    return Array(sha.finalize())
  }

  /// The same for an array.
  static func hash(after previous: [UInt8], sequence: Int, bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { hash(after: previous, sequence: sequence, bytes: $0) }
  }

  /// SHA-256 of some bytes.
  static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  /// Whether two hashes are the same.
  static func equal(_ hash: UnsafeRawBufferPointer, _ expected: [UInt8]) -> Bool {
    expected.withUnsafeBytes {
      guard let left = hash.baseAddress, let right = $0.baseAddress, hash.count == $0.count else {
        return false
      }
      return memcmp(left, right, hash.count) == 0
    }
  }
}
