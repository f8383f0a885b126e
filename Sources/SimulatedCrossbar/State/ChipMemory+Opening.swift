import CrossbarKernels

extension ChipMemory {
  /// The memory of a chip: a new one, or the one that the file of the settings holds.
  ///
  /// - Returns: the memory, and whether the chip is new; then its cells have to be placed, and
  ///   ``StateFile/publish()`` called.
  static func open(
    _ settings: SimulatorSettings, watch: ((StaticString) -> Void)? = nil
  ) throws -> (memory: ChipMemory, isNew: Bool) {
    // What tells chips apart is the one thing that must not follow from a seed.
    let (serial, epoch) = (UInt32.random(in: 1...UInt32.max), UInt64.random(in: 1...1 << 32))
    let words = ChipSettings(settings)
    func layout(settingsBytes: Int) -> ChipLayout {
      ChipLayout(
        tiles: settings.tiles, rows: settings.rows, columns: settings.columns,
        settingsBytes: settingsBytes, hasUndo: settings.state != nil,
        isDisturbed: settings.isDisturbed)
    }
    guard let path = settings.state else {
      let memory = try ChipMemory(volatile: layout(settingsBytes: 0), epoch: epoch)
      memory.watch = watch
      return (memory, true)
    }
    let layout = layout(settingsBytes: words.text.utf8.count)
    let file = try StateFile.open(path, length: layout.length)
    let isNew = file.draft != nil
    if !isNew { try StateHeader.check(file, settings: words, layout: layout) }
    let memory = try ChipMemory(file, layout: layout)
    memory.watch = watch
    if isNew {
      StateHeader.write(to: memory, settings: words, serial: serial, epoch: epoch)
    } else {
      try memory.rollBack()
    }
    StateHeader.sign(memory)
    return (memory, isNew)
  }

  /// The serial number of a chip in a file, such as "SIM-9F3A61C0".
  var serialNumber: String {
    let digits = String(header.pointee.serial, radix: 16, uppercase: true)
    return "SIM-" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
