public import ResponseModels

// Tiles of other cells: `tile1.reference_mean=0.4` beside `reference_mean=0`.
extension SimulatorSettings {
  /// A parameter that the device has otherwise on one tile.
  struct TileParameter: Sendable, Hashable {
    var tile: Int
    var name: String
    var value: String
    /// The name of the option that sets it.
    var option: String { "tile\(tile).\(name)" }
  }

  /// The device of a tile: that of all tiles, with what was set for this one alone.
  ///
  /// - Throws: ``ModelError`` if that makes no device.
  public func model(ofTile tile: Int) throws(ModelError) -> DeviceModel {
    var model = device.model
    for parameter in tileParameters where parameter.tile == tile {
      do {
        try model.set(parameter.name, parsing: parameter.value)
      } catch {
        throw ModelError(error.code, at: parameter.option, error.explanation)
      }
    }
    return model
  }

  /// The devices of all tiles, with their derived parameters.
  func models() throws(ModelError) -> [DeviceModel] {
    if let parameter = tileParameters.first(where: { $0.tile >= tiles }) {
      throw ModelError(
        .wrongSize, at: parameter.option,
        "the crossbar has \(tiles) tile\(tiles == 1 ? "" : "s"), counted from 0; set tiles as well")
    }
    if let parameter = tileParameters.first, cells != nil {
      throw ModelError(
        .badValue, at: parameter.option, "the cells are given, so that no tile is drawn")
    }
    var models: [DeviceModel] = []
    for tile in 0..<tiles { models.append(try model(ofTile: tile).resolved) }
    return models
  }

  /// Sets a parameter of the device for one tile.
  ///
  /// - Throws: ``ModelError`` if the device has no such parameter, or the text is no value for it. Whether there is
  ///   such a tile is seen when the crossbar is built.
  mutating func set(_ parameter: TileParameter) throws(ModelError) {
    let known = DeviceModel.keys(of: device.model.kind)
    guard known.contains(parameter.name) else {
      throw ModelError(
        .unknownName, at: parameter.option,
        Self.optionNames.contains(parameter.name)
          ? "\(parameter.name) is one for all tiles; what can differ are the parameters of the device"
          : "\(device.model.kind.rawValue) has no such parameter; "
            + Spelling.suggestion(for: parameter.name, in: known))
    }
    tileParameters.append(parameter)
    do throws(ModelError) {
      _ = try model(ofTile: parameter.tile)
    } catch {
      tileParameters.removeLast()
      throw error
    }
  }
}

extension SimulatorSettings.TileParameter {
  /// Takes the name of an option such as `tile1.reference_mean` apart; nil for another kind of name.
  init?(option: String, value: String) {
    guard option.hasPrefix("tile"), let dot = option.firstIndex(of: ".") else { return nil }
    let number = option[option.index(option.startIndex, offsetBy: 4)..<dot]
    guard number.allSatisfy({ $0.isASCII && $0.isNumber }), let tile = Int(number) else {
      return nil
    }
    self.init(tile: tile, name: String(option[option.index(after: dot)...]), value: value)
  }
}
