extension DeviceModel {
  /// Sets a parameter from the text of a command-line option.
  ///
  /// - Throws: ``ModelError`` if the kind has no such parameter, or the text is no value for it.
  public mutating func set(_ key: String, parsing text: String) throws(ModelError) {
    let value: JSONValue =
      if let number = Double(text) {
        .number(number)
      } else if let flag = Bool(text.lowercased()) {
        .flag(flag)
      } else {
        .text(text)
      }
    try set(key, to: value, at: key)
    try validate()
  }

  /// Sets a parameter by its name in files.
  mutating func set(_ key: String, to value: JSONValue, at place: String) throws(ModelError) {
    if let field = Self.numberFields.first(where: { $0.key == key && $0.kinds.contains(kind) }) {
      guard case .number(let number) = value else {
        throw ModelError(.badValue, at: place, "a number is needed")
      }
      self[keyPath: field.path] = number
    } else if let field = Self.flagFields.first(where: { $0.key == key && $0.kinds.contains(kind) })
    {
      guard case .flag(let flag) = value else {
        throw ModelError(.badValue, at: place, "true or false is needed")
      }
      self[keyPath: field.path] = flag
    } else if let field = Self.tableFields.first(where: { $0.key == key && $0.kinds.contains(kind) }
    ) {
      self[keyPath: field.path] = try value.numbers(at: place).0
    } else {
      throw ModelError(
        .unknownName, at: place,
        "\(kind.rawValue) has no parameter \"\(key)\"; "
          + Spelling.suggestion(for: key, in: Self.keys(of: kind)))
    }
  }

  /// Every parameter of the kind with its value.
  var values: [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    for field in Self.numberFields where field.kinds.contains(kind) {
      values[field.key] = .number(self[keyPath: field.path])
    }
    for field in Self.flagFields where field.kinds.contains(kind) {
      values[field.key] = .flag(self[keyPath: field.path])
    }
    for field in Self.tableFields where field.kinds.contains(kind) {
      values[field.key] = .array(self[keyPath: field.path].map { .number($0) })
    }
    return values
  }
}
