import Synchronization

/// How far several campaigns are, on one line of a terminal.
final class ScheduleProgress: Sendable {
  private let talk: Talk
  private let names: [String]
  private let stands: Mutex<[String?]>

  init(talk: Talk, names: [String]) {
    (self.talk, self.names) = (talk, names)
    stands = Mutex(Array(repeating: nil, count: names.count))
  }

  /// What one campaign says goes here.
  func line(_ place: Int) -> @Sendable (String) -> Void {
    { text in
      let all = self.stands.withLock { stands in
        stands[place] = text
        return stands
      }
      self.talk.progress(
        zip(self.names, all).compactMap { name, stand in stand.map { "\(name): \($0)" } }
          .joined(separator: " | "))
    }
  }
}
