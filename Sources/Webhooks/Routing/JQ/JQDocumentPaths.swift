/// The paths by which a jq program reads the task document itself, as far as its text alone says it: to tell
/// of those that lead nowhere. It is told too few of them rather than one that isn't: what stands behind a
/// pipe, in a function, or in a program with variables reads something else.
struct JQDocumentPaths {
  /// A path that no task document has.
  struct Stray: Equatable {
    /// As it stands there: `.body`.
    let path: String
    /// What was probably meant: `.data.body`.
    let meant: String
  }

  /// The top level of a task document, and of its `data`.
  static let keys = [
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "webhook",
    "incoming",
    "delivery", "senderdelivery", "taskindex", "taskcount", "data",
  ]
  static let dataKeys = [
    "method", "path", "query", "remote", "verified", "headers", "contentType", "contentEncoding",
    "bodyBytes", "bodySha256", "deliverySha256", "bodyEncoding", "body",
  ]

  /// The paths' first two keys, in order.
  private(set) var paths: [[String]] = []

  init(_ program: String) {
    guard let tokens = JQTokens(program)?.all, Self.isPlain(tokens) else { return }
    read(tokens)
  }

  /// Those that lead nowhere, each once.
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

  /// Whether nothing in it changes what a path reads but pipes and calls.
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

  /// Whether what is read is the document, for each bracket that is open, the program's own being the first.
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
        // What select is given is what it passes on; all other functions may give something else.
        if case .word(let function)? = last, !JQTokens.openers.contains(function) {
          readsDocument.append(reads && function == "select")
        } else {
          readsDocument.append(reads)
        }
      case .sign("["), .sign("{"), .word("if"): readsDocument.append(reads)
      case .sign(")"), .sign("]"), .sign("}"), .word("end"):
        if readsDocument.count > 1 { readsDocument.removeLast() }
      case .word("then"), .word("elif"), .word("else"):
        // A pipe within the condition, or a branch, ends there.
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
    /// `.name`.
    case field(String)
    /// A keyword or a function's name.
    case word(String)
    /// A number or a string, whatever is in it.
    case value
    /// An operator or a bracket.
    case sign(String)

    /// Whether a field behind it belongs to it: `.data.body`, `f.x`, `[…].x`.
    var endsTerm: Bool {
      switch self {
      case .field, .value: true
      case .word(let word): !openers.contains(word)
      case .sign(let sign): [".", "..", ")", "]", "}", "?"].contains(sign)
      }
    }
  }

  /// The words behind which a term begins.
  static let openers: Set = ["and", "or", "if", "then", "elif", "else", "try"]
  static let assignments: Set = ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="]
  private static let signs = [
    "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..",
  ]

  private(set) var all: [Token] = []
  private let text: [Character]
  private var place = 0

  /// - Returns: nil for what is no program, or one whose strings have programs in them.
  init?(_ program: String) {
    text = Array(program)
    skip()
    while place < text.count {
      guard let token = next() else { return nil }
      all.append(token)
      skip()
    }
  }

  /// Passes over white space and comments.
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
      // A format is a function of its input.
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

  /// - Returns: false if it has no end, or holds a program, `"\(.id)"`.
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
