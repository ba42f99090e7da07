extension JSONCase {
  /// Documents that aren't JSON.
  static let rejected: [JSONCase] =
    structure + ends + words + numbers + unknownEscapes + wrongDigits + escapes + controlsInStrings
    + controlsOutside + wrongUTF8 + encodings + dialects

  private static let structure: [JSONCase] = [
    JSONCase("", "nothing"),
    JSONCase(" ", "white space alone"),
    JSONCase("[1,]", "a comma at the end of an array"),
    JSONCase("[,1]", "a comma at the beginning of an array"),
    JSONCase("[,]", "a comma alone"),
    JSONCase("[1,,2]", "two commas"),
    JSONCase("[1 2]", "no comma between numbers"),
    JSONCase("[\"a\" \"b\"]", "no comma between strings"),
    JSONCase("[\"a\"\"b\"]", "nothing between strings"),
    JSONCase("[[][]]", "no comma between arrays"),
    JSONCase("[1:2]", "a colon in an array"),
    JSONCase("[\"a\":1]", "a member in an array"),
    JSONCase("[1;2]", "a semicolon"),
    JSONCase("{\"a\":1,}", "a comma at the end of an object"),
    JSONCase("{,\"a\":1}", "a comma at the beginning of an object"),
    JSONCase("{,}", "a comma alone in an object"),
    JSONCase("{\"a\":1,,\"b\":2}", "two commas in an object"),
    JSONCase("{\"a\":1 \"b\":2}", "no comma between members"),
    JSONCase("{\"a\"}", "a name without a value"),
    JSONCase("{\"a\":}", "a colon without a value"),
    JSONCase("{\"a\" 1}", "no colon"),
    JSONCase("{\"a\",1}", "a comma for a colon"),
    JSONCase("{\"a\"::1}", "two colons"),
    JSONCase("{\"a\":1:2}", "two values"),
    JSONCase("{:1}", "no name"),
    JSONCase("{1:1}", "a number for a name"),
    JSONCase("{11111:1}", "a number for a name"),
    JSONCase("{null:1}", "a word for a name"),
    JSONCase("{a:1}", "a name without quotes"),
    JSONCase("{[]:1}", "an array for a name"),
    JSONCase("{a\":1}", "a name without its opening quote"),
    JSONCase("{\"a\":1,2:3}", "a number for the second name"),
    JSONCase("{\"a\":1,\"b\"}", "the second name without a value"),
    JSONCase("{\"a\":1,\"b\" 2}", "no second colon"),
    JSONCase("[}", "brackets that do not match"),
    JSONCase("{]", "brackets that do not match"),
    JSONCase("[1}", "brackets that do not match"),
    JSONCase("{\"a\":1]", "brackets that do not match"),
    JSONCase("[{]}", "brackets that cross"),
    JSONCase("[[1]}", "an outer bracket that does not match"),
    JSONCase("{\"a\":[1}]", "brackets that cross"),
    JSONCase("]", "a closing bracket alone"),
    JSONCase("}", "a closing brace alone"),
    JSONCase("[]]", "one bracket too many"),
    JSONCase("{}}", "one brace too many"),
    JSONCase("1]", "a bracket behind a number"),
    JSONCase("1 2", "two values"),
    JSONCase("1,2", "two values and a comma"),
    JSONCase("1,", "a comma behind the value"),
    JSONCase("{}{}", "two objects"),
    JSONCase("{}\n{}", "two lines"),
    JSONCase("[]\"\"", "a string behind the value"),
    JSONCase("\"a\"b", "a letter behind the value"),
    JSONCase("null null", "two words"),
    JSONCase("[]\u{0}", "NUL behind the value"),
    JSONCase(",", "a comma alone"),
    JSONCase(":", "a colon alone"),
    JSONCase("\u{0}", "NUL"),
  ]

  private static let ends: [JSONCase] =
    [
      "[1,[2,{\"a\":[\"b\\u00e4\",-1.5e+3,true,false,null,\"ä€😀\"]}]]",
      "{\"a\\n\" : {\"b\" : [ ] , \"c\" : { } } }",
    ].flatMap { whole in
      (0..<whole.utf8.count).map { JSONCase(bytes: Array(whole.utf8.prefix($0)), "cut at \($0)") }
    }

  private static let words: [JSONCase] = [
    "t", "tr", "tru", "truE", "True", "TRUE", "truee", "true1", "tru\"", "f", "fals", "falsE",
    "False",
    "falsee", "fxlse", "n", "nul", "nulL", "Null", "NULL", "nulll", "nil", "nxll", "none",
    "undefined",
    "NaN", "Infinity", "-Infinity", "-NaN", "inf", "-inf", "a", "truefalse", "tXue", "trXe",
    "faXse", "falXe", "nuXl",
  ].flatMap { [JSONCase($0, "no word of JSON"), JSONCase("[\($0)]", "no word in an array")] }

  private static let numbers: [JSONCase] = [
    "-", "+", "+1", "--1", "-a", "-+1", "00", "01", "-00", "-01", "012", "00.5", "1.", "-1.", ".5",
    "-.5", "0.", "1.e1", "1.a", "1..2", "1.2.3", "1.-1", "1e", "1E", "1e+", "1E-", "1e++1", "1e+-1",
    "1ea", "1e1.5", "1e1e1", "1e.", "0e", "0e+", "0x10", "0xg", "1_000", "1'000", "1f", "1L", "1-2",
    "1+2", "- 1", "1 .5", "1 e5", "1e 5", "−1", "１", "1a", "/", "0/", "1:", "1;",
  ].flatMap { [JSONCase($0, "no number"), JSONCase("[\($0)]", "no number in an array")] }

  private static let unknownEscapes: [JSONCase] =
    (UInt8(0x20)..<0x80)
    .filter { !"\"\\/bfnrtu".utf8.contains($0) }
    .map { JSONCase(string: [0x5C, $0], "no escape") }

  private static let wrongDigits: [JSONCase] = (0..<4).flatMap { place in
    "/:@G`g\"\\ -+\u{7f}".utf8.map { wrong in
      var escape = Array("\\u0aF9".utf8)
      escape[2 + place] = wrong
      return JSONCase(string: escape, "no hexadecimal digit at \(place)")
    }
  }

  private static let escapes: [JSONCase] = [
    JSONCase("\"\\\"", "an escaped quote and no other"),
    JSONCase("\"\\\\\\\"", "an escaped quote behind an escaped backslash"),
    JSONCase("\"\\", "the end behind a backslash"),
    JSONCase("\"\\u", "the end within an escape"),
    JSONCase("\"\\u000", "the end within an escape"),
    JSONCase("\"\\u0000", "the end behind an escape"),
    JSONCase("\"\\u00\"", "a quote within an escape"),
    JSONCase("\"\\U0041\"", "a capital U"),
    JSONCase("\"\\u{41}\"", "braces"),
    JSONCase("\"\\x41\"", "two hexadecimal digits"),
    JSONCase("\"\\ä\"", "an escaped letter that is not ASCII"),
    JSONCase("\\u0022a\"", "an escaped quote outside"),
    JSONCase("\\n", "an escape outside"),
    JSONCase(string: [0x5C, 0x0A], "an escaped line end"),
    JSONCase(string: [0x5C, 0x00], "an escaped NUL byte"),
  ]

  private static let controlsInStrings: [JSONCase] = (UInt8(0)..<0x20).flatMap {
    control -> [JSONCase] in
    [
      JSONCase(string: [control], "a control character alone"),
      JSONCase("[\"long enough to see", [control], "a\"]", "one behind a text"),
      JSONCase("{\"", [control], "\":1}", "one in a name"),
    ]
  }

  private static let controlsOutside: [JSONCase] =
    (UInt8(0)..<0x20)
    .filter { ![0x09, 0x0A, 0x0D].contains($0) }
    .map { JSONCase(bytes: [0x5B, $0, 0x5D], "a control character for white space") }

  private static let wrongUTF8: [JSONCase] = UTF8Case.rejected.flatMap { wrong -> [JSONCase] in
    [
      JSONCase(string: wrong.bytes, wrong.why),
      JSONCase("\"ä and more", wrong.bytes, "a\"", wrong.why),
      JSONCase("{\"", wrong.bytes, "\":1}", wrong.why),
      JSONCase(bytes: wrong.bytes, wrong.why),
    ]
  }

  private static let encodings: [JSONCase] = [
    JSONCase("[\u{7f}]", "DEL for white space"),
    JSONCase("[\u{a0}]", "a no-break space"),
    JSONCase("[\u{85}]", "a next-line character"),
    JSONCase("[\u{2028}]", "a line separator for white space"),
    JSONCase("[\u{2060}]", "a word joiner"),
    JSONCase(bytes: [0xEF, 0xBB, 0xBF], "a byte-order mark alone"),
    JSONCase(bytes: [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "a byte-order mark"),
    JSONCase(bytes: [0x7B, 0x7D, 0xEF, 0xBB, 0xBF], "a byte-order mark behind"),
    JSONCase(bytes: [0xFE, 0xFF, 0x00, 0x5B, 0x00, 0x5D], "UTF-16, big end first"),
    JSONCase(bytes: [0x5B, 0x00, 0x5D, 0x00], "UTF-16, little end first"),
    JSONCase(bytes: [0x00, 0x5B, 0x00, 0x5D], "UTF-16 without a mark"),
    JSONCase(bytes: [0x5B, 0, 0, 0, 0x5D, 0, 0, 0], "UTF-32"),
    JSONCase("ä", "a letter that is not ASCII"),
    JSONCase("[😀]", "an emoji without quotes"),
  ]

  private static let dialects: [JSONCase] = [
    JSONCase("'a'", "apostrophes"),
    JSONCase("['a']", "apostrophes in an array"),
    JSONCase("{'a':1}", "apostrophes around a name"),
    JSONCase("“a”", "typographic quotes"),
    JSONCase("\"a", "no closing quote"),
    JSONCase("a\"", "no opening quote"),
    JSONCase("\"", "a quote alone"),
    JSONCase("\"\"\"", "three quotes"),
    JSONCase("[\"a]", "a string that never ends"),
    JSONCase("[1]//", "a comment behind"),
    JSONCase("/**/[1]", "a comment before"),
    JSONCase("[1/**/]", "a comment within"),
    JSONCase("[1]#", "a hash behind"),
    JSONCase("{\"a\":1}/", "a slash behind"),
    JSONCase("(1)", "parentheses"),
    JSONCase("<a/>", "XML"),
    JSONCase("a=1&b=2", "a form"),
    JSONCase("---\na: 1", "YAML"),
    JSONCase("[1]\u{0c}", "a form feed behind"),
    JSONCase("[1]\u{0b}", "a vertical tab behind"),
    JSONCase("@", "an at sign"),
    JSONCase("*", "an asterisk"),
    JSONCase("{\"a\":b}", "a bare value"),
    JSONCase("{\"a\":1}}", "one brace too many"),
    JSONCase("[1]x", "a letter behind"),
  ]
}
