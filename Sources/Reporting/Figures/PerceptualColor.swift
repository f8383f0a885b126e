import Foundation

/// A colour by how it looks: lightness, chroma and hue in the OKLCH space.
///
/// Equal steps of lightness look equal, which RGB values do not. The conversion is that of
/// B. Ottosson, "A perceptual color space for image processing" (2020).
struct PerceptualColor: Equatable {
  /// Zero is black, one is white.
  var lightness: Double
  /// Zero is grey.
  var chroma: Double
  /// The angle in degrees.
  var hue: Double

  /// The colour on the way from one to another; hues are mixed as directions, not as angles.
  static func mix(_ one: PerceptualColor, _ other: PerceptualColor, _ share: Double)
    -> (lightness: Double, a: Double, b: Double)
  {
    func blend(_ from: Double, _ to: Double) -> Double { from + (to - from) * share }
    let (first, second) = (one.hue * .pi / 180, other.hue * .pi / 180)
    return (
      blend(one.lightness, other.lightness),
      blend(one.chroma * cos(first), other.chroma * cos(second)),
      blend(one.chroma * sin(first), other.chroma * sin(second))
    )
  }

  /// Linear red, green and blue; outside 0...1 where a screen cannot show the colour.
  static func linearRGB(lightness: Double, a: Double, b: Double) -> [Double] {
    let long = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
    let medium = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
    let short = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
    return [
      4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
      -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
      -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ]
  }

  /// The colour as `#rrggbb`.
  static func hexadecimal(linearRGB: [Double]) -> String {
    let digits = linearRGB.map { linear -> String in
      let clipped = min(max(linear, 0), 1)
      let encoded =
        clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * pow(clipped, 1 / 2.4) - 0.055
      let text = String(Int((encoded * 255).rounded()), radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "#" + digits.joined()
  }
}
