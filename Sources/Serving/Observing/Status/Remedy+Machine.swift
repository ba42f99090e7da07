/// The remedies that `check` prints for the machine around the responder. The comment of each says
/// what the remedy does.
extension Remedy {
  /// Has the responder load its configuration.
  public static let load = Remedy(.load, .run("levelwind reload"))
  /// Has nginx load its configuration, if that is valid.
  public static let loadNginx = Remedy(
    .loadNginx, .run("nginx -t && systemctl reload-or-restart nginx"))
  /// Has Apache load its configuration, if that is valid.
  public static let loadApache = Remedy(
    .loadApache, .run("apache2ctl configtest && systemctl reload-or-restart apache2"))
  /// Enables the socket's unit, and starts the socket and the service.
  public static let startSocket = Remedy(
    .startSocket,
    .run("systemctl enable levelwind.socket && systemctl restart levelwind.socket levelwind"))

  /// Includes the snippet in the server block that lacks it, which is in `file`.
  public static func includeSnippet(in file: String) -> Remedy {
    Remedy(
      .includeSnippet,
      .say("put `include snippets/levelwind.conf;` into the server block of \(file)"),
      .run("nginx -t && systemctl reload-or-restart nginx"))
  }

  /// Has the virtual host in `file` hand webhooks over, as the file that is installed for Apache
  /// does.
  public static func handOverByApache(in file: String) -> Remedy {
    Remedy(
      .handOverByApache,
      .say(
        "take ProxyPass and Location from /usr/share/levelwind/elsewhere/apache.conf into the "
          + "virtual host of \(file)"),
      .run("apache2ctl configtest && systemctl reload-or-restart apache2"))
  }

  /// Shows the tasks of a spool whose incoming configuration is gone, and creates that again.
  public static func restoreIncoming(_ name: String) -> Remedy {
    Remedy(
      .restoreIncoming, .run("levelwind task list \(name)"),
      .run("levelwind incoming create \(name)"))
  }

  /// Removes a file that no webhook uses.
  public static func dropSecret(_ path: String) -> Remedy {
    Remedy(.dropSecret, .run("rm \(path.shellWord)"))
  }

  /// Lets systemd set the clock by a time server.
  public static let setClock = Remedy(.setClock, .run("timedatectl set-ntp true"))

  /// Changes the mode of a file to `mode`, which is in the form that chmod takes.
  public static func changeMode(_ mode: String, _ path: String) -> Remedy {
    Remedy(.changeMode, .run("chmod \(mode) \(path.shellWord)"))
  }

  /// Removes what lies in the socket's place, and makes the socket anew.
  public static func replaceSocket(_ path: String) -> Remedy {
    Remedy(
      .replaceSocket,
      .run("rm -r \(path.shellWord) && systemctl restart levelwind.socket levelwind"))
  }

  /// Gives the socket to a group, and says how to keep it so.
  public static func giveSocket(_ path: String, _ group: String) -> Remedy {
    let path = path.shellWord
    return Remedy(
      .giveSocket, .run("chgrp \(group) \(path) && chmod 0660 \(path)"),
      .say("SocketGroup=\(group) in `systemctl edit levelwind.socket` makes that last"))
  }

  /// Lets the responder read a file. `user` is the responder's user, and the name of its group.
  public static func giveFile(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.giveFile, .run("chown root:\(user) \(path) && chmod 0640 \(path)"))
  }

  /// Lets the group of the responder's user enter and list a folder.
  public static func openFolder(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.openFolder, .run("chgrp \(user) \(path) && chmod 0750 \(path)"))
  }

  /// Gives the state directory to the responder's user.
  public static func ownState(_ path: String, _ user: String) -> Remedy {
    let path = path.shellWord
    return Remedy(.ownState, .run("chown \(user): \(path) && chmod u+rwx \(path)"))
  }

  /// Merges the package's new version of a file, `new`, which has a suffix.
  public static func mergeFile(_ new: String) -> Remedy {
    let old = new.prefix(upTo: new.lastIndex(of: ".") ?? new.endIndex)
    return Remedy(
      .mergeFile, .run("diff -u \(String(old).shellWord) \(new.shellWord)"),
      .say("take over the changes that you want"), .run("rm \(new.shellWord)"))
  }

  /// Lets the service write to a folder: that of the spools, or of the state.
  public static func allowWriting(to folder: String) -> Remedy {
    dropIn(
      .allowWriting, "levelwind.service", "levelwind-paths",
      "[Unit]\\nRequiresMountsFor=\(folder)\\n[Service]\\nReadWritePaths=\(folder)\\nNoExecPaths=\(folder)\\n",
      before: "mkdir -p \(folder.shellWord)")
  }

  /// Lets the post-processors run a program.
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

  /// Starts a unit.
  public static func startUnit(_ unit: String) -> Remedy {
    Remedy(.startUnit, .run("systemctl start \(unit)"))
  }

  /// Shows the log of a unit, and restarts it.
  public static func askUnit(_ unit: String) -> Remedy {
    Remedy(.askUnit, .run("journalctl -u \(unit)"), .run("systemctl restart \(unit)"))
  }

  /// Gives an importer's service a user and a command.
  public static func giveUser(to unit: String) -> Remedy {
    Remedy(
      .giveUser, .run("systemctl edit \(unit)"),
      .say("write `[Service]`, `User=` and `Environment=\"DRAIN_COMMAND=PROGRAM ARGUMENTS\"` there")
    )
  }

  /// Makes the user of an importer's service, and restarts the service.
  public static func makeUser(_ user: String, for unit: String) -> Remedy {
    Remedy(
      .makeUser, .run("adduser --system --group \(user.shellWord)"),
      .run("systemctl restart \(unit)"))
  }

  /// Adds a user to a group.
  public static func joinGroup(_ group: String, _ user: String) -> Remedy {
    Remedy(.joinGroup, .run("usermod -aG \(group.shellWord) \(user.shellWord)"))
  }

  /// Moves an importer's program to a place where the service can run it.
  public static func moveProgram(for unit: String) -> Remedy {
    Remedy(
      .moveProgram, .say("put the program into /usr/local/bin or the like"),
      .run("systemctl edit \(unit)"),
      .say("name it in DRAIN_COMMAND there"))
  }
}
