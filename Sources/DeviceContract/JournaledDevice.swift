/// A device that numbers its trains and remembers what became of them, also when its power fails.
///
/// The host gives each train the number of its intent. After a crash on either side the device's journal
/// says which trains were fired, so that none is fired twice and none is forgotten.
///
/// # Contract
/// - **Consecutive**: a train is taken only under the number after ``DeviceHistory/last``. Any other is
///   ``DeviceError/Code/refused``, fires nothing and uses nothing up.
/// - **At most once**: a number is used up before its first pulse; a refused train uses it up as well.
/// - **Counted before fired**: after a power failure the odometer is never too low.
/// - ``PulseDevice/apply(_:)`` takes the next number by itself.
public protocol JournaledDevice: PulseDevice {
  /// Fires a train under a number; otherwise as ``PulseDevice/apply(_:)``.
  func apply(_ train: PulseTrain, number: UInt64) async throws(DeviceError) -> Receipt

  /// Fires trains under consecutive numbers, one after the other, without waiting for one before the next is
  /// sent.
  ///
  /// # Contract
  /// As ``apply(_:number:)`` for each of them. What comes behind a train that failed is not begun, or fires
  /// nothing: its number may be used up all the same.
  ///
  /// - Parameter number: the number of the first.
  /// - Returns: what became of them in order, up to the last that may have been begun. After a lost link that may be
  ///   several failures; where nothing was fired behind one, it is the last.
  func apply(
    _ trains: [PulseTrain], from number: UInt64
  ) async -> [Result<Receipt, DeviceError>]

  /// Where the device stands: all that a host needs to tell whether their histories agree.
  func history() async throws(DeviceError) -> DeviceHistory

  /// What became of a train, or nil where the device never had it or no longer keeps it.
  func outcome(of number: UInt64) async throws(DeviceError) -> JournaledOutcome?

  /// Checksums of the odometer of a tile, one for each block of cells; see ``OdometerDigests``.
  func odometerDigests(of tile: Tile) async throws(DeviceError) -> OdometerDigests
}

extension JournaledDevice {
  /// One train after the other: devices without a queue gain nothing by more.
  public func apply(
    _ trains: [PulseTrain], from number: UInt64
  ) async -> [Result<Receipt, DeviceError>] {
    await inTurn(trains) { (train, place) async throws(DeviceError) in
      try await apply(train, number: number + UInt64(place))
    }
  }
}

extension PulseDevice {
  /// Fires trains one after the other until one fails or the caller cancels.
  ///
  /// - Parameter fire: fires the train at a place.
  /// - Returns: what became of them in order, up to and with the first that failed.
  public func inTurn(
    _ trains: [PulseTrain],
    _ fire: @Sendable (_ train: PulseTrain, _ place: Int) async throws(DeviceError) -> Receipt
  ) async -> [Result<Receipt, DeviceError>] {
    var results: [Result<Receipt, DeviceError>] = []
    results.reserveCapacity(trains.count)
    for (place, train) in trains.enumerated() {
      guard !Task.isCancelled else {
        let error = DeviceError(
          code: .interrupted, explanation: "the train was cancelled before it was sent")
        return results + [.failure(error)]
      }
      do throws(DeviceError) {
        results.append(.success(try await fire(train, place)))
      } catch {
        results.append(.failure(error))
        break
      }
    }
    return results
  }
}
