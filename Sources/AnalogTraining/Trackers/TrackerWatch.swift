import Foundation

/// A guard around a tracker: it tells when symmetric points have moved by more than their spreads allow, and can hold
/// what is used, or go back to the last reference that was good.
///
/// It compares what the tracker says with the reference that was accepted last, and not with what it said a moment
/// ago: a slow drift is seen too. What it fires is what the tracker fires, nothing.
public struct TrackerWatch<Tracker: SymmetricPointTracker>: SymmetricPointTracker {
  /// What happens at an alarm by itself.
  public typealias Response = WatchSettings.Response
  /// What may be chosen.
  public typealias Settings = WatchSettings

  /// As it was set.
  public let settings: Settings
  /// What is watched.
  public private(set) var tracker: Tracker
  /// The reference that was accepted last; nil before the first.
  public private(set) var accepted: KnownReference?
  /// Whether reads are not taken, and what is used stays.
  public private(set) var isFrozen = false
  /// How often was checked.
  public private(set) var checks = 0
  /// All alarms.
  public private(set) var alarms: [DriftAlarm] = []
  /// What is compared instead of the tracker, and what it said when that was accepted.
  private var witness: KalmanTracker?
  private var sworn: KnownReference?
  /// Checks since nothing was accepted, or since it was frozen.
  private var waited = 0

  /// Watches a tracker.
  ///
  /// - Parameter start: a reference from a calibration or an earlier run, which the tracker begins from.
  public init(_ tracker: Tracker, settings: Settings = Settings(), start: KnownReference? = nil) {
    (self.tracker, self.settings, accepted) = (tracker, settings, start)
    if let start { self.tracker.restart(from: start) }
    witness = settings.witness.map {
      KalmanTracker(
        rows: tracker.estimate.rows, columns: tracker.estimate.columns, settings: $0, start: start)
    }
    sworn = witness == nil ? nil : start
  }

  /// What is in use: while frozen the reference that was accepted last.
  public var estimate: Matrix { held?.estimate ?? tracker.estimate }

  /// Standard deviations of what is in use.
  public var spread: Matrix { held?.spread ?? tracker.spread }

  private var held: KnownReference? { isFrozen ? accepted : nil }

  /// Takes what was read of some columns, unless it is frozen.
  public mutating func observe(_ values: [Float], columns: Range<Int>, signs: [Float]) {
    guard !isFrozen else { return }
    tracker.observe(values, columns: columns, signs: signs)
    witness?.observe(values, columns: columns, signs: signs)
  }

  /// Compares the tracker with the reference that was accepted last; the first check after the warm-up accepts.
  ///
  /// - Returns: an alarm, if points have moved; what it does besides is ``Settings/response``.
  @discardableResult
  public mutating func check() -> DriftAlarm? {
    guard !isFrozen else {
      waited += 1
      if let hold = settings.hold, waited >= hold {
        resume()
        (accepted, waited) = (nil, 0)
      }
      return nil
    }
    checks += 1
    guard let accepted else {
      if waited >= settings.warmUp { accept() }
      waited += 1
      return nil
    }
    guard
      let alarm = DriftAlarm(
        from: sworn ?? accepted, to: witness?.reference ?? tracker.reference, check: checks,
        settings.falseAlarms,
        allowed: settings.allowed, freedom: settings.freedom)
    else { return nil }
    alarms.append(alarm)
    switch settings.response {
    case .report: break
    case .freeze:
      freeze()
      waited = 0
    case .fallBack: fallBack()
    }
    return alarm
  }

  /// Takes what the tracker says for good.
  public mutating func accept() {
    accepted = tracker.reference
    sworn = witness?.reference
    isFrozen = false
  }

  /// Holds what was accepted last, or what the tracker says if nothing was.
  public mutating func freeze() {
    if accepted == nil { accept() }
    isFrozen = true
  }

  /// Goes on with the tracker where it stood.
  public mutating func resume() { isFrozen = false }

  /// Lets the tracker begin anew from the reference that was accepted last.
  public mutating func fallBack() {
    if let accepted { tracker.restart(from: accepted) }
    if let sworn { witness?.restart(from: sworn) }
    isFrozen = false
  }

  /// Begins anew with a reference, which is accepted.
  public mutating func restart(from reference: KnownReference) {
    accepted = reference
    sworn = witness == nil ? nil : reference
    fallBack()
  }

  /// Lets the tracker do something besides, unless it is frozen.
  mutating func unlessFrozen(_ work: (inout Tracker) -> Void) {
    if !isFrozen { work(&tracker) }
  }
}

extension TrackerWatch: Equatable where Tracker: Equatable {}
extension TrackerWatch: Hashable where Tracker: Hashable {}
