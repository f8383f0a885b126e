/// The device breaks the contract.
struct ConformanceFailure: Error {
  let explanation: String
}

/// The capabilities exclude what is to be checked.
struct NotApplicable: Error {
  let explanation: String
}
