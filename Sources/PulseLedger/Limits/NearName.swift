/// Help for keys that are nearly right.
enum NearName {
  /// Offers the nearest name, or all where none is near.
  static func advice(for name: String, in names: [String]) -> String {
    let near = names.map { (name: $0, distance: distance(name.lowercased(), $0)) }
      .filter { $0.distance <= max(2, name.count / 3) || $0.name.contains(name) }
      .min { $0.distance < $1.distance }
    return near.map { "did you mean \($0.name)?" }
      ?? "known are \(names.joined(separator: ", "))"
  }

  /// The edits between two words: Levenshtein's distance.
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (place, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = place + 1
      for (column, other) in second.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[second.count]
  }
}
