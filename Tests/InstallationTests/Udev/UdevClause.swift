/// One part of a rule: a key, perhaps with an attribute in braces, an operator and a value.
struct UdevClause: Equatable {
  /// What a clause does with its value.
  enum Operator: String, CaseIterable {
    // The parser tries them in this order, so that the long ones come before `=`.
    case equal = "=="
    case unequal = "!="
    case append = "+="
    case remove = "-="
    case assignFinally = ":="
    case assign = "="

    var isMatch: Bool { self == .equal || self == .unequal }
  }

  let key: String
  let attribute: String?
  let operation: Operator
  let value: String
}
