/// The files of `webhooks` or `incoming`.
struct ConfigurationFolder {
  /// Those whose name is an identifier and `.yaml`, in order.
  private(set) var identifiers: [Identifier] = []
  /// What is wrong with the others.
  private(set) var problems: [Problem] = []

  /// - Parameter name: `webhooks` or `incoming`. A folder that isn't there is an empty one.
  /// - Throws: a problem if the folder can't be read.
  init(_ name: String, in directory: String) throws(Problem) {
    let files: [String]
    do {
      files = try FolderListing.names(in: "\(directory)/\(name)")
    } catch {
      guard error != .missing else { return }
      throw Problem(file: name, "\(error)")
    }
    for file in files where !Self.isLeftover(file) { add(file, in: name) }
  }

  private mutating func add(_ file: String, in folder: String) {
    let path = "\(folder)/\(file)"
    let stem = file.split(separator: ".").first.map(String.init) ?? ""
    let suggestion = Identifier(name: stem).map { "\($0).yaml" }
    if file.hasSuffix(".yaml") {
      if let identifier = Identifier(String(file.dropLast(5))) {
        identifiers.append(identifier)
      } else {
        problems.append(
          Problem(
            file: path, "expected an identifier before .yaml: a-z, 0-9 and inner hyphens",
            suggestion: suggestion))
      }
    } else if file.hasSuffix(".yml") {
      problems.append(
        Problem(file: path, "expected a name that ends in .yaml", suggestion: suggestion))
    } else {
      problems.append(
        Problem(.warning, file: path, "not read: expected a name that ends in .yaml"))
    }
  }

  /// What editors and package managers leave behind.
  private static func isLeftover(_ file: String) -> Bool {
    let suffixes = [
      "~", "#", ".bak", ".swp", ".tmp", ".orig", ".rej", ".old", ".save", ".dpkg-old", ".dpkg-new",
      ".dpkg-dist", ".dpkg-tmp", ".ucf-old", ".ucf-new", ".ucf-dist", ".rpmnew", ".rpmsave",
    ]
    return file.hasPrefix(".") || suffixes.contains { file.hasSuffix($0) }
  }
}
