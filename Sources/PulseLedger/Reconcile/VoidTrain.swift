import DeviceContract

/// A train of no pulses, which uses up the number of one that was never sent.
enum VoidTrain {
  static func train(for capabilities: Capabilities) -> PulseTrain {
    PulseTrain(
      region: .cell(row: 0, column: 0), pattern: .uniform(.up, count: 0),
      shape: capabilities.nominalShape,
      scheme: BiasScheme.allCases.first(where: capabilities.biasSchemes.contains) ?? .halfVoltage,
      cause: .manual)
  }

  /// Uses up all numbers up to one, so that the device takes the next.
  static func use(
    _ device: any JournaledDevice, through last: UInt64
  ) async throws(DeviceError) {
    var number = try await device.history().last
    let void = train(for: device.capabilities)
    while number < last {
      number += 1
      do {
        _ = try await device.apply(void, number: number)
      } catch {
        // A train that the device rejects has used its number up as well.
        guard try await device.history().last >= number else { throw error }
      }
    }
  }
}
