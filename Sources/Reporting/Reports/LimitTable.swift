import PulseLedger

/// Limits in force, each held against the worst case of a plan.
enum LimitTable {
  static func text(_ limits: [LimitVerdict]) -> String {
    var table = TextTable(columns: [
      .init("limit", alignment: .left), .init("of", alignment: .left),
      .init("set by", alignment: .left), .init("allowed", alignment: .right),
      .init("spent", alignment: .right), .init("left", alignment: .right),
      .init("asked at most", alignment: .right), .init("verdict", alignment: .left),
    ])
    for limit in limits {
      table.append([
        limit.limit, limit.subject, limit.setBy, limit.text(limit.allowed),
        limit.spent.map(limit.text) ?? "", limit.text(max(0, limit.left)),
        limit.asked.map(limit.text) ?? "none", limit.fits ? "fits" : "does not fit",
      ])
    }
    return table.text
  }
}
