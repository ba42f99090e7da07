extension JSONCase {
  /// Documents that are JSON.
  static let accepted: [JSONCase] =
    values + arrays + objects + numbers + escapes + strings + unicode + whiteSpace

  private static let values: [JSONCase] = [
    JSONCase("null", "a word at the top"),
    JSONCase("true", "a word at the top"),
    JSONCase("false", "a word at the top"),
    JSONCase("0", "a number at the top"),
    JSONCase("-1", "a negative number at the top"),
    JSONCase("\"\"", "an empty string at the top"),
    JSONCase("\"a\"", "a string at the top"),
    JSONCase("[]", "an empty array at the top"),
    JSONCase("{}", "an empty object at the top"),
  ]

  private static let arrays: [JSONCase] = [
    JSONCase("[null]", "one element"),
    JSONCase("[null,true,false]", "words side by side"),
    JSONCase("[1,\"a\",{},[],null]", "every kind of element"),
    JSONCase("[[]]", "an array in an array"),
    JSONCase("[[],[]]", "empty arrays side by side"),
    JSONCase("[[[[[[[[]]]]]]]]", "nested arrays"),
    JSONCase("[[1],[2,[3]],4]", "values after closed arrays"),
    JSONCase("[{}]", "an empty object in an array"),
    JSONCase("[{},{}]", "empty objects side by side"),
    JSONCase("[\"\",\"\"]", "empty strings side by side"),
  ]

  private static let objects: [JSONCase] = [
    JSONCase("{\"a\":1}", "one member"),
    JSONCase("{\"a\":1,\"b\":2}", "two members"),
    JSONCase("{\"a\":1,\"a\":2}", "a name twice"),
    JSONCase("{\"a\":1,\"\\u0061\":2}", "a name twice, written differently"),
    JSONCase("{\"\":0}", "an empty name"),
    JSONCase("{\"\\u0000\":0}", "a name of an escaped NUL"),
    JSONCase("{\"a\\\"b\":0}", "a quote in a name"),
    JSONCase("{\"a\":{\"b\":{\"c\":[]}}}", "nested objects"),
    JSONCase("{\"a\":[{\"b\":1},{\"c\":2}],\"d\":3}", "a member after a closed array"),
    JSONCase("{\"a\":{},\"b\":{}}", "empty objects as values"),
    JSONCase("{\"a\":[],\"b\":\"\"}", "empty values"),
    JSONCase("{\"a\":true,\"b\":false,\"c\":null}", "words as values"),
    JSONCase("{\"ключ\":\"значение\"}", "a name that is not ASCII"),
  ]

  private static let numbers: [JSONCase] = [
    "0", "-0", "1", "9", "10", "-10", "123456789", "0.0", "-0.0", "0.5", "1.5", "10.01", "1e1",
    "1E1", "1e+1", "1E+1", "1e-1", "1E-1", "0e0", "0E+00", "0e-07", "1e007", "1.5e3", "-1.5E-3",
    "1e400", "-1e-400", "1e99999999999999999999", "123456789012345678901234567890",
    "0.000000000000000000000000000000000000000000000000000000001", "9223372036854775808",
    "1.7976931348623157e308", "100000000000000000000000000000000000000000000000000000000000",
  ].flatMap { number in
    [
      JSONCase(number, "a number alone"),
      JSONCase("[\(number)]", "a number in an array"),
      JSONCase("[\(number),\(number)]", "numbers side by side"),
      JSONCase("{\"a\":\(number)}", "a number as a value"),
      JSONCase(" \(number)\n", "a number between white space"),
    ]
  }

  private static let escapes: [JSONCase] =
    [
      "\"", "\\", "/", "b", "f", "n", "r", "t", "u0000", "u001f", "u0022", "u005C", "u00e4",
      "uABCD",
    ]
    .flatMap { escape in
      [
        JSONCase("\"\\\(escape)\"", "an escape alone"),
        JSONCase("\"a\\\(escape)b\"", "an escape in the middle"),
        JSONCase("[\"\\\(escape)\\\(escape)\"]", "an escape twice"),
      ]
    }

  private static let strings: [JSONCase] = [
    JSONCase("\"\\uabcd\\uef01\\u2345\\u6789\\uABCD\\uEF00\"", "every hexadecimal digit"),
    JSONCase("\"\\ud83d\\ude00\"", "an escaped surrogate pair"),
    JSONCase("\"\\ud800\"", "half of a pair, the first, escaped"),
    JSONCase("\"\\udc00\"", "half of a pair, the second, escaped"),
    JSONCase("\"\\ud800a\"", "half of a pair and a letter"),
    JSONCase("\"\\ude00\\ud83d\"", "a pair the wrong way round"),
    JSONCase("\"\\ud800\\ud800\\udc00\"", "half of a pair before a pair"),
    JSONCase("\"\\uffff\"", "an escaped non-character"),
    JSONCase("\"\u{7f}\"", "DEL"),
    JSONCase("\"a/b\"", "a slash that is not escaped"),
    JSONCase("\"'\"", "an apostrophe"),
    JSONCase("\"[{:,}]\"", "structure in a string"),
    JSONCase("\"/* */ // #\"", "comments in a string"),
    JSONCase("\"  \"", "spaces in a string"),
    JSONCase("\"\(String(repeating: "long ", count: 100))\"", "a long string"),
  ]

  private static let unicode: [JSONCase] = [
    JSONCase(string: [0xC2, 0x80], "the first of two bytes"),
    JSONCase(string: [0xDF, 0xBF], "the last of two bytes"),
    JSONCase(string: [0xE0, 0xA0, 0x80], "the first of three bytes"),
    JSONCase(string: [0xE1, 0x80, 0x80], "the first behind E0"),
    JSONCase(string: [0xEC, 0xBF, 0xBF], "the last before ED"),
    JSONCase(string: [0xED, 0x9F, 0xBF], "the last before the surrogates"),
    JSONCase(string: [0xEE, 0x80, 0x80], "the first behind the surrogates"),
    JSONCase(string: [0xEF, 0xBF, 0xBE], "U+FFFE, which is no character"),
    JSONCase(string: [0xEF, 0xBF, 0xBF], "the last of three bytes"),
    JSONCase(string: [0xEF, 0xBB, 0xBF], "a byte-order mark in a string"),
    JSONCase(string: [0xE2, 0x80, 0xA8], "a line separator"),
    JSONCase(string: [0xF0, 0x90, 0x80, 0x80], "the first of four bytes"),
    JSONCase(string: [0xF1, 0x80, 0x80, 0x80], "the first behind F0"),
    JSONCase(string: [0xF3, 0xBF, 0xBF, 0xBF], "the last before F4"),
    JSONCase(string: [0xF4, 0x8F, 0xBF, 0xBF], "the last there is"),
    JSONCase(string: [0xC3, 0xA4, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0x61], "all lengths"),
  ]

  private static let whiteSpace: [JSONCase] = [" ", "\t", "\n", "\r", "\r\n", " \t\r\n "].flatMap {
    space in
    [
      JSONCase("\(space)1", "white space before"),
      JSONCase("1\(space)", "white space behind"),
      JSONCase("[\(space)]", "white space in an empty array"),
      JSONCase("{\(space)}", "white space in an empty object"),
      JSONCase("[\(space)1\(space),\(space)2\(space)]\(space)", "white space in an array"),
      JSONCase(
        "\(space){\(space)\"a\"\(space):\(space)1\(space),\(space)\"b\"\(space):\(space)2\(space)}",
        "white space in an object"),
    ]
  }
}
