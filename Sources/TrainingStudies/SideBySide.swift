/// Does the parts of a study side by side; results come in the order of the parts.
///
/// - Parameters:
///   - width: how many at a time.
///   - progress: told how many are done.
public func sideBySide<Part: Sendable, Result: Sendable>(
  _ parts: [Part], width: Int, progress: (_ done: Int) -> Void = { _ in },
  work: @escaping @Sendable (Part) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var results = [Result?](repeating: nil, count: parts.count)
    var (next, done) = (0, 0)
    func add() {
      guard next < parts.count else { return }
      let place = next
      next += 1
      group.addTask { (place, try await work(parts[place])) }
    }
    for _ in 0..<max(1, width) { add() }
    while let (place, result) = try await group.next() {
      results[place] = result
      done += 1
      progress(done)
      add()
    }
    return results.compactMap { $0 }
  }
}
