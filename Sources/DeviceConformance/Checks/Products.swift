import DeviceContract

extension ConformanceCheck {
  /// Products are those of the weights that reads find.
  static let products = [
    ConformanceCheck(
      "products", "A product is the sum of weight times input, over columns and over rows."
    ) { probe in
      let device = try probe.multiplier()
      let region = probe.smallRegion
      _ = try? await probe.device.apply(probe.train(probe.anyPattern))
      let averages = min(64, probe.capabilities.converter.mostAverages)
      try await probe.expectNoPulse {
        let weights = try await probe.device.read(
          ReadRequest(region: region, averages: averages)
        ).weights
        for transposed in [false, true] {
          let inputs = probe.inputs(for: region, transposed: transposed)
          let sums: [Float]
          do {
            sums = try await device.multiply(region, by: inputs, transposed: transposed)
          } catch let error as DeviceError where error.code == .refused {
            throw NotApplicable(explanation: "the device multiplies nothing")
          }
          try probe.expect(
            sums.count == (transposed ? region.columns.count : region.rows.count),
            "\(sums.count) sums of \(region), transposed: \(transposed)")
          for (line, sum) in sums.enumerated() {
            let expected = inputs.enumerated().reduce(0.0) { sum, input in
              let (row, column) = transposed ? (input.offset, line) : (line, input.offset)
              let weight = weights[row * region.columns.count + column]
              return sum + Double(weight) * Double(input.element)
            }
            // For each cell six standard errors of a read of one sample and of the average that it is compared with,
            // a step of the converter, and what the rounding of inputs makes of a weight.
            let converter = probe.capabilities.converter
            let largest = max(abs(converter.range.lowerBound), abs(converter.range.upperBound))
            let each = 12 * converter.noise + converter.step + largest / 32_767
            try probe.expect(
              abs(Double(sum) - expected) <= Double(inputs.count) * each + 1e-6,
              "sum \(line) is \(sum), and reads make it \(expected); transposed: \(transposed)")
          }
        }
      }
    },
    ConformanceCheck(
      "product-refusals", "Products of other regions or inputs than there can be are refused."
    ) { probe in
      let device = try probe.multiplier()
      let region = probe.smallRegion
      let outside = CellRegion(rows: 0..<Row(probe.capabilities.rows + 1), columns: 0..<1)
      for transposed in [false, true] {
        let inputs = probe.inputs(for: region, transposed: transposed)
        let cases: [(CellRegion, [Float])] = [
          (region, Array(inputs.dropLast())), (region, inputs + [0]),
          (region, inputs.map { $0 + 1.5 }), (region, inputs.map { _ in .nan }),
          (outside, probe.inputs(for: outside, transposed: transposed)),
        ]
        for (region, inputs) in cases {
          do {
            _ = try await device.multiply(region, by: inputs, transposed: transposed)
          } catch let error as DeviceError {
            try probe.expect(error.code == .refused, "thrown \(error.code) instead of a refusal")
            continue
          }
          throw ConformanceFailure(
            explanation: "a product of \(region) with \(inputs.count) inputs was not refused")
        }
      }
    },
  ]
}

extension ConformanceProbe {
  /// The device, if it multiplies.
  fileprivate func multiplier() throws -> any MatrixVectorMultiplying {
    guard let device = device as? any MatrixVectorMultiplying else {
      throw NotApplicable(explanation: "the device multiplies nothing")
    }
    return device
  }

  /// Numbers of both signs, the ends of their range among them.
  fileprivate func inputs(for region: CellRegion, transposed: Bool) -> [Float] {
    let lines = transposed ? region.rows.count : region.columns.count
    return (0..<lines).map { [1, -1, 0.25, -0.6, 0][$0 % 5] }
  }
}
