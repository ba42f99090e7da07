/// What `check` says of the machine around the responder.
extension Remedy {
  public static let load = Remedy(.load, .run("levelwind reload"))
  public static let loadNginx = Remedy(
    .loadNginx, .run("nginx -t && systemctl reload-or-restart nginx"))
  public static let startSocket = Remedy(
    .startSocket,
    .run("systemctl enable levelwind.socket && systemctl restart levelwind.socket levelwind"))

  /// - Parameter file: with the server block that it is missing in.
  public static func includeSnippet(in file: String) -> Remedy {
    Remedy(
      .includeSnippet,
      .say("put `include snippets/levelwind.conf;` into the server block of \(file)"),
      .run("nginx -t && systemctl reload-or-restart nginx"))
  }

  /// - Parameter name: of the spool whose incoming configuration is gone.
  public static func restoreIncoming(_ name: String) -> Remedy {
    Remedy(
      .restoreIncoming, .run("levelwind task list \(name)"),
      .run("levelwind incoming create \(name)"))
  }

  /// - Parameter path: of a file that no webhook uses.
  public static func dropSecret(_ path: String) -> Remedy {
    Remedy(.dropSecret, .run("rm \(path.shellWord)"))
  }

  public static let setClock = Remedy(.setClock, .run("timedatectl set-ntp true"))

  /// - Parameter mode: as chmod takes it.
  public static func changeMode(_ mode: String, _ path: String) -> Remedy {
    Remedy(.changeMode, .run("chmod \(mode) \(path.shellWord)"))
  }

  public static func replaceSocket(_ path: String) -> Remedy {
    Remedy(
      .replaceSocket,
      .run("rm -r \(path.shellWord) && systemctl restart levelwind.socket levelwind"))
  }

  public static func giveSocket(_ path: String, _ group: String) -> Remedy {
    let path = path.shellWord
    return Remedy(
      .giveSocket, .run("chgrp \(group) \(path) && chmod 0660 \(path)"),
      .say("SocketGroup=\(group) in `systemctl edit levelwind.socket` to keep it so"))
  }

  /// - Parameter user: the responder's, and the name of its group.
  public static func giveFile(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.giveFile, .run("chown root:\(user) \(path) && chmod 0640 \(path)"))
  }

  public static func openFolder(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.openFolder, .run("chgrp \(user) \(path) && chmod 0750 \(path)"))
  }

  public static func ownState(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.ownState, .run("chown \(user): \(path) && chmod u+rwx \(path)"))
  }

  /// - Parameter new: the package's file, with a suffix.
  public static func mergeFile(_ new: String) -> Remedy {
    let old = new.prefix(upTo: new.lastIndex(of: ".") ?? new.endIndex)
    return Remedy(
      .mergeFile, .run("diff -u \(String(old).shellWord) \(new.shellWord)"),
      .say("take over what you want"), .run("rm \(new.shellWord)"))
  }

  /// - Parameter folder: of the spools, or of the state.
  public static func allowWriting(to folder: String) -> Remedy {
    dropIn(
      .allowWriting, "levelwind.service", "levelwind-paths",
      "[Unit]\\nRequiresMountsFor=\(folder)\\n[Service]\\nReadWritePaths=\(folder)\\nNoExecPaths=\(folder)\\n",
      before: "mkdir -p \(folder.shellWord)")
  }

  public static func allowRunning(_ program: String) -> Remedy {
    dropIn(
      .allowRunning, "levelwind-postprocess.service", "levelwind-programs",
      "[Service]\\nExecPaths=\(program)\\n")
  }

  private static func dropIn(
    _ kind: Kind, _ unit: String, _ name: String, _ lines: String, before: String? = nil
  ) -> Remedy {
    let folder = "/etc/systemd/system/\(unit).d"
    let first = before.map { "\($0) && " } ?? ""
    return Remedy(
      kind,
      .run(
        "\(first)mkdir -p \(folder) && printf '\(lines)' >>\(folder)/\(name).conf && "
          + "systemctl daemon-reload && systemctl restart \(unit)"))
  }

  public static func startUnit(_ unit: String) -> Remedy {
    Remedy(.startUnit, .run("systemctl start \(unit)"))
  }

  public static func askUnit(_ unit: String) -> Remedy {
    Remedy(.askUnit, .run("journalctl -u \(unit)"), .run("systemctl restart \(unit)"))
  }

  /// - Parameter unit: an importer's service.
  public static func giveUser(to unit: String) -> Remedy {
    Remedy(
      .giveUser, .run("systemctl edit \(unit)"),
      .say("write `[Service]`, `User=` and `Environment=\"DRAIN_COMMAND=PROGRAM ARGUMENTS\"` there")
    )
  }

  public static func makeUser(_ user: String, for unit: String) -> Remedy {
    Remedy(
      .makeUser, .run("adduser --system --group \(user.shellWord)"),
      .run("systemctl restart \(unit)"))
  }

  public static func joinGroup(_ group: String, _ user: String) -> Remedy {
    Remedy(.joinGroup, .run("usermod -aG \(group.shellWord) \(user.shellWord)"))
  }

  /// - Parameter unit: an importer's service.
  public static func moveProgram(for unit: String) -> Remedy {
    Remedy(
      .moveProgram, .say("put it into /usr/local/bin, say"), .run("systemctl edit \(unit)"),
      .say("name it in DRAIN_COMMAND there"))
  }
}
