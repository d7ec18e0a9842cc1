package io.policyengine.kernel.history;

import io.policyengine.core.config.files.FileText;
import io.policyengine.core.net.FileRights;
import io.policyengine.core.net.ProcessUser;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The required permissions of a state directory. It must belong to the process's own user or to root, and no other user
 * may write to it. Its overrides and generations can switch policies off.
 */
final class StateRights {
    private StateRights() {}

    /**
     * Rejects a state directory, or its directory of generations, that others may change. Missing directories are
     * accepted.
     *
     * @throws StateException with the remedy
     */
    static void checkBlocking(Path state, Path generations) throws IOException {
        checkFolderBlocking(state, state);
        checkFolderBlocking(state, generations, LinkOption.NOFOLLOW_LINKS);
    }

    private static void checkFolderBlocking(Path state, Path folder, LinkOption... options) throws IOException {
        try {
            String refusal = refusal(FileRights.ofBlocking(folder, options), ProcessUser.uid());
            if (refusal != null) {
                throw new StateException("the state directory " + state + " cannot be trusted, since "
                        + (folder.equals(state) ? "it " : folder + " ") + refusal
                        + ". Another user could add overrides that switch policies off. Name a folder that does not"
                        + " exist yet: it is created for this user only, even below a shared folder");
            }
        } catch (NoSuchFileException notThere) {
            return;
        }
    }

    /**
     * Returns why a process with uid {@code own} must not use a file with these permissions, or null if it may. The
     * text continues a sentence that begins with the file's name.
     */
    static @Nullable String refusal(FileRights rights, int own) {
        if (rights.isWritableByOthers()) {
            return "can be written by others (mode " + rights.octal() + "; chmod go-w revokes that right)";
        }
        return rights.belongsTo(own)
                ? null
                : "belongs to uid " + rights.uid() + ", and not to uid " + own + " or root (chown changes that)";
    }

    /**
     * Rejects a path in a state directory that others may change, or that is not a directory. A missing path is
     * accepted.
     *
     * @throws StateException whose message is the name, then the reason
     */
    static void requireFolderBlocking(Path folder, String name) {
        try {
            FileRights rights = FileRights.ofBlocking(folder, LinkOption.NOFOLLOW_LINKS);
            require(rights.isFolder() ? refusal(rights, ProcessUser.uid()) : "is not a folder", name);
        } catch (NoSuchFileException notThere) {
            return; // reading its files reports that they are missing
        } catch (IOException unreadable) {
            require("cannot be read (" + unreadable.getClass().getSimpleName() + ")", name);
        }
    }

    private static void require(@Nullable String refusal, String name) {
        if (refusal != null) {
            throw new StateException(name + " " + refusal);
        }
    }

    /**
     * Reads a regular file that only this process's user or root may change. Callers must have checked the directories
     * that contain it.
     */
    static FileText readBlocking(Path file, long max) {
        try {
            FileRights rights = FileRights.ofBlocking(file, LinkOption.NOFOLLOW_LINKS);
            String refusal = rights.isRegularFile() ? refusal(rights, ProcessUser.uid()) : "is not a regular file";
            return refusal == null ? FileText.readBlocking(file, max) : new FileText.Unreadable(refusal);
        } catch (NoSuchFileException notThere) {
            return FileText.readBlocking(file, max);
        } catch (IOException unreadable) {
            return new FileText.Unreadable(
                    "cannot be read (" + unreadable.getClass().getSimpleName() + ")");
        }
    }
}
