/// Why a pulse is fired.
///
/// The ledger books every pulse under exactly one cause.
public enum Cause: String, Sendable, Hashable, CaseIterable, Codable {
  /// The first, one-time switching of a fresh cell.
  case form
  /// Finding the symmetric point before it is used.
  case calibrate
  /// Following the symmetric point while it is used.
  case track
  /// Updating weights.
  case train
  /// Writing a known state, such as a reference.
  case program
  /// A recipe of the lab: response curves, endurance, retention, disturb.
  case characterize
  /// A pulse that is part of a read.
  case read
  /// Asked for by a person, one train at a time.
  case manual
}
