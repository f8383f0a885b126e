/// The request for the emergency stop, as section 7 of the protocol's specification has it.
enum USBStop {
  /// The letter S.
  static let request: UInt8 = 0x53
  /// The letters S and T, so that no stray request stops a board.
  static let value: UInt16 = 0x5453

  /// Stops the board that a selector names, whoever has it open.
  ///
  /// - Returns: whether the board has done it; false where it knows no such request.
  static func send(to selector: USBSelector) throws(TransportError) -> Bool {
    let found = try USBList.one(selector, by: try USBLibrary())
    return try USBHandle(beside: found, name: "\(found.device.selector)")
      .request(request, value: value)
  }
}
