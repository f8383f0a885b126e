public import DeviceContract
import PhysicalUnits

extension MeteredDevice {
  /// Reads the cells of a region after every train before it, counts the read and writes it down.
  public func read(_ request: ReadRequest) async throws(DeviceError) -> Reading {
    try await read([request])[0]
  }

  /// Reads regions one after the other, after every train before them, and writes all of them down at once.
  ///
  /// If a read fails, what those before it have found is written down and counted, and the reads behind it are not
  /// made.
  ///
  /// - Returns: one reading a request.
  /// - Throws: as ``PulseDevice/read(_:)``, and ``DeviceError/Code/notRecorded``.
  public func read(_ requests: [ReadRequest]) async throws(DeviceError) -> [Reading] {
    guard !requests.isEmpty else { return [] }
    await takeTurn()
    defer { turns.give() }
    var readings: [Reading] = []
    readings.reserveCapacity(requests.count)
    while readings.count < requests.count, let reading = try answer(requests[readings.count]) {
      readings.append(reading)
    }
    let answered = readings.count
    if answered < requests.count { try await noteBreak(at: requests[answered...]) }
    var failure: DeviceError?
    for request in requests[answered...] {
      do throws(DeviceError) {
        let reading = try await device.read(request)
        books.count(reading)
        books.account.time += reading.duration
        readings.append(reading)
      } catch {
        failure = error
        break
      }
    }
    let found = Array(readings[answered...])
    do throws(DeviceError) {
      try await record(found, asked: requests[answered...])
    } catch {
      // What the device said of its failure matters more than a journal that fails as well.
      throw failure ?? error
    }
    if let failure { throw failure }
    return readings
  }

  /// Writes down what reads have found, each after how often the link had it made.
  private func record(
    _ readings: [Reading], asked requests: ArraySlice<ReadRequest>
  ) async throws(DeviceError) {
    guard !readings.isEmpty else { return }
    for (reading, request) in zip(readings, requests) {
      for _ in 0..<reading.repeats {
        try await noteRepeat(of: request, because: "the link broke before its answer had come")
      }
    }
    do {
      try await journal.observe(readings)
    } catch {
      let regions =
        "\(readings[0].region)"
        + (readings.count > 1 ? " and of \(readings.count - 1) regions more" : "")
      throw .notRecorded("what was found in the cells of \(regions)", error)
    }
  }

  /// Answers a read from the interrupted run, if it came to it.
  private func answer(_ request: ReadRequest) throws(DeviceError) -> Reading? {
    let reading: Reading?
    do throws(DeviceError) {
      reading = try replay?.take(request)
    } catch {
      if error.code == .readingLost { books.account.readsLost += 1 }
      noteReplay()
      throw error
    }
    if let reading {
      books.count(reading)
      books.account.time += reading.duration
    }
    noteReplay()
    return reading
  }

  /// Writes reads down as ones that may have been made before, where the interrupted run broke off at them.
  private func noteBreak(at requests: ArraySlice<ReadRequest>) async throws(DeviceError) {
    guard let end = broken else { return }
    broken = nil
    for request in end.readsThatMayHaveBeenMade(of: requests, by: capabilities.converter) {
      try await noteRepeat(
        of: request,
        because: "the run was broken off at this read, and what it had found was not written down")
    }
  }

  /// Writes a read down as one that may have been made before.
  private func noteRepeat(
    of request: ReadRequest, because explanation: String
  ) async throws(DeviceError) {
    books.account.extraReads += 1
    do {
      try await journal.readAgain(request, because: explanation)
    } catch {
      throw .notRecorded("that \(request.region) were read again", error)
    }
  }
}

extension DeviceError {
  /// A read that could not be written down.
  fileprivate static func notRecorded(_ what: String, _ cause: any Error) -> DeviceError {
    DeviceError(
      code: .notRecorded,
      explanation: "\(what) could not be written down: \(cause); nothing was fired")
  }
}
