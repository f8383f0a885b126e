/// The requests for the emergency stop, as section 2 of the protocol's specification has them.
enum USBStop {
  /// The letter S.
  private static let request: UInt8 = 0x53
  /// The letters S and T, so that no stray request stops a board.
  private static let value: UInt16 = 0x5453
  /// How often it is tried where a packet is lost; a board that keeps silent is tried once.
  private static let tries = 3

  /// Stops the board that a selector names, whoever has it open.
  ///
  /// - Throws: ``TransportError/Code/unsupported`` if the board knows no such request, or why it cannot be reached.
  static func send(to selector: USBSelector) throws(TransportError) {
    let found = try USBList.one(selector, by: try USBLibrary())
    try send(over: try USBHandle(beside: found, name: "\(found.device.selector)"))
  }

  /// Stops the board, and asks whether it has.
  static func send(over handle: USBHandle) throws(TransportError) {
    var left = tries
    while true {
      left -= 1
      do throws(TransportError) {
        try handle.order(request, value: value)
        // Whatever acknowledges a request that it does not know is not stopped by it.
        guard try handle.ask(request, value: value) == 1 else {
          throw TransportError(
            .unsupported, handle.name, "it does not say that its emergency stop is latched")
        }
        return
      } catch {
        guard left > 0, error.code == .lost else { throw error }
      }
    }
  }
}
