import Bytes
import FoundationEssentials

/// Why a task's body can't be given back.
public enum TaskBodyError: Error, Sendable, Equatable {
  /// The file isn't a task document.
  case noDocument
  /// The file can't be read.
  case unreadable(SystemError)
  /// The body's length or its hash isn't the one that the document says.
  case damaged(String)
}

extension TaskBodyError: CustomStringConvertible {
  /// The error in words.
  public var description: String {
    switch self {
    case .noDocument: "the file isn't a task document"
    case .unreadable(let error): "the file can't be read: \(error)"
    case .damaged(let what): "the body is damaged: \(what)"
    }
  }
}

/// Takes the exact bytes of a body out of a task document.
enum TaskBody {
  /// Reads the body.
  ///
  /// - Throws: `damaged` if its length or its hash isn't the one that the document says.
  static func read(_ file: TaskFile) throws(TaskBodyError) -> [UInt8] {
    guard let header = TaskHeader(file), let encoding = header.bodyEncoding else {
      throw .noDocument
    }
    let value = try value(of: header, in: file)
    let body: [UInt8]
    switch encoding {
    case .json:
      body = value
    case .text:
      guard let text = JSONText.text(at: 0..<value.count, in: value) else {
        throw .damaged("it isn't a string")
      }
      body = text
    case .base64:
      guard value.count >= 2, let data = Data(base64Encoded: Data(value.dropFirst().dropLast()))
      else { throw .damaged("it isn't base64") }
      body = Array(data)
    }
    try check(body, header)
    return body
  }

  /// Reads the JSON value that stands for the body in the file.
  static func value(_ file: TaskFile) throws(TaskBodyError) -> [UInt8] {
    guard let header = TaskHeader(file) else { throw .noDocument }
    return try value(of: header, in: file)
  }

  private static func value(
    of header: TaskHeader, in file: TaskFile
  ) throws(TaskBodyError) -> [UInt8] {
    do throws(SystemError) {
      let rest = try file.read(header.body..<file.size)
      // In a document of this program, only the ends of data and of the document follow the body.
      if rest.ends(with: "}}\n") {
        let value = Array(rest.dropLast(3))
        if JSONText.isValid(value, maximumDepth: 200) { return value }
      }
      let all = try file.read(0..<file.size)
      let path = [JSONText.Step.key(Array("data".utf8)), .key(Array("body".utf8))]
      if JSONText.isValid(all, maximumDepth: 200), let range = JSONText.range(of: path, in: all) {
        return Array(all[range])
      }
    } catch {
      throw .unreadable(error)
    }
    throw .noDocument
  }

  private static func check(_ body: [UInt8], _ header: TaskHeader) throws(TaskBodyError) {
    if let count = header.bodyBytes, count != body.count {
      throw .damaged("it has \(body.count) bytes, and bodyBytes is \(count)")
    }
    if let sha256 = header.bodySHA256, sha256 != EncodedBody.sha256(of: body) {
      throw .damaged("its SHA-256 is not bodySha256")
    }
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
