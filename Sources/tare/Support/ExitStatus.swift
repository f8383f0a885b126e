/// The exit codes of the command line, after sysexits.
enum ExitStatus: Int32 {
  case checkFailed = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case inputOutput = 74
  case busy = 75
  case permission = 77
  case interrupted = 130
}
