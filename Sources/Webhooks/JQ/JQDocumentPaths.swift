/// The paths by which a jq program reads the task document itself, found in the program's text, to
/// warn of those that lead nowhere. It misses some paths rather than warn of a right one: code
/// after a pipe, in a function, or in a program with variables reads other values.
struct JQDocumentPaths {
  /// A path that no task document has.
  struct Stray: Equatable {
    /// The path as written: `.body`.
    let path: String
    /// The path that was probably meant: `.data.body`.
    let meant: String
  }

  /// The keys at the top level of a task document.
  static let keys = [
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "webhook",
    "incoming",
    "delivery", "senderdelivery", "taskindex", "taskcount", "traceparent", "tracestate", "data",
  ]
  /// The keys of `data` in a task document.
  static let dataKeys = [
    "method", "path", "query", "remote", "verified", "headers", "contentType", "contentEncoding",
    "bodyBytes", "bodySha256", "deliverySha256", "bodyEncoding", "body",
  ]

  /// The first two keys of each path, in order.
  private(set) var paths: [[String]] = []

  init(_ program: String) {
    guard let tokens = JQTokens(program)?.all, Self.isPlain(tokens) else { return }
    read(tokens)
  }

  /// The paths that lead nowhere, each once.
  var strays: [Stray] {
    var found: [Stray] = []
    for path in paths {
      guard let stray = Self.stray(path), !found.contains(stray) else { continue }
      found.append(stray)
    }
    return found
  }

  private static func stray(_ path: [String]) -> Stray? {
    guard let first = path.first else { return nil }
    if !keys.contains(first) {
      if dataKeys.contains(first) { return Stray(path: ".\(first)", meant: ".data.\(first)") }
      let meant =
        keys.closest(to: first).map { ".\($0)" }
        ?? dataKeys.closest(to: first).map { ".data.\($0)" }
      return Stray(path: ".\(first)", meant: meant ?? ".data.body.\(first)")
    }
    guard first == "data", path.count > 1, !dataKeys.contains(path[1]) else { return nil }
    let meant = dataKeys.closest(to: path[1]).map { ".data.\($0)" }
    return Stray(path: ".data.\(path[1])", meant: meant ?? ".data.body.\(path[1])")
  }

  /// Returns whether only pipes and calls can change the value that a path reads.
  private static func isPlain(_ tokens: [JQTokens.Token]) -> Bool {
    let others: Set = [
      "def", "as", "reduce", "foreach", "label", "import", "include", "catch", "__loc__",
    ]
    return !tokens.contains { token in
      switch token {
      case .word(let word): others.contains(word)
      case .sign(let sign): sign == "$" || sign == "?//" || JQTokens.assignments.contains(sign)
      default: false
      }
    }
  }

  /// Collects the paths. `readsDocument` holds, for the program and each open bracket in it,
  /// whether the code at this place reads the document.
  private mutating func read(_ tokens: [JQTokens.Token]) {
    var readsDocument = [true]
    var last: JQTokens.Token?
    for (place, token) in tokens.enumerated() {
      let reads = readsDocument[readsDocument.count - 1]
      switch token {
      case .field(let name):
        guard reads, !(last?.endsTerm ?? false) else { break }
        var path = [name]
        if place + 1 < tokens.count, case .field(let next) = tokens[place + 1] { path.append(next) }
        paths.append(path)
      case .sign("("):
        // `select` passes its input on to its argument; other functions may pass something else.
        if case .word(let function)? = last, !JQTokens.openers.contains(function) {
          readsDocument.append(reads && function == "select")
        } else {
          readsDocument.append(reads)
        }
      case .sign("["), .sign("{"), .word("if"): readsDocument.append(reads)
      case .sign(")"), .sign("]"), .sign("}"), .word("end"):
        if readsDocument.count > 1 { readsDocument.removeLast() }
      case .word("then"), .word("elif"), .word("else"):
        // A pipe in the condition or in a branch has no effect beyond it.
        if readsDocument.count > 1 {
          readsDocument[readsDocument.count - 1] = readsDocument[readsDocument.count - 2]
        }
      case .sign("|"): readsDocument[readsDocument.count - 1] = false
      default: break
      }
      last = token
    }
  }
}

/// The tokens of a jq program.
struct JQTokens {
  enum Token: Equatable {
    /// A field: `.name`.
    case field(String)
    /// A keyword, or the name of a function.
    case word(String)
    /// A number or a string, without its content.
    case value
    /// An operator or a bracket.
    case sign(String)

    /// Whether a field after this token belongs to the same term: `.data.body`, `f.x`, `[…].x`.
    var endsTerm: Bool {
      switch self {
      case .field, .value: true
      case .word(let word): !openers.contains(word)
      case .sign(let sign): [".", "..", ")", "]", "}", "?"].contains(sign)
      }
    }
  }

  /// The words after which a new term begins.
  static let openers: Set = ["and", "or", "if", "then", "elif", "else", "try"]
  static let assignments: Set = ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]
  private static let signs = [
    "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..",
  ]

  private(set) var all: [Token] = []
  private let text: [Character]
  private var place = 0

  /// Splits a program into tokens.
  ///
  /// - Returns: nil if a string doesn't end, or contains a program.
  init?(_ program: String) {
    text = Array(program)
    skip()
    while place < text.count {
      guard let token = next() else { return nil }
      all.append(token)
      skip()
    }
  }

  /// Skips white space and comments.
  private mutating func skip() {
    while let character = peek(0), character.isWhitespace || character == "#" {
      if character == "#" {
        while let next = peek(0), !next.isNewline { place += 1 }
      } else {
        place += 1
      }
    }
  }

  private mutating func next() -> Token? {
    let character = text[place]
    if character == "\"" { return string() ? Token.value : nil }
    if character.isNumber || character == "." && peek(1)?.isNumber == true {
      while let digit = peek(0), digit.isNumber || digit == "." || "eE".contains(digit) {
        place += 1
      }
      return .value
    }
    if character == ".", let first = peek(1), Self.isLetter(first) {
      place += 1
      return .field(word())
    }
    if Self.isLetter(character) { return .word(word()) }
    if character == "@" {
      // A format such as `@base64` is a function of its input.
      place += 1
      return .word(word())
    }
    for sign in Self.signs where text[place...].starts(with: sign) {
      place += sign.count
      return .sign(sign)
    }
    place += 1
    return .sign(String(character))
  }

  private func peek(_ ahead: Int) -> Character? {
    place + ahead < text.count ? text[place + ahead] : nil
  }

  private static func isLetter(_ character: Character) -> Bool {
    character.isASCII && character.isLetter || character == "_"
  }

  private mutating func word() -> String {
    let start = place
    while let next = peek(0), Self.isLetter(next) || next.isASCII && next.isNumber { place += 1 }
    return String(text[start..<place])
  }

  /// Skips a string.
  ///
  /// - Returns: false if it doesn't end, or contains a program as in `"\(.id)"`.
  private mutating func string() -> Bool {
    place += 1
    while let character = peek(0) {
      place += 1
      if character == "\"" { return true }
      guard character == "\\" else { continue }
      if peek(0) == "(" { return false }
      place += 1
    }
    return false
  }
}
