/// What udev(7) allows: keys, their operators, attributes and values.
///
/// udev itself only warns of what it does not understand and goes on without it, so that a misspelt rule is one that
/// quietly does nothing.
enum UdevGrammar {
  private struct Key {
    let operators: Set<UdevClause.Operator>
    var attribute: Attribute = .none
  }

  private enum Attribute { case none, needed, optional }

  private static let matching: Set<UdevClause.Operator> = [.equal, .unequal]
  private static let setting: Set<UdevClause.Operator> = [.assign, .assignFinally]
  private static let list: Set<UdevClause.Operator> = [.assign, .assignFinally, .append]

  // A parent that is unlike something nearly always exists: `!=` there matches what it was meant to leave out.
  private static let keys: [String: Key] = [
    "ACTION": Key(operators: matching),
    "DEVPATH": Key(operators: matching),
    "KERNEL": Key(operators: matching),
    "SUBSYSTEM": Key(operators: matching),
    "DRIVER": Key(operators: matching),
    "KERNELS": Key(operators: [.equal]),
    "SUBSYSTEMS": Key(operators: [.equal]),
    "DRIVERS": Key(operators: [.equal]),
    "ATTRS": Key(operators: [.equal], attribute: .needed),
    "ATTR": Key(operators: matching.union([.assign]), attribute: .needed),
    "ENV": Key(operators: matching.union([.assign, .append]), attribute: .needed),
    "TAG": Key(operators: matching.union([.append, .remove])),
    "TEST": Key(operators: matching, attribute: .optional),
    "IMPORT": Key(operators: matching.union([.assign]), attribute: .needed),
    "SYMLINK": Key(operators: matching.union(list)),
    "OPTIONS": Key(operators: list),
    "OWNER": Key(operators: setting),
    "GROUP": Key(operators: setting),
    "MODE": Key(operators: setting),
    "GOTO": Key(operators: [.assign]),
    "LABEL": Key(operators: [.assign]),
  ]

  /// Programs are left out: what a rule starts holds up all other events.
  private static let refused: Set<String> = [
    "RUN", "PROGRAM", "RESULT", "NAME", "SYSCTL", "SECLABEL",
  ]

  private static let builtins: Set<String> = ["usb_id", "path_id", "hwdb"]

  /// What the kernel sets, and rules may only match.
  private static let kernelProperties: Set<String> = [
    "ACTION", "DEVLINKS", "DEVNAME", "DEVPATH", "DEVTYPE", "DRIVER", "MAJOR", "MINOR", "SEQNUM",
    "SUBSYSTEM", "TAGS",
  ]

  /// What is wrong with a clause, or nil.
  static func problem(of clause: UdevClause) -> String? {
    guard let key = keys[clause.key] else {
      return refused.contains(clause.key)
        ? "\(clause.key) has no place in these rules" : "there is no key \(clause.key)"
    }
    guard key.operators.contains(clause.operation) else {
      return "\(clause.key) may not stand with \(clause.operation.rawValue)"
    }
    switch key.attribute {
    case .needed where clause.attribute == nil: return "\(clause.key) needs an {attribute}"
    case .none where clause.attribute != nil: return "\(clause.key) has no {attribute}"
    default: break
    }
    return problem(ofValueOf: clause)
  }

  private static func problem(ofValueOf clause: UdevClause) -> String? {
    let (value, attribute) = (clause.value, clause.attribute ?? "")
    switch clause.key {
    case "MODE":
      let isOctal = value.count == 4 && value.first == "0" && Int(value, radix: 8) != nil
      return isOctal ? nil : "MODE \"\(value)\" is no octal number such as 0660"
    case "IMPORT" where attribute != "builtin":
      return "only IMPORT{builtin} is known here, and not IMPORT{\(attribute)}"
    case "IMPORT":
      let name = value.split(separator: " ").first.map(String.init) ?? ""
      return builtins.contains(name) ? nil : "there is no builtin \"\(name)\""
    case "ENV" where !clause.operation.isMatch && kernelProperties.contains(attribute):
      return "ENV{\(attribute)} belongs to the kernel and may not be set"
    case "OPTIONS":
      let isPriority = value.hasPrefix("link_priority=") && Int(value.dropFirst(14)) != nil
      return isPriority ? nil : "there is no option \"\(value)\""
    case "GROUP", "OWNER", "TAG", "GOTO", "LABEL", "SYMLINK":
      return value.isEmpty ? "\(clause.key) has no value" : UdevSubstitution.problem(of: value)
    default:
      return clause.operation.isMatch ? nil : UdevSubstitution.problem(of: value)
    }
  }
}
