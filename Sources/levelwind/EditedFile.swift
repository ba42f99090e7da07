import ArgumentParser
import Foundation
import Webhooks

/// Has a file of the configuration changed in the administrator's editor: on a copy, which takes its place
/// once it is right. What was typed is never lost.
struct EditedFile {
  /// From the configuration's folder.
  let path: String
  let change: ChangeOptions

  /// - Returns: whether the file was changed.
  func run(_ old: [UInt8]) throws -> Bool {
    let draft = try Draft(named: path.split(separator: "/").last.map(String.init) ?? path, old)
    while true {
      do {
        try Editor.open(draft.path)
        let new = try draft.bytes()
        guard new != old else {
          draft.remove()
          print("Nothing was changed.")
          return false
        }
        var drafts = Drafts()
        drafts.set(path, to: new)
        let problems = change.problems(with: drafts, in: path, readsOutgoing: true)
        if !problems.contains(where: { $0.severity == .error }) {
          try change.replace(path, old, with: new, readsOutgoing: true)
          draft.remove()
          print("Changed \(path).")
          return true
        }
        for problem in problems { ExitCode.say("\(problem)") }
      } catch {
        if (try? draft.bytes()) == old {
          draft.remove()
        } else {
          ExitCode.say("\(path) is as it was; your text is in \(draft.path)")
        }
        throw error
      }
      // Said before it is asked: Ctrl-C is an answer, too.
      guard Terminal.confirms("Your text is in \(draft.path). Edit again?") else {
        throw ExitCode.because(1, "\(path) is as it was; your text is in \(draft.path)")
      }
    }
  }

  /// The copy, in a folder that nobody else can look into.
  private struct Draft {
    let folder: String
    let path: String

    init(named name: String, _ bytes: [UInt8]) throws {
      var template = Array((Self.temporary + "/levelwind-XXXXXX").utf8CString)
      guard let made = mkdtemp(&template) else {
        throw ExitCode.because(1, "no temporary folder: \(String(cString: strerror(errno)))")
      }
      folder = String(cString: made)
      path = "\(folder)/\(name)"
      guard
        FileManager.default.createFile(
          atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
      else { throw ExitCode.because(1, "\(path) can't be written") }
    }

    private static var temporary: String {
      let path = NSTemporaryDirectory()
      return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    func bytes() throws -> [UInt8] {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ExitCode.because(1, "\(path) can't be read")
      }
      return Array(data)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
  }
}
