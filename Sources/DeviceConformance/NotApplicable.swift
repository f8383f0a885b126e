/// The capabilities exclude what is to be checked.
struct NotApplicable: Error {
  let explanation: String
}
