package dev.endolith.registry.sql;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What kind of file system a folder is in, as far as its name tells. */
enum FolderPlace {
  /** A disk of this machine, for all that can be seen. */
  LASTING,

  /** The layer of a container, or memory: it ends with the container, the pod or the machine. */
  FLEETING,

  /** Another machine's: processes on two machines cannot share SQLite's index in memory. */
  NETWORK;

  private static final Set<String> LAYERS =
      Set.of("overlay", "overlayfs", "aufs", "tmpfs", "ramfs", "rootfs", "fuse.fuse-overlayfs");

  private static final Pattern REMOTE =
      Pattern.compile(
          "nfs\\d*|cifs|smb\\w*|9p|afs|afpfs|ncpfs|ceph|lustre|glusterfs|webdav|davfs\\d*"
              + "|fuse\\.(sshfs|s3fs|goofys|gcsfuse|blobfuse\\d*|rclone|glusterfs|ceph.*|davfs.*|smb.*"
              + "|nfs.*|juicefs.*|mount-s3)");

  /**
   * The place of a file system.
   *
   * @param type what {@link java.nio.file.FileStore#type} says, for example {@code ext4}
   */
  static FolderPlace of(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    if (REMOTE.matcher(lower).matches()) {
      return NETWORK;
    }
    return LAYERS.contains(lower) ? FLEETING : LASTING;
  }
}
