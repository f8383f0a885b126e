/// Help for names that are nearly right.
public enum Spelling {
  /// The names nearest to a wrong one, best first; none if nothing is near.
  public static func nearest(to name: String, in names: [String], most: Int = 3) -> [String] {
    let wanted = name.lowercased()
    let ranked = names.map { candidate in
      let other = candidate.lowercased()
      let related = !wanted.isEmpty && (other.contains(wanted) || wanted.contains(other))
      return (name: candidate, distance: related ? 1 : distance(wanted, other))
    }
    let near = ranked.filter { $0.distance <= max(2, wanted.count / 2) }
    return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(most).map(\.name)
  }

  /// A sentence that offers the nearest names, or all where none is near.
  public static func suggestion(for name: String, in names: [String]) -> String {
    let near = nearest(to: name, in: names)
    return near.isEmpty
      ? "known are \(names.joined(separator: ", "))"
      : "did you mean \(near.joined(separator: " or "))?"
  }

  /// The edits (insert, delete, replace) between two words: Levenshtein's distance.
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (i, a) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in second.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[second.count]
  }
}
