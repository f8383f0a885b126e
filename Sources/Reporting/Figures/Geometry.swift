/// A point of a drawing, in pixels from the top left corner.
struct Point: Equatable {
  var x: Double
  var y: Double
}

/// An area of a drawing, in pixels; the top is the smaller coordinate.
struct Rectangle: Equatable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  var width: Double { max(right - left, 0) }
  var height: Double { max(bottom - top, 0) }
}
