import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The failure of one system call.
struct SystemError: Error, Equatable {
  /// The name of the call.
  var operation: String
  /// The value of `errno`.
  var number: Int32

  init(_ operation: String, _ number: Int32) {
    self.operation = operation
    self.number = number
  }

  /// The call and the words of the system for its failure.
  var message: String {
    // Since glibc 2.32 the text of strerror belongs to the thread.
    "\(operation): \(String(cString: strerror(number)))"
  }

  static let noSpace = ENOSPC
  static let quotaExceeded = EDQUOT
  static let noEntry = ENOENT
  static let notDirectory = ENOTDIR
  static let isDirectory = EISDIR
  static let accessDenied = EACCES
  static let notPermitted = EPERM
  static let readOnly = EROFS
  static let tooLarge = EFBIG
  static let alreadyExists = EEXIST
  static let invalidArgument = EINVAL
  static let notSupported = ENOTSUP
}
