extension [UInt8] {
  /// The whole numbers that they hold, lowest byte first.
  ///
  /// - Parameters:
  ///   - width: bytes of each number, which the number of bytes is a multiple of.
  func words<Number: FixedWidthInteger>(width: Int = MemoryLayout<Number>.size) -> [Number] {
    stride(from: 0, to: count, by: width).map { place in
      self[place..<place + width].reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
  }
}
