import DeviceContract
import PulseLedger
import SymmetricPoint

extension CampaignWork {
  /// Searches again for cells that all others had to wait for.
  ///
  /// A sweep ends when most cells are known: the last ones get pulses of their own.
  mutating func searchAgain() async {
    guard goesOn, let second = plan.second else { return }
    let room = await room()
    var cells = estimates.indices.filter {
      [.budget, .priorOnly].contains(estimates[$0].verdict)
        && room[$0] >= second.mostPulses
    }
    while !cells.isEmpty {
      if await fits(second.quote(cells: cells, on: region, of: device.capabilities)) { break }
      cells.removeLast((cells.count + 3) / 4)
    }
    guard !cells.isEmpty else { return }
    let before = await device.account
    let (progress, pause, asked) = (progress, pause, cells.count)
    let spent = before.totals.all
    do throws(DeviceError) {
      let found = try await second.run(on: device, region: region, cells: cells) {
        await progress(
          CampaignProgress(part: .second, progress: $0, pulses: spent + $0.pulses))
        await pause()
      }
      for cell in cells { estimates[cell] = found.estimates[cell] }
      if let stop = found.stoppedBy { end(stop) }
    } catch {
      end(error)
    }
    await close(.second, cells: asked, since: before)
  }

  /// Pulses the cells that failed up and down, for so long that nothing but their states is to be believed.
  ///
  /// A cell that there are no pulses left for stays what the audit has made of it.
  mutating func fallBack() async {
    guard goesOn, let audited, let fallback = plan.fallback else { return }
    let room = await room()
    let failed = audited.passed.indices.filter {
      audited.passed[$0] == false && room[$0] >= fallback.pulses
    }
    guard !failed.isEmpty else { return }
    let before = await device.account
    var done = 0
    var isMeant = Array(repeating: false, count: estimates.count)
    for cell in failed { isMeant[cell] = true }
    for line in region.segments(of: isMeant) {
      guard await fits(fallback.quote(on: line, of: device.capabilities)) else { break }
      await tell(.fallback, done: done, of: failed.count)
      do throws(DeviceError) {
        let found = try await fallback.run(
          on: device, region: line, review: { _ in true }, progress: { _ in })
        if let stop = found.stoppedBy { end(stop) } else { take(found) }
        done += line.count
      } catch {
        end(error)
      }
      if stop != nil { break }
    }
    await close(.fallback, cells: done, since: before)
  }

  /// Takes what was found for some of the cells.
  private mutating func take(_ found: SearchResult) {
    for (place, estimate) in found.estimates.enumerated() {
      let line = found.region
      let row = Row(line.rows.lowerBound.index + place / line.columns.count)
      let column = Column(line.columns.lowerBound.index + place % line.columns.count)
      let cell = region.offset(row: row, column: column)
      guard estimate.verdict != .stuck else {
        estimates[cell].verdict = .stuck
        continue
      }
      var estimate = estimate
      let isKnown =
        estimate.verdict == .converged && Double(estimate.halfWidth) <= 2 * 1.96 * plan.tolerance
      estimate.verdict = isKnown ? .converged : .budget
      estimates[cell] = estimate
    }
  }
}
