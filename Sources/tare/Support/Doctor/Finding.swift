/// What `tare doctor` has found out about one thing that boards need.
struct Finding: Encodable, Equatable {
  /// Whether it is in order.
  enum State: String, Encodable {
    /// It is.
    case ok
    /// It is not, and boards can be used all the same.
    case note
    /// Something that boards need is not there.
    case missing
    /// Something is there that keeps boards from being used.
    case inTheWay = "in the way"
  }

  /// What was looked at, such as `udev rules`.
  let topic: String
  let state: State
  /// What it is, what that means, and what to do about it.
  let text: String
  /// The commands that mend it, in the order in which they are given.
  let commands: [String]

  init(_ topic: String, _ state: State, _ text: String, _ commands: [String] = []) {
    (self.topic, self.state, self.text, self.commands) = (topic, state, text, commands)
  }

  /// Whether boards cannot be used, or not as they should.
  var isFailed: Bool { state == .missing || state == .inTheWay }
}
