/// The kinds of entries, by the number that stands first in their bytes.
///
/// Numbers are never given twice: a ledger is read for as long as its chip exists.
enum EntryKind: UInt8, CaseIterable, Sendable {
  case genesis = 1
  case connection = 2
  case campaign = 3
  case shape = 4
  case intent = 5
  case outcome = 6
  case refusal = 7
  case reading = 8
  case reconciliation = 9
  case adoption = 10
  case checkpoint = 11
  case disconnection = 12
  case reread = 13
}
