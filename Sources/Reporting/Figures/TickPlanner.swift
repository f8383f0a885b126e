import Foundation

/// One division of an axis; those without a label are short.
struct Tick: Equatable {
  var value: Double
  var label: String?
}

/// Chooses divisions that are round numbers and whose labels do not touch.
struct TickPlanner {
  /// The axis to divide.
  let mapping: AxisMapping
  /// The length of the axis in pixels.
  let length: Double
  /// The room that one label takes along the axis, in pixels, with the gap to its neighbour.
  let extent: (String) -> Double

  /// The densest division, up to one label in `spacing` pixels, whose labels stay apart.
  func plan(spacing: Double) -> TickPlan {
    let most = max(Int(length / spacing), 2)
    var best = division(count: 1)
    for count in stride(from: most, to: 1, by: -1) {
      let plan = division(count: count)
      guard isReadable(plan.ticks) else { continue }
      best = plan
      break
    }
    // One number alone says nothing about the scale: rather a dense axis than that.
    for count in most...(most + 8) where Self.labelCount(best) < 2 {
      let plan = division(count: count)
      if isReadable(plan.ticks), Self.labelCount(plan) >= 2 { best = plan }
    }
    return best
  }

  private static func labelCount(_ plan: TickPlan) -> Int {
    plan.ticks.count { $0.label != nil }
  }

  private func isReadable(_ ticks: [Tick]) -> Bool {
    let labelled = ticks.filter { $0.label != nil }
    for (tick, next) in zip(labelled, labelled.dropFirst()) {
      guard let here = mapping.fraction(of: tick.value),
        let there = mapping.fraction(of: next.value)
      else { continue }
      let needed = (extent(tick.label ?? "") + extent(next.label ?? "")) / 2
      if abs(there - here) * length < needed { return false }
    }
    return true
  }

  private func division(count: Int) -> TickPlan {
    guard mapping.isLogarithmic else { return linear(count: count) }
    let first = Int((log10(mapping.lower) - 1e-9).rounded(.up))
    let last = Int((log10(mapping.upper) + 1e-9).rounded(.down))
    if last - first >= 1 { return decades(from: first, through: last, count: count) }
    return mantissas(count: count)
  }

  // MARK: Linear

  /// Divides by 1, 2 or 5 times a power of ten; labels come from integers and are exact.
  private func linear(count: Int) -> TickPlan {
    let notation = AxisNotation(mapping, labelsArePowers: false)
    let raw = (mapping.upper - mapping.lower) / Double(count)
    var exponent = Int(log10(raw).rounded(.down))
    let ratio = NumberText.scaled(raw, by: -exponent)
    var factor = [1, 2, 5].first { ratio <= Double($0) * (1 + 1e-9) } ?? 10
    if factor == 10 {
      factor = 1
      exponent += 1
    }
    if mapping.axis.isCount, exponent < 0 { (factor, exponent) = (1, 0) }
    let step = NumberText.scaled(Double(factor), by: exponent)
    // The slack keeps an end of the axis that is itself a round number.
    let first = Int((mapping.lower / step - 1e-6).rounded(.up))
    let last = Int((mapping.upper / step + 1e-6).rounded(.down))
    var ticks: [Tick] = []
    for index in first...max(first, min(last, first + 200)) where index <= last {
      let value = NumberText.scaled(Double(index * factor), by: exponent)
      let label = label(index * factor, exponent: exponent - notation.exponent)
      ticks.append(Tick(value: min(max(value, mapping.lower), mapping.upper), label: label))
    }
    return TickPlan(ticks: ticks, notation: notation)
  }

  private func label(_ mantissa: Int, exponent: Int) -> String {
    mantissa == 0 ? "0" : NumberText.decimal(mantissa, exponent: exponent)
  }

  // MARK: Logarithmic

  /// Labels powers of ten, every one or every few, with short divisions between.
  private func decades(from first: Int, through last: Int, count: Int) -> TickPlan {
    let stride = max((last - first + count) / count, 1)
    var ticks: [Tick] = []
    for decade in (first - 1)...last {
      for factor in 1...9 {
        let value = NumberText.scaled(Double(factor), by: decade)
        guard mapping.lower <= value * (1 + 1e-9), value <= mapping.upper * (1 + 1e-9) else {
          continue
        }
        if factor == 1 {
          let isLabelled = decade % stride == 0 || last - first < stride
          ticks.append(
            Tick(value: value, label: isLabelled ? "10" + NumberText.superscript(decade) : nil))
        } else if stride == 1, last - first <= 8 {
          ticks.append(Tick(value: value, label: nil))
        }
      }
    }
    return TickPlan(ticks: ticks, notation: AxisNotation(mapping, labelsArePowers: true))
  }

  /// Divides a range of less than two powers of ten at 1, 2 and 5; a shorter one evenly.
  private func mantissas(count: Int) -> TickPlan {
    let first = Int(log10(mapping.lower).rounded(.down))
    let last = Int(log10(mapping.upper).rounded(.down))
    var ticks: [Tick] = []
    for decade in first...max(first, last) {
      for factor in 1...9 {
        let value = NumberText.scaled(Double(factor), by: decade)
        guard mapping.contains(value) else { continue }
        let isLabelled = [1, 2, 5].contains(factor)
        let power = "10" + NumberText.superscript(decade)
        let label = factor == 1 ? power : "\(factor)×" + power
        ticks.append(Tick(value: value, label: isLabelled ? label : nil))
      }
    }
    if ticks.filter({ $0.label != nil }).count >= 2 {
      return TickPlan(ticks: ticks, notation: AxisNotation(mapping, labelsArePowers: true))
    }
    return linear(count: count)
  }
}
