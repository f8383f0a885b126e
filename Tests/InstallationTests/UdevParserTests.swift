import Testing

/// Rules that udev would pass over are refused by the parser that reads ours.
@Suite struct UdevParserTests {
  static func problem(_ text: String) -> String? {
    do {
      _ = try UdevRuleParser(file: "bad.rules").rules(in: text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    (#"SUBSYTEM=="usb", MODE="0660""#, "there is no key SUBSYTEM"),
    (#"SUBSYSTEM="usb", MODE="0660""#, "SUBSYSTEM may not stand with ="),
    (#"KERNEL+="ttyUSB*", MODE="0660""#, "KERNEL may not stand with +="),
    (#"SUBSYSTEM=="usb" MODE="0660""#, "a comma is missing"),
    (#"SUBSYSTEM=="usb",, MODE="0660""#, "a key is missing"),
    (#"SUBSYSTEM=="usb", MODE="0660","#, "nothing follows the last comma"),
    (#"SUBSYSTEM=="usb, MODE="0660""#, "a comma is missing"),
    (#"SUBSYSTEM=="usb", MODE="0660"#, "no closing quote"),
    (#"SUBSYSTEM==usb, MODE="0660""#, "not in quotes"),
    (#"SUBSYSTEM, MODE="0660""#, "an operator is missing"),
    (#"SUBSYSTEM=="usb""#, "does nothing"),
    (#"ATTR=="1209", MODE="0660""#, "ATTR needs an {attribute}"),
    (#"ATTR{idVendor=="1209", MODE="0660""#, "has no end"),
    (#"ENV{}=="1", MODE="0660""#, "names nothing"),
    (#"KERNEL{x}=="1", MODE="0660""#, "KERNEL has no {attribute}"),
    (#"SUBSYSTEMS!="usb", MODE="0660""#, "SUBSYSTEMS may not stand with !="),
    (#"ATTRS{idVendor}!="1209", MODE="0660""#, "ATTRS may not stand with !="),
    (#"ENV{DEVTYPE}="usb_device""#, "belongs to the kernel"),
    (#"MODE="660""#, "no octal number"),
    (#"MODE="0698""#, "no octal number"),
    (#"IMPORT{builtin}="usb_idd""#, "there is no builtin"),
    (#"IMPORT{program}="/bin/sh""#, "only IMPORT{builtin}"),
    (#"RUN+="/bin/sh""#, "RUN has no place"),
    (#"OPTIONS+="link_prio=3""#, "there is no option"),
    (#"SYMLINK+="tare/$evn{ID_SERIAL}""#, "there is no substitution $evn{ID_SERIAL}"),
    (#"SYMLINK+="tare/%s{serial}""#, "there is no substitution"),
    (#"GROUP="""#, "GROUP has no value"),
    (#"GOTO="nowhere""#, "no label \"nowhere\" follows"),
    ("LABEL=\"end\"\nGOTO=\"end\"", "nothing goes to the label"),
    ("GOTO=\"end\"\nLABEL=\"end\"\nLABEL=\"end\"", "is there twice"),
    ("GOTO=\"end\"\nLABEL=\"end\", MODE=\"0660\"", "LABEL stands alone"),
    ("SUBSYSTEM==\"usb\", \\\n# a comment\nMODE=\"0660\"", "must do so in the next line"),
    ("SUBSYSTEM==\"usb\", \\\n\nMODE=\"0660\"", "must do so in the next line"),
    ("SUBSYSTEM==\"usb\", \\", "the file ends"),
  ])
  func refuses(rule: String, reason: String) throws {
    let problem = try #require(Self.problem(rule), "the rule was accepted")
    #expect(problem.contains(reason), "\(problem)")
  }

  @Test func tellsTheLine() {
    #expect(
      Self.problem("# a comment\n\nMODE=\"0660\"\nMOD=\"0660\"\n")
        == "bad.rules:4: there is no key MOD")
  }

  @Test func readsWhatUdevReads() throws {
    let text = """
      # a comment
      ACTION=="remove", GOTO="end"

        ENV{ID_TARE}=="1",SUBSYSTEM!="tty" , \\
          ATTR{power/control}="on", TAG+="uaccess"
      LABEL="end"
      """
    let rules = try UdevRuleParser(file: "good.rules").rules(in: text)
    #expect(rules.map(\.line) == [2, 4, 6])
    #expect(
      rules[1].clauses == [
        UdevClause(key: "ENV", attribute: "ID_TARE", operation: .equal, value: "1"),
        UdevClause(key: "SUBSYSTEM", attribute: nil, operation: .unequal, value: "tty"),
        UdevClause(key: "ATTR", attribute: "power/control", operation: .assign, value: "on"),
        UdevClause(key: "TAG", attribute: nil, operation: .append, value: "uaccess"),
      ])
  }

  @Test(arguments: [
    ("usb|tty", "tty", true), ("usb|tty", "usb-serial", false), ("ttyACM*", "ttyACM12", true),
    ("ttyACM?", "ttyACM12", false), ("?*", "", false), ("", "", true), ("tty[A-Z]*", "tty0", false),
  ])
  func patternsMatchAsInAShell(pattern: String, text: String, matches: Bool) {
    #expect(UdevPattern(pattern).matches(text) == matches)
  }
}
