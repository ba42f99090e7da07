import Bytes
import Testing

@testable import Harness
@testable import Verification

/// NFKD, compared with Python's unicodedata.
@Suite struct NormalizationTests {
  /// Prints lines of a text and its NFKD, as numbers: each character that Unicode 14 assigns, and
  /// random texts of letters and marks, whose marks have to be put in order.
  private static let script = """
    import random, unicodedata
    random.seed(7)
    known = [chr(c) for c in range(1, 0x110000)
             if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    marks = [c for c in known if unicodedata.combining(c)]
    texts = known + ["".join(random.choice(known if random.random() < .4 else marks)
                             for _ in range(random.randint(2, 12))) for _ in range(20000)]
    for text in texts:
        normal = unicodedata.normalize("NFKD", text)
        print(text.encode().hex(), normal.encode().hex())
    """

  @Test func `every character, and marks in any order, become what Python makes of them`() throws {
    let reference = try Tool.run("python3", ["-c", Self.script])
    try #require(reference.status == 0, "\(reference.errors)")
    var wrong: [Substring] = []
    var count = 0
    for line in reference.text.split(separator: "\n") {
      let parts = line.split(separator: " ").map { Hex.decode(Array($0.utf8)) ?? [] }
      if Normalization.nfkd(parts[0]) != parts[1] { wrong.append(line) }
      count += 1
    }
    #expect(count > 150_000)
    #expect(wrong.prefix(20) == [])
  }

  @Test func `ASCII stays as it is, with NUL too, and what isn't UTF-8 is refused`() {
    #expect(Normalization.nfkd(Array("s3cret\0".utf8)) == Array("s3cret\0".utf8))
    #expect(Normalization.nfkd([0xff]) == nil)
    #expect(Normalization.nfkd([0xc3, 0xa9, 0xc3]) == nil)
    #expect(Normalization.nfkd([0xc3, 0xa9, 0]) == nil)
  }
}
