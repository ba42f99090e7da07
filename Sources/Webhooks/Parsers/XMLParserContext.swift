import CXML

/// One reading of an XML text. It stops early at anything unbounded: at entities that the document
/// declares or refers to, and when its time is over.
final class XMLParserContext {
  private let context: xmlParserCtxtPtr
  private let end: ContinuousClock.Instant
  private var rejection: String?
  private var firstError: String?

  init?(until end: ContinuousClock.Instant) {
    XMLLibrary.prepared
    guard let context = xmlNewParserCtxt() else { return nil }
    self.context = context
    self.end = end
    context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
    guard let handlers = context.pointee.sax else { return nil }
    handlers.pointee.entityDecl = { context, name, _, _, _, _ in
      XMLParserContext.of(context)?.refuse("it declares the entity", name)
    }
    handlers.pointee.getEntity = { context, name in
      XMLParserContext.of(context)?.refuse("it refers to the entity", name)
      return nil
    }
    handlers.pointee.getParameterEntity = { context, name in
      XMLParserContext.of(context)?.refuse("it refers to the parameter entity", name)
      return nil
    }
    handlers.pointee.serror = { context, error in
      guard let own = XMLParserContext.of(context), let error else { return }
      // Errors after the first are usually its consequences.
      own.firstError =
        own.firstError ?? "\(XMLLibrary.words(UnsafePointer(error))), line \(error.pointee.line)"
    }
    handlers.pointee.startElementNs = {
      context, name, prefix, uri, spaces, spaceList, all, defaults, list in
      if let own = XMLParserContext.of(context), ContinuousClock.now > own.end {
        own.refuse("it takes too long to read, at the element", name)
      }
      xmlSAX2StartElementNs(context, name, prefix, uri, spaces, spaceList, all, defaults, list)
    }
  }

  deinit { xmlFreeParserCtxt(context) }

  /// Returns the document, which the caller has to free.
  func read(_ text: [UInt8]) throws(Unparsed) -> xmlDocPtr {
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    let document = text.withUnsafeBytes { bytes in
      xmlCtxtReadMemory(
        context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil,
        nil, Int32(options))
    }
    let isWhole = rejection == nil && context.pointee.wellFormed == 1
    guard isWhole, let document else {
      xmlFreeDoc(document)
      throw .failed("the body can't be read as XML: \(reason)")
    }
    return document
  }

  private var reason: String {
    if let rejection { return "\(rejection), line \(line)" }
    return firstError ?? "it is empty"
  }

  private var line: Int32 { context.pointee.input?.pointee.line ?? 1 }

  private func refuse(_ what: String, _ name: UnsafePointer<xmlChar>?) {
    if rejection != nil { return }
    let name = name.map { String(cString: $0).prefix(60) } ?? "?"
    rejection = "\(what) \(name)"
    xmlStopParser(context)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> XMLParserContext? {
    guard let context = context?.assumingMemoryBound(to: xmlParserCtxt.self),
      let own = context.pointee._private
    else { return nil }
    return Unmanaged<XMLParserContext>.fromOpaque(own).takeUnretainedValue()
  }
}
