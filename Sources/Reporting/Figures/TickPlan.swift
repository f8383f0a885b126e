/// The divisions of an axis and the notation of their labels.
struct TickPlan {
  var ticks: [Tick]
  var notation: AxisNotation
}
