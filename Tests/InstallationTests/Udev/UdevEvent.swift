import Foundation

/// What rules make of an event of a device.
struct UdevEvent {
  let device: UdevDevice
  var properties: [String: String]
  var tags: Set<String> = []
  var links: Set<String> = []
  var linkPriority = 0
  var mode: String?
  var group: String?
  /// What was written to sysfs.
  var written: [String: String] = [:]

  init(_ action: String, of device: UdevDevice) {
    self.device = device
    properties = device.properties.merging(["ACTION": action]) { $1 }
  }

  /// Goes through rules in their order, as far as labels lead on.
  mutating func apply(_ rules: [UdevRule]) {
    var goal: String?
    for rule in rules {
      if let wanted = goal {
        if rule.label == wanted { goal = nil }
        continue
      }
      guard matches(rule) else { continue }
      for clause in rule.clauses where !clause.operation.isMatch { assign(clause) }
      goal = rule.destination
    }
  }

  private mutating func matches(_ rule: UdevRule) -> Bool {
    let clauses = rule.clauses
    let ofParents = clauses.filter {
      ["KERNELS", "SUBSYSTEMS", "DRIVERS", "ATTRS"].contains($0.key)
    }
    let ofDevice = clauses.filter { $0.operation.isMatch && !ofParents.contains($0) }
    guard ofDevice.allSatisfy(holds) else { return false }
    // All that is asked of parents must hold for one and the same of them.
    let fits = device.lineage.contains { parent in
      ofParents.allSatisfy { UdevPattern($0.value).matches(Self.value($0, of: parent)) }
    }
    guard ofParents.isEmpty || fits else { return false }
    for clause in clauses where clause.key == "IMPORT" {
      guard let found = USBIdentification.properties(of: device) else { return false }
      properties.merge(found) { $1 }
    }
    return true
  }

  private func holds(_ clause: UdevClause) -> Bool {
    let isMatched: Bool
    switch clause.key {
    case "TEST": isMatched = device.attributes[clause.value] != nil
    case "TAG": isMatched = tags.contains(clause.value)
    case "SYMLINK": isMatched = links.contains { UdevPattern(clause.value).matches($0) }
    case "ATTR":
      // An attribute that is not there matches nothing, not even `!=`.
      guard let value = device.attributes[clause.attribute ?? ""] else { return false }
      isMatched = UdevPattern(clause.value).matches(value)
    case "ACTION": isMatched = UdevPattern(clause.value).matches(properties["ACTION"] ?? "")
    case "ENV":
      isMatched = UdevPattern(clause.value).matches(properties[clause.attribute ?? ""] ?? "")
    case "KERNEL": isMatched = UdevPattern(clause.value).matches(device.name)
    case "SUBSYSTEM": isMatched = UdevPattern(clause.value).matches(device.subsystem)
    case "DRIVER": isMatched = UdevPattern(clause.value).matches(device.driver)
    default: return false
    }
    return isMatched == (clause.operation == .equal)
  }

  private static func value(_ clause: UdevClause, of parent: UdevDevice) -> String? {
    switch clause.key {
    case "KERNELS": parent.name
    case "SUBSYSTEMS": parent.subsystem
    case "DRIVERS": parent.driver
    default: parent.attributes[clause.attribute ?? ""]
    }
  }

  private mutating func assign(_ clause: UdevClause) {
    let value = UdevSubstitution.apply(clause.value, to: self)
    switch clause.key {
    case "ENV": properties[clause.attribute ?? ""] = value
    case "ATTR": written[clause.attribute ?? ""] = value
    case "TAG" where clause.operation == .remove: tags.remove(value)
    case "TAG": tags.insert(value)
    case "SYMLINK" where clause.operation == .append: links.insert(value)
    case "SYMLINK": links = [value]
    case "OPTIONS": linkPriority = Int(value.dropFirst("link_priority=".count)) ?? linkPriority
    case "MODE": mode = value
    case "GROUP": group = value
    default: break
    }
  }
}
