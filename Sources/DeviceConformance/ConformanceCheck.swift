import DeviceContract

/// One sentence of the contract, and how to find out whether a device keeps it.
public struct ConformanceCheck: Sendable {
  /// A short name, such as "uniform-counts".
  public let name: String
  /// The sentence of the contract.
  public let requirement: String
  /// Runs the check; throws ``ConformanceFailure`` where the device breaks the contract, and
  /// ``NotApplicable`` where its capabilities exclude what is to be checked.
  let body: @Sendable (ConformanceProbe) async throws -> Void

  init(
    _ name: String, _ requirement: String,
    _ body: @escaping @Sendable (ConformanceProbe) async throws -> Void
  ) {
    self.name = name
    self.requirement = requirement
    self.body = body
  }

  /// Runs the check on a subject.
  public func run(on subject: ConformanceSubject) async -> ConformanceResult {
    let outcome: ConformanceResult.Outcome
    do {
      try await body(ConformanceProbe(subject))
      outcome = .passed
    } catch let failure as ConformanceFailure {
      outcome = .failed(failure.explanation)
    } catch let reason as NotApplicable {
      outcome = .skipped(reason.explanation)
    } catch {
      outcome = .failed("the device threw: \(error)")
    }
    return ConformanceResult(check: name, requirement: requirement, outcome: outcome)
  }

  /// Every check of the suite, in the order in which they are best run.
  public static let all: [ConformanceCheck] =
    connection + counting + addressing + shapes + refusals + reading + products + stopping
    + journaling
    + safety
}
