import CXML

/// An XPath 1.0 expression that selects elements, with the namespaces of its prefixes.
struct XPath: Sendable {
  /// The most steps of an evaluation: well under a second.
  private static let mostSteps: UInt = 10_000_000

  let text: String
  let namespaces: [Pair<String>]

  /// The reason why the expression can't be used; nil if it can.
  var problem: String? {
    guard let document = try? XMLDocumentTree(Array("<none/>".utf8), until: .now + .seconds(1))
    else { return "libxml2 can't be used" }
    do throws(Unparsed) {
      try evaluate(in: document.document) { _ in }
      return nil
    } catch {
      switch error {
      case .failed(let reason), .late(let reason): return reason
      }
    }
  }

  /// Calls `body` with each selected node, in document order.
  func evaluate(
    in document: xmlDocPtr, _ body: (xmlNodePtr) throws(Unparsed) -> Void
  ) throws(Unparsed) {
    guard let context = xmlXPathNewContext(document) else { throw .failed("out of memory") }
    defer { xmlXPathFreeContext(context) }
    let errors = Errors()
    // libxml2 keeps this handler per thread. Its per-context handler would get no message.
    xmlSetStructuredErrorFunc(Unmanaged.passUnretained(errors).toOpaque(), Errors.take)
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    context.pointee.opLimit = Self.mostSteps
    for namespace in namespaces {
      xmlXPathRegisterNs(context, namespace.name, namespace.value)
    }
    guard let compiled = xmlXPathCtxtCompile(context, text) else { throw .failed(errors.words) }
    defer { xmlXPathFreeCompExpr(compiled) }
    guard let found = xmlXPathCompiledEval(compiled, context) else { throw .failed(errors.words) }
    defer { xmlXPathFreeObject(found) }
    guard found.pointee.type == XPATH_NODESET else {
      throw .failed("the expression gives a value instead of elements")
    }
    guard let nodes = found.pointee.nodesetval else { return }
    xmlXPathNodeSetSort(nodes)
    for place in 0..<Int(nodes.pointee.nodeNr) {
      if let node = nodes.pointee.nodeTab[place] { try body(node) }
    }
  }

  private final class Errors {
    private var first: String?
    var words: String { first ?? "it can't be evaluated" }

    static let take: xmlStructuredErrorFunc = { pointer, error in
      guard let pointer else { return }
      let errors = Unmanaged<Errors>.fromOpaque(pointer).takeUnretainedValue()
      errors.first = errors.first ?? XMLLibrary.words(UnsafePointer(error))
    }
  }
}
