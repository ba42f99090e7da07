import Foundation

@testable import Harness
@testable import Spooling

/// A spool with tasks, in a folder of a test's own.
struct ImporterSpool {
  let folder: Folder
  let spool: TaskSpool

  init() throws {
    folder = try Folder(named: "spooling")
    for state in TaskState.allCases {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/stock/\(state)", withIntermediateDirectories: true)
    }
    spool = try TaskSpool(path: "\(folder.path)/stock")
  }

  /// Opens the spool once more, like another process: locks are between open files.
  func opened() throws -> TaskSpool { try TaskSpool(path: spool.path) }

  /// Puts a task into `new/`. A higher number means a later arrival.
  ///
  /// - Returns: the name of its file.
  @discardableResult
  func add(_ number: Int, _ body: String = "{}") throws -> String {
    let delivery = TaskDocumentExample.delivery(senderDelivery: Array("sender-\(number)".utf8))
    let document = TaskDocument(
      id: TaskDocumentExample.deliveryID.at(place: number), incoming: "stock",
      delivery: delivery, body: EncodedBody(Array(body.utf8), contentType: json))
    let name = TaskName.task(document.entry())
    try Data(document.file).write(to: URL(filePath: "\(folder.path)/stock/new/\(name)"))
    return name
  }

  private let json = Array("application/json".utf8)

  /// Returns the names in the directory of a state, without the list of ends in `done/`.
  func names(_ state: TaskState) throws -> [String] {
    folder.names(in: "stock/\(state)").filter { !$0.hasSuffix(".ended") }
  }

  func text(_ name: String) -> String {
    String(decoding: folder.contents("stock/\(name)") ?? [], as: UTF8.self)
  }

  /// Returns the directory of each task's file, and expects each in one directory only.
  func places() throws -> [String: TaskState] {
    var places: [String: TaskState] = [:]
    for state in TaskState.allCases {
      for place in try spool.places(in: state) {
        precondition(places[place.name] == nil, "\(place.name) is there twice")
        places[place.name] = state
      }
    }
    return places
  }
}
