import CXML

/// An XML document in memory.
final class XMLDocumentTree {
  /// The most attributes of an element. libxml2 compares each with all the others.
  static let mostAttributes = 10_000

  let document: xmlDocPtr

  /// - Throws: `Unparsed.failed` if the text isn't XML, declares or refers to entities, has too
  ///   many attributes in an element, or isn't read by `end`.
  init(_ text: [UInt8], until end: ContinuousClock.Instant) throws(Unparsed) {
    guard Self.attributes(in: text) <= Self.mostAttributes else {
      throw .failed("an element has more than \(Self.mostAttributes) attributes")
    }
    guard let context = XMLParserContext(until: end) else { throw .failed("out of memory") }
    document = try context.read(text)
  }

  deinit { xmlFreeDoc(document) }

  /// Returns each element that a path leads to, as XML in UTF-8, with all namespaces in scope.
  func elements(at path: XPath, most: Int, mostBytes: Int) throws(Unparsed) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    var bytes = 0
    try path.evaluate(in: document) { node throws(Unparsed) in
      guard node.pointee.type == XML_ELEMENT_NODE else {
        throw .failed("items selects something that isn't an element, line \(xmlGetLineNo(node))")
      }
      guard elements.count < most else { throw .tooMany(most) }
      elements.append(try Self.text(of: node))
      bytes += elements[elements.count - 1].count
      guard bytes <= mostBytes else {
        throw .failed(
          "the selected elements lie within each other, and have more than 32 times "
            + "the bytes of the body together")
      }
    }
    return elements
  }

  private static func text(of node: xmlNodePtr) throws(Unparsed) -> [UInt8] {
    guard let copy = xmlDocCopyNode(node, node.pointee.doc, 1), let buffer = xmlBufferCreate()
    else {
      throw .failed("out of memory")
    }
    defer {
      xmlFreeNode(copy)
      xmlBufferFree(buffer)
    }
    addNamespaces(of: node, to: copy)
    let save = xmlSaveToBuffer(buffer, "UTF-8", Int32(XML_SAVE_NO_DECL.rawValue))
    xmlSaveTree(save, copy)
    guard xmlSaveClose(save) >= 0, let content = xmlBufferContent(buffer) else {
      throw .failed("an element can't be written, line \(xmlGetLineNo(node))")
    }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
  }

  /// Adds all namespaces in scope, even those that no name uses: the value of an attribute may
  /// refer to one.
  private static func addNamespaces(of node: xmlNodePtr, to copy: xmlNodePtr) {
    guard let list = xmlGetNsList(node.pointee.doc, node) else { return }
    defer { xml_free(list) }
    var place = 0
    while let space = list[place] {
      place += 1
      // `xmlNewNs` does nothing if the copy has the prefix already.
      if let uri = space.pointee.href { xmlNewNs(copy, uri, space.pointee.prefix) }
    }
  }

  /// Returns the most attributes between two opening angle brackets, roughly: it counts `=`
  /// followed by a quote. The zero bytes of UTF-16 are skipped.
  private static func attributes(in text: [UInt8]) -> Int {
    var most = 0
    var count = 0
    var isAfterEquals = false
    for byte in text {
      switch byte {
      case UInt8(ascii: "<"):
        count = 0
        isAfterEquals = false
      case UInt8(ascii: "="): isAfterEquals = true
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if isAfterEquals { count += 1 }
        most = max(most, count)
        isAfterEquals = false
      case 0, 0x20, 0x09, 0x0a, 0x0d: break
      default: isAfterEquals = false
      }
    }
    return most
  }
}
