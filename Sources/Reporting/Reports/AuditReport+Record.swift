import DeviceContract
import Foundation
import PhysicalUnits
import PulseLedger

extension AuditReport {
  /// What `--json` prints; units are in the names.
  public struct Record: Encodable, Sendable {
    /// The form of this record.
    public let schema = "tare-audit"
    /// Its version.
    public let version = 1
    let balances: Bool
    let file: String
    let ledger: Ledger
    let devices: [DeviceIdentity]
    let first, last: String
    let checks: [LedgerAudit.Check]
    let total: Sums
    let notFired, adopted: Int
    let causes, days: [Line]
    let shapes: [Shape]
    let endurance: Endurance?
    let hottest, mostExposed: [LedgerAudit.Cell]
    let uncertain: [LedgerAudit.UncertainTrain]
    let open: [OpenTrain]
    let refusals: [LedgerAudit.Refusal]
    let gaps, notes: [LedgerAudit.Note]
    let chain: Chain
    let tiles: [TileRecord]
  }

  struct Ledger: Encodable, Sendable {
    let id, level, name, program: String
    let tiles, rows, columns: Int

    init(_ genesis: LedgerEntry.Genesis) {
      (id, name) = (genesis.id.uuidString.lowercased(), genesis.name)
      (level, program) = (genesis.level == .chip ? "chip" : "run", genesis.program)
      (tiles, rows, columns) = (genesis.tiles, genesis.rows, genesis.columns)
    }
  }

  struct Sums: Encodable, Sendable {
    let trains: Int
    let commanded, fired: PulseTotals
    let notFired, uncertain, halfSelectExposures: Int
    let energyJoules, deviceTimeSeconds: Double

    init(_ sums: PulseSums) {
      (trains, commanded, fired) = (sums.trains, sums.commanded, sums.fired)
      (uncertain, halfSelectExposures) = (sums.uncertain, sums.exposures)
      notFired = sums.commanded.all - sums.fired.all - sums.uncertain
      energyJoules = Double(sums.energy) / 1e15
      deviceTimeSeconds = Double(sums.duration) / 1e9
    }
  }

  struct Line: Encodable, Sendable {
    let name: String
    let sums: Sums

    init(_ line: LedgerAudit.Line) { (name, sums) = (line.name, Sums(line.sums)) }
  }

  struct Shape: Encodable, Sendable {
    let amplitudeVolts, widthSeconds, riseSeconds, fallSeconds, periodSeconds: Double
    let complianceAmperes: Double?
    let cause: Cause
    let fired: PulseTotals

    init(_ line: LedgerAudit.ShapeLine) {
      let shape = line.shape
      amplitudeVolts = shape.amplitude.value
      widthSeconds = shape.width.seconds.value
      riseSeconds = shape.rise.seconds.value
      fallSeconds = shape.fall.seconds.value
      periodSeconds = shape.period.seconds.value
      complianceAmperes = shape.compliance?.value
      (cause, fired) = (line.cause, line.fired)
    }
  }

  struct Endurance: Encodable, Sendable {
    let statedPulses, hottestShare, medianShare, medianPulses: Double
  }

  struct OpenTrain: Encodable, Sendable {
    let number: UInt64
    let cause: Cause
    let region: String
    let commanded: PulseTotals
  }

  struct Chain: Encodable, Sendable {
    struct Problem: Encodable, Sendable {
      let record: Int?
      let explanation: String
    }
    struct Signature: Encodable, Sendable {
      let record: Int
      let publicKey: String
      let isValid: Bool
    }
    let isWhole: Bool
    let records: Int
    let head: String
    let isSealed: Bool
    let writer, chipKey: String?
    let problems: [Problem]
    let signatures: [Signature]
  }

  /// What the cells of a tile have seen, row-major.
  struct TileRecord: Encodable, Sendable {
    let up, down, adopted, uncertain, halfSelectExposures: [UInt32]
  }

  /// Everything that was found.
  public var record: Record {
    let median = medianPulses
    return Record(
      balances: audit.balances, file: audit.path,
      ledger: Ledger(audit.genesis),
      devices: audit.devices, first: audit.first.text, last: audit.last.text,
      checks: audit.checks, total: Sums(audit.total), notFired: notFired, adopted: audit.adopted,
      causes: audit.causes.map(Line.init),
      days: audit.days.map(Line.init),
      shapes: audit.shapes.map(Shape.init),
      endurance: endurance.map { stated in
        Endurance(
          statedPulses: stated, hottestShare: Double(audit.hottest.first?.pulses ?? 0) / stated,
          medianShare: median / stated, medianPulses: median)
      },
      hottest: audit.hottest, mostExposed: audit.mostExposed, uncertain: audit.uncertain,
      open: audit.open.map {
        OpenTrain(
          number: $0.number, cause: $0.train.cause, region: $0.train.region.description,
          commanded: $0.train.totals)
      },
      refusals: audit.refusals, gaps: audit.gaps, notes: audit.notes,
      chain: Chain(
        audit.verification,
        audit.verification.problems.map {
          Chain.Problem(record: $0.record, explanation: $0.explanation)
        }, chipKey: audit.chipKey),
      tiles: audit.tiles.map {
        TileRecord(
          up: $0.up, down: $0.down, adopted: $0.adopted, uncertain: $0.uncertain,
          halfSelectExposures: $0.exposures)
      })
  }
}

extension AuditReport.Chain {
  init(_ verification: LedgerVerification, _ problems: [Problem], chipKey: String?) {
    isWhole = problems.isEmpty
    (records, head) = (verification.records, verification.head)
    (isSealed, writer) = (verification.isSealed, verification.writer)
    self.chipKey = chipKey
    self.problems = problems
    signatures = verification.signatures.map {
      Signature(record: $0.record, publicKey: $0.publicKey, isValid: $0.isValid)
    }
  }
}
