import ArgumentParser

/// `tare reference`: what is done with the symmetric points that a calibration has found.
struct ReferenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "What is done with symmetric points: stored, written into cells, made the zero.",
    discussion: """
      A calibration leaves a reference map behind, RUN/maps/reference.json. It becomes the zero of an array \
      in one of three ways: subtracted by whoever reads the array, held by the cells of a second array, or held \
      by the cells themselves, each brought to its own symmetric point.
        tare reference show measured
        tare reference store measured --out zero.npy --fill array-mean
        tare reference program measured --device 'sim:low-noise?tiles=2&state=chip.state' --tile 1 \
      --tolerance 1% --out written
        tare reference shift measured --device 'sim:low-noise?tiles=2&state=chip.state' --tolerance 1% \
      --out shifted

      References are written once all cells are measured: pulses of a calibration half-select the cells \
      beside those that they are meant for.
      """,
    subcommands: [
      ReferenceShowCommand.self, ReferenceStoreCommand.self, ReferenceProgramCommand.self,
      ReferenceShiftCommand.self,
    ])
}
