import Dispatch

/// A thread for the work of one campaign.
///
/// Filtering thousands of cells takes a while between two trains. On the threads that all tasks share, two simulated
/// arrays on two processors would let nobody else in, and nobody could cancel them.
final class CampaignExecutor: TaskExecutor {
  private let queue: DispatchQueue

  init(_ name: String) { queue = DispatchQueue(label: "tare-campaign-\(name)") }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
