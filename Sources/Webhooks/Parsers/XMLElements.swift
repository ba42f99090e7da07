/// `type: xml`: one task for each selected element of an XML body.
struct XMLElements: BodyParser {
  static let type = "xml"
  static let documentation = """
    Each element that `items` selects becomes a task, as XML in UTF-8 with the namespaces that are \
    in scope. A document that declares or uses entities of its own is refused. Nothing that a \
    DOCTYPE names is fetched or opened.
    """
  static let example = """
    type: xml
    items: //o:Order
    namespaces: {o: 'urn:example:orders'}
    """

  private enum Keys {
    static let items = Option(
      required: "items", .line, "The elements, as an XPath 1.0 expression.")
    static let namespaces = Option(
      optional: "namespaces",
      .pairs("a mapping of prefixes to namespaces", names: prefix, values: .line),
      "The prefixes in `items`, each with its namespace's URI.")
  }

  private static let prefix = Form<String>.scalar("prefix", "a prefix of letters and digits") {
    $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]*/) == nil ? nil : $0
  }

  static let options: [any DocumentedOption] = [Keys.items, Keys.namespaces]
  static let isSplitting = true

  private let path: XPath

  init?(reading mapping: Mapping) {
    let namespaces = mapping[Keys.namespaces] ?? []
    guard let items = mapping[Keys.items] else { return nil }
    path = XPath(text: items, namespaces: namespaces)
    if let problem = path.problem {
      mapping.report(at: Keys.items, "XPath: \(problem)")
      return nil
    }
  }

  func items(of body: ParserInput) throws(Unparsed) -> [ParsedItem]? {
    let memory = body.bytes.count + 200 * body.bytes.count { $0 == UInt8(ascii: "<") }
    guard memory <= body.limits.growth else {
      throw .failed("it would take about \(memory >> 20) MiB to read, which is over max_inflight")
    }
    let document = try XMLDocumentTree(body.bytes, until: .now + JQLimits.longestRun)
    return try document.elements(at: path, most: body.most, mostBytes: body.mostBytes).map {
      ParsedItem(body: $0, contentType: "application/xml")
    }
  }
}
