/// A device as the kernel shows it: what stands in sysfs, and what it is part of.
final class UdevDevice: Sendable {
  let name: String
  let subsystem: String
  let driver: String
  let attributes: [String: String]
  /// What the kernel says of it, such as its kind.
  let properties: [String: String]
  let parent: UdevDevice?

  init(
    _ name: String, subsystem: String, driver: String = "", attributes: [String: String] = [:],
    properties: [String: String] = [:], in parent: UdevDevice? = nil
  ) {
    (self.name, self.subsystem, self.driver) = (name, subsystem, driver)
    (self.attributes, self.properties, self.parent) = (attributes, properties, parent)
  }

  /// The device itself and all that it is part of, from the inside to the outside.
  var lineage: [UdevDevice] { [self] + (parent?.lineage ?? []) }
}
