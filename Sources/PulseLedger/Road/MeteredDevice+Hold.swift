import DeviceContract

extension MeteredDevice {
  /// Waits until nothing reaches the device, turns its outputs off, and lets nothing through until ``letGo()``.
  ///
  /// # Contract
  /// Whoever fires or reads meanwhile waits, and goes on as if nothing had been: between two trains is where a
  /// campaign may pause for as long as one likes.
  public func hold() async {
    guard !isHeld else { return }
    await takeTurn()
    isHeld = true
    await device.park()
  }

  /// Lets those go on who waited; no effect where nothing is held.
  public func letGo() {
    guard isHeld else { return }
    isHeld = false
    turns.give()
  }

  /// Whether what is asked for is still taken from an interrupted run, and costs no time.
  public var isReplaying: Bool { replay != nil }
}
