/// Why a result could not be written, and what to do about it.
public struct ReportingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of failure that a caller may want to tell apart.
  public enum Code: String, Sendable {
    /// Something is there already that must not be overwritten.
    case exists
    /// The place does not exist or may not be written to.
    case notWritable
    /// The disk, or the share of it that the user may fill, is full.
    case diskFull
    /// The system failed in another way while writing.
    case io
    /// What was asked for makes no sense: the content does not fit its shape, or the name its folder.
    case invalid
  }

  /// The kind of failure.
  public var code: Code
  /// The file or folder that was to be written; empty for content without a place.
  public var path: String
  /// What happened and what the user can do, in one or two sentences.
  public var explanation: String
  /// The words of the operating system, where it was asked.
  public var systemMessage: String?

  /// A failure.
  public init(code: Code, path: String, explanation: String, systemMessage: String? = nil) {
    self.code = code
    self.path = path
    self.explanation = explanation
    self.systemMessage = systemMessage
  }

  /// The explanation, with the words of the operating system in parentheses.
  public var description: String {
    systemMessage.map { "\(explanation) (\($0))" } ?? explanation
  }
}

extension ReportingError {
  /// The failure of a system call on the way to a file.
  static func writing(_ path: String, failed error: SystemError) -> ReportingError {
    let (code, explanation): (Code, String) =
      switch error.number {
      case SystemError.noSpace, SystemError.quotaExceeded:
        (
          .diskFull,
          "\(path) was not written: the disk is full. Free some space or choose another disk."
        )
      case SystemError.noEntry:
        (
          .notWritable,
          "\(path) was not written: its folder does not exist. Create the folder first."
        )
      case SystemError.notDirectory:
        (
          .notWritable,
          "\(path) was not written: a part of the path is a file, not a folder. Check the path."
        )
      case SystemError.alreadyExists:
        (
          .exists,
          "\(path) was not written: something of that name is there already. Choose another name."
        )
      case SystemError.isDirectory:
        (.notWritable, "\(path) was not written: it is a folder. Give the name of a file.")
      case SystemError.accessDenied, SystemError.notPermitted:
        (
          .notWritable,
          "\(path) was not written: you may not write there. Choose another place or ask for "
            + "permission."
        )
      case SystemError.readOnly:
        (
          .notWritable,
          "\(path) was not written: the file system is read-only. Choose another place."
        )
      case SystemError.tooLarge:
        (
          .io,
          "\(path) was not written: the file is larger than the file system or the limit of this "
            + "process (ulimit -f) allows."
        )
      default:
        (.io, "\(path) was not written: \(error.operation) failed. Check the disk.")
      }
    return ReportingError(
      code: code, path: path, explanation: explanation, systemMessage: error.message)
  }
}
