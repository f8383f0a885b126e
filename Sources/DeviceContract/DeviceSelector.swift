/// The text that names a device on the command line: `KIND:ADDRESS?OPTION=VALUE&OPTION=VALUE`.
///
/// Such as `sim:reram-hfo2?rows=64&columns=64&seed=7`. What kinds and options there are is for the
/// program that opens devices to say.
public struct DeviceSelector: Sendable, Hashable, CustomStringConvertible {
  /// The kind of backend.
  public var kind: String
  /// What the kind finds the device by.
  public var address: String
  /// Names and values, in the order given.
  public var options: [Option]

  /// A name and its value.
  public struct Option: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value, as text.
    public var value: String
  }

  /// Takes a text apart.
  ///
  /// - Throws: ``DeviceError/Code/refused`` if an option has no value, or is given twice.
  public init(parsing text: String) throws(DeviceError) {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    kind = head.count == 2 ? String(head[0]) : ""
    address = String(head[head.count - 1])
    options = []
    guard parts.count == 2 else { return }
    for part in parts[1].split(separator: "&") {
      let fields = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard fields.count == 2, !fields[0].isEmpty, !fields[1].isEmpty else {
        throw .refused("device \"\(text)\": \"\(part)\" is no option=value")
      }
      let option = Option(name: String(fields[0]), value: String(fields[1]))
      guard !options.contains(where: { $0.name == option.name }) else {
        throw .refused("device \"\(text)\": \(option.name) is given twice")
      }
      options.append(option)
    }
  }

  /// The text again.
  public var description: String {
    let tail = options.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    return (kind.isEmpty ? "" : kind + ":") + address + (tail.isEmpty ? "" : "?" + tail)
  }
}
