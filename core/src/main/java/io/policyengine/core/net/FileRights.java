package io.policyengine.core.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * The owner and mode of a file or directory. The engine does not trust a file that other users may change.
 *
 * @param mode file type and permissions, as in inode(7)
 * @param uid uid of the owner
 */
public record FileRights(int mode, int uid) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int PERMISSIONS = 07777;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int READABLE_BY_OTHERS = 0044;

    /**
     * Returns the owner and mode of the file at a path. With {@link LinkOption#NOFOLLOW_LINKS}, a link is not followed.
     */
    public static FileRights ofBlocking(Path path, LinkOption... options) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid", options);
        if (found.get("mode") instanceof Integer mode && found.get("uid") instanceof Integer uid) {
            return new FileRights(mode, uid);
        }
        throw new IOException("cannot determine who may write to " + path);
    }

    /** True if the group or all users may write to the file. */
    public boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_OTHERS) != 0;
    }

    /** True if the group or all users may read the file. */
    public boolean isReadableByOthers() {
        return (mode & READABLE_BY_OTHERS) != 0;
    }

    /** True if the file belongs to this user or to root, whom permissions do not restrict. */
    public boolean belongsTo(int user) {
        return uid == user || uid == ProcessUser.ROOT;
    }

    /** True for a regular file, that is, not a directory, link, pipe or device. */
    public boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    /** The mode in octal digits, as chmod accepts it, such as {@code 1777}. */
    public String octal() {
        return Integer.toOctalString(mode & PERMISSIONS);
    }
}
