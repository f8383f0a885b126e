/// What a value of an assignment may refer to: `$env{NAME}`, `$attr{NAME}` and `$kernel`.
enum UdevSubstitution {
  private enum Part {
    case text(String)
    case property(String)
    case attribute(String)
    case kernelName
    case unknown(String)
  }

  /// What is wrong with a value, or nil.
  static func problem(of value: String) -> String? {
    for case .unknown(let name) in parts(of: value) { return "there is no substitution \(name)" }
    return nil
  }

  /// The value with what it refers to.
  static func apply(_ value: String, to event: UdevEvent) -> String {
    parts(of: value).map { part in
      switch part {
      case .text(let text), .unknown(let text): text
      case .property(let name): event.properties[name] ?? ""
      case .attribute(let name):
        event.device.lineage.lazy.compactMap { $0.attributes[name] }.first ?? ""
      case .kernelName: event.device.name
      }
    }.joined()
  }

  private static func parts(of value: String) -> [Part] {
    var parts: [Part] = []
    var rest = Substring(value)
    while let sign = rest.firstIndex(where: { $0 == "$" || $0 == "%" }) {
      parts.append(.text(String(rest[..<sign])))
      rest = rest[sign...]
      if let match = rest.prefixMatch(of: /\$(env|attr)\{([A-Za-z0-9_.\/]+)\}/) {
        parts.append(match.1 == "env" ? .property(String(match.2)) : .attribute(String(match.2)))
        rest = rest[match.range.upperBound...]
      } else if rest.hasPrefix("$kernel") {
        parts.append(.kernelName)
        rest = rest.dropFirst("$kernel".count)
      } else {
        parts.append(.unknown(String(rest.prefix { $0 != " " && $0 != "/" })))
        rest = rest.dropFirst()
      }
    }
    return parts + [.text(String(rest))]
  }
}
