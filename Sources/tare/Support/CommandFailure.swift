import AnalogTraining
import ArgumentParser
import BoardTransport
import Calibration
import DeviceContract
import PhysicalUnits
import PulseLedger
import Reporting
import ResponseModels
import SimulatedCrossbar
import VirtualBoard

/// A failure with the code that the process ends with.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  /// Gives an error of any layer its exit code.
  init(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as DeviceError:
      switch error.code {
      case .refused: self.init(.usage, error.explanation)
      case .overBudget, .overLimit: self.init(.checkFailed, error.explanation)
      case .notRecorded, .readingLost: self.init(.inputOutput, error.explanation)
      case .busy: self.init(.busy, error.explanation)
      case .interrupted: self.init(.interrupted, error.explanation)
      case .permissionDenied: self.init(.permission, error.explanation)
      case .linkLost, .timedOut, .faulted, .notFound, .notArmed:
        self.init(.unavailable, error.explanation)
      }
    case let error as ReportingError:
      let status: ExitStatus =
        switch error.code {
        case .exists, .invalid: .usage
        case .notWritable
        where ["ermi", "ead-only"].contains { error.systemMessage?.contains($0) == true }:
          .permission
        default: .inputOutput
        }
      self.init(status, error.description)
    case let error as StateFileError:
      let status: ExitStatus =
        switch error.code {
        case .notAStateFile, .damaged, .newerVersion: .badData
        case .otherChip: .usage
        case .noFolder: .noInput
        case .permission: .permission
        case .system: .inputOutput
        }
      self.init(status, error.description)
    case let error as ModelError: self.init(.usage, error.description)
    case let error as UnitError: self.init(.usage, error.explanation)
    case let error as BenchFileError: self.init(.configuration, error.description)
    case let error as LimitError: self.init(.configuration, error.description)
    case let error as BudgetError: self.init(.usage, error.explanation)
    case let error as LedgerError:
      let status: ExitStatus =
        switch error.code {
        case .busy: .busy
        case .newer, .corrupt: .badData
        case .full, .io, .clock: .inputOutput
        case .readOnly: .permission
        case .notFound: .noInput
        case .mismatch: .checkFailed
        case .invalid: .usage
        }
      self.init(status, error.description)
    case let error as TransportError:
      let status: ExitStatus =
        switch error.code {
        case .busy: .busy
        case .permissionDenied: .permission
        case .notFound, .lost: .unavailable
        case .io: .inputOutput
        case .notADevice, .unsupported, .badSelector: .usage
        }
      self.init(status, error.description)
    case let error as VirtualBoardError:
      let status: ExitStatus =
        switch error.code {
        case .busy: .busy
        case .mismatch, .settings: .usage
        case .io: .inputOutput
        }
      self.init(status, error.description)
    case let error as ReferenceMapError:
      let status: ExitStatus =
        switch error.code {
        case .missing: .noInput
        case .damaged, .foreign, .shape: .badData
        case .incomplete: .checkFailed
        }
      self.init(status, error.description)
    case let error as TrainingError:
      self.init(error.code == .otherSettings ? .badData : .usage, error.explanation)
    case let error as TrainingDataError:
      let status: ExitStatus =
        switch error.code {
        case .unreadable: .noInput
        case .unknownName, .wrongSize: .usage
        case .notFinite: .checkFailed
        default: .badData
        }
      self.init(status, error.description)
    case let error as LedgerMismatch: self.init(.checkFailed, error.description)
    case let error as CurveError: self.init(.badData, error.description)
    default: self.init(.inputOutput, "\(error)")
    }
  }
}

extension AsyncParsableCommand {
  /// Runs the work of a command; failures are told on stderr and become exit codes.
  func reporting(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let error where error is ExitCode || error is CleanExit || error is ValidationError {
      throw error
    } catch {
      let failure = CommandFailure(error)
      Talk.always("tare \(Self._commandName): \(failure.message)")
      throw ExitCode(failure.status.rawValue)
    }
  }
}
