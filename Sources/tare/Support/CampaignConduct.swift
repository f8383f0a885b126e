/// How a run that pulses is conducted: what stops it, what makes it pause, and who is told of it.
struct CampaignConduct: Sendable {
  let interruption: Interruption
  let talk: Talk
  /// Told how far it is, for people.
  let progress: @Sendable (String) -> Void

  init(
    interruption: Interruption, talk: Talk, progress: @escaping @Sendable (String) -> Void
  ) {
    (self.interruption, self.talk, self.progress) = (interruption, talk, progress)
  }

  /// Fires until the work is done or a signal ends it.
  func fire<Result: Sendable>(
    _ run: RunSession,
    _ work:
      @escaping @Sendable (RunSession, @escaping @Sendable (String) -> Void) async throws
      -> Result
  ) async throws -> Result {
    let progress = progress
    return try await PauseSignal.watching(run.device, talk: talk) {
      try await interruption.cancelling { try await work(run, progress) }
    }
  }
}
