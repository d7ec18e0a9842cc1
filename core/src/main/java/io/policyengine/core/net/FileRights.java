package io.policyengine.core.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * The rights on a file or a folder, by its owner and mode: what others may change is not to be trusted.
 *
 * @param mode as inode(7) has it
 * @param uid of the owner
 */
public record FileRights(int mode, int uid) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int PERMISSIONS = 07777;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int READABLE_BY_OTHERS = 0044;

    /** Returns the rights of a path's target, or with {@link LinkOption#NOFOLLOW_LINKS} of the path itself. */
    public static FileRights ofBlocking(Path path, LinkOption... options) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid", options);
        if (found.get("mode") instanceof Integer mode && found.get("uid") instanceof Integer uid) {
            return new FileRights(mode, uid);
        }
        throw new IOException("it is not known who may write to " + path);
    }

    /** True if its group, or anybody, may write to it. */
    public boolean isWritableByOthers() {
        return (mode & WRITABLE_BY_OTHERS) != 0;
    }

    /** True if its group, or anybody, may read it. */
    public boolean isReadableByOthers() {
        return (mode & READABLE_BY_OTHERS) != 0;
    }

    /** True if the file belongs to this user, or to root, who has all rights anyway. */
    public boolean belongsTo(int user) {
        return uid == user || uid == ProcessUser.ROOT;
    }

    /** True if it is a file as most are: no folder, link, pipe or device. */
    public boolean isRegularFile() {
        return (mode & TYPE) == REGULAR;
    }

    /** True if it is a folder. */
    public boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    /** The mode as chmod takes it: {@code 1777}. */
    public String octal() {
        return Integer.toOctalString(mode & PERMISSIONS);
    }
}
