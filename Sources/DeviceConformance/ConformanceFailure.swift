/// The device breaks the contract.
struct ConformanceFailure: Error {
  let explanation: String
}
