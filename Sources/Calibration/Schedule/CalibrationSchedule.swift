/// Carries out several campaigns at once, each on a board of its own.
///
/// ```swift
/// let endings = await CalibrationSchedule(atOnce: 2).run([
///   ScheduledJob("left", priority: 1, on: left) { try await campaign.run(on: $0, region: region) },
///   ScheduledJob("right", on: right) { try await other.run(on: $0, region: region) },
/// ])
/// ```
///
/// Boards are actors with threads of their own, and so is what is computed between two trains: nothing of a campaign
/// waits for another one.
/// What each finds are the bits that it would find alone.
public struct CalibrationSchedule: Sendable {
  /// The most campaigns at once; nil for all of them.
  public var atOnce: Int?

  /// Describes a schedule.
  ///
  /// - Precondition: at least one at once.
  public init(atOnce: Int? = nil) {
    precondition(atOnce.map { $0 > 0 } ?? true, "a schedule carries out one campaign at least")
    self.atOnce = atOnce
  }

  /// Carries out jobs: those of the highest priority first, and equal ones in the order given.
  ///
  /// One that fails stops no other one. A cancel reaches those that run, and none is begun any more; each has turned
  /// its outputs off when this returns.
  ///
  /// - Parameter tell: told of each end as it comes, by the place among the jobs.
  /// - Returns: how each ended, in the order given.
  public func run<Result: Sendable>(
    _ jobs: [ScheduledJob<Result>],
    tell: @escaping @Sendable (Int, ScheduledEnding<Result>) async -> Void = { _, _ in }
  ) async -> [ScheduledEnding<Result>] {
    var endings = Array(repeating: ScheduledEnding<Result>.notBegun, count: jobs.count)
    var waiting = Self.order(jobs.map(\.priority))[...]
    await withTaskGroup(of: (Int, ScheduledEnding<Result>).self) { group in
      for _ in 0..<min(atOnce ?? jobs.count, jobs.count) { Self.begin(&waiting, jobs, in: &group) }
      for await (place, ending) in group {
        endings[place] = ending
        await tell(place, ending)
        Self.begin(&waiting, jobs, in: &group)
      }
    }
    return endings
  }

  /// Places by priority, highest first; equal ones as they come.
  public static func order(_ priorities: [Int]) -> [Int] {
    priorities.indices.sorted {
      (priorities[$0], $1) > (priorities[$1], $0)
    }
  }

  private static func begin<Result: Sendable>(
    _ waiting: inout ArraySlice<Int>, _ jobs: [ScheduledJob<Result>],
    in group: inout TaskGroup<(Int, ScheduledEnding<Result>)>
  ) {
    guard !Task.isCancelled, let place = waiting.popFirst() else { return }
    let work = jobs[place].work
    group.addTask(executorPreference: CampaignExecutor(jobs[place].name)) {
      do {
        return (place, .finished(try await work()))
      } catch {
        return (place, .failed(error))
      }
    }
  }
}
