/// Bytes that aren't UTF-8, with the reason.
struct UTF8Case {
  let why: String
  let bytes: [UInt8]

  static let rejected: [UTF8Case] = wrongLeads + lonely + sequences

  private static let wrongLeads: [UTF8Case] =
    (UInt8(0x80)...0xFF)
    .filter { !(0xC2...0xF4).contains($0) }
    .map { UTF8Case(why: "a byte that begins nothing", bytes: [$0, 0x80, 0x80, 0x80]) }

  private static let lonely: [UTF8Case] = (UInt8(0x80)...0xFF).map {
    UTF8Case(why: "a byte alone", bytes: [$0])
  }

  private static let sequences: [UTF8Case] = [
    UTF8Case(why: "overlong NUL", bytes: [0xC0, 0x80]),
    UTF8Case(why: "overlong slash in two", bytes: [0xC0, 0xAF]),
    UTF8Case(why: "overlong DEL", bytes: [0xC1, 0xBF]),
    UTF8Case(why: "overlong slash in three", bytes: [0xE0, 0x80, 0xAF]),
    UTF8Case(why: "the last overlong of three", bytes: [0xE0, 0x9F, 0xBF]),
    UTF8Case(why: "overlong slash in four", bytes: [0xF0, 0x80, 0x80, 0xAF]),
    UTF8Case(why: "the last overlong of four", bytes: [0xF0, 0x8F, 0xBF, 0xBF]),
    UTF8Case(why: "the first surrogate", bytes: [0xED, 0xA0, 0x80]),
    UTF8Case(why: "the last surrogate", bytes: [0xED, 0xBF, 0xBF]),
    UTF8Case(why: "a pair of surrogates", bytes: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
    UTF8Case(why: "the first over U+10FFFF", bytes: [0xF4, 0x90, 0x80, 0x80]),
    UTF8Case(why: "far over U+10FFFF", bytes: [0xF5, 0x80, 0x80, 0x80]),
    UTF8Case(why: "five bytes", bytes: [0xF8, 0x88, 0x80, 0x80, 0x80]),
    UTF8Case(why: "six bytes", bytes: [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80]),
    UTF8Case(why: "one of two", bytes: [0xC3]),
    UTF8Case(why: "two of three", bytes: [0xE2, 0x82]),
    UTF8Case(why: "two of four", bytes: [0xF0, 0x9F]),
    UTF8Case(why: "three of four", bytes: [0xF0, 0x9F, 0x98]),
    UTF8Case(why: "a letter for the second of two", bytes: [0xC3, 0x28]),
    UTF8Case(why: "a letter for the second of three", bytes: [0xE2, 0x28, 0xA1]),
    UTF8Case(why: "a letter for the third of three", bytes: [0xE2, 0x82, 0x28]),
    UTF8Case(why: "a letter for the second of four", bytes: [0xF0, 0x28, 0x8C, 0xBC]),
    UTF8Case(why: "a letter for the third of four", bytes: [0xF0, 0x90, 0x28, 0xBC]),
    UTF8Case(why: "a letter for the fourth of four", bytes: [0xF0, 0x90, 0x8C, 0x28]),
    UTF8Case(why: "a lead for the second of two", bytes: [0xC3, 0xC3]),
    UTF8Case(why: "a lead for the second behind E1", bytes: [0xE1, 0xC0, 0x80]),
    UTF8Case(why: "a lead for the third of three", bytes: [0xE2, 0x82, 0xC2]),
    UTF8Case(why: "a lead for the second behind F1", bytes: [0xF1, 0xC0, 0x80, 0x80]),
    UTF8Case(why: "a lead for the fourth of four", bytes: [0xF1, 0x80, 0x80, 0xC0]),
    UTF8Case(why: "one byte more than begun", bytes: [0xC3, 0xA4, 0xA4]),
    UTF8Case(why: "ISO-8859-1", bytes: [0x66, 0xFC, 0x72]),
  ]
}
