import ArgumentParser
import Foundation
import PulseLedger

/// `tare ledger key`: the key that signs the ledgers of a chip.
struct LedgerKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Makes the key that signs a chip's ledgers, or prints its public half.",
    discussion: """
      From then on every session on the chip ends with an Ed25519 signature over all records before it, \
      in the chip's ledger and in that of the run. The private key stays in the chip's folder, readable \
      by you alone; keep a copy of the public key where nobody can change it with the ledger.
        tare ledger key hfox-a3 --make
      """)

  @Argument(help: "The name of the chip.")
  var chip: String

  @Flag(help: "Make a key; a chip has one for its life.")
  var make = false

  @OptionGroup var homeOptions: LedgerHomeOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await reporting {
      let home = homeOptions.home
      let folder = try home.folder(ofChip: chip)
      if make {
        try home.makeFolder(ofChip: chip)
        try print(LedgerKey.make(folder: folder).publicKey)
        output.talk.say("made \(folder)/\(LedgerKey.privateName)")
        return
      }
      guard let key = LedgerKey.publicKey(folder: folder) else {
        throw CommandFailure(
          .noInput, "chip \(chip) has no key; `tare ledger key \(chip) --make` makes one")
      }
      try print(key)
    }
  }

  private func print(_ key: String) throws {
    if output.json {
      try output.printJSON(["chip": chip, "public_key": key])
    } else {
      try output.write(key + "\n")
    }
  }
}
