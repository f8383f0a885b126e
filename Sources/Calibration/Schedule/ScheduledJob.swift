public import PulseLedger

/// One campaign of a ``CalibrationSchedule``.
public struct ScheduledJob<Result: Sendable>: Sendable {
  /// What messages call it.
  public let name: String
  /// Those with a higher one begin first.
  public let priority: Int
  /// The campaign itself; it has turned its outputs off when it returns or throws.
  public let work: @Sendable () async throws -> Result

  /// Describes a campaign by what is to be done.
  public init(
    _ name: String, priority: Int = 0, work: @escaping @Sendable () async throws -> Result
  ) {
    (self.name, self.priority, self.work) = (name, priority, work)
  }

  /// Describes a campaign on a device, whose outputs are off when it has ended, however it did.
  ///
  /// Searches and campaigns do not throw for a board that is lost on the way: what was measured until then is their
  /// result, and ``/SymmetricPoint/SearchResult/stoppedBy`` says why that is all.
  public init(
    _ name: String, priority: Int = 0, on device: MeteredDevice,
    work: @escaping @Sendable (MeteredDevice) async throws -> Result
  ) {
    self.init(name, priority: priority) {
      do {
        let result = try await work(device)
        await device.park()
        return result
      } catch {
        await device.park()
        throw error
      }
    }
  }
}
