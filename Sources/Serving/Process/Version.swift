/// The version of this build, as `--version` and the info endpoint print it.
public let version = "0.1.0"
