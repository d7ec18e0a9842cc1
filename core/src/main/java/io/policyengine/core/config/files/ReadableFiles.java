package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files below the roots of {@link SecretRules}, with links resolved: a link that leads out of them is excluded.
 * Nothing is disclosed about other files, not even their existence. {@value #CLUSTER} is excluded too, unless a root is
 * in it.
 */
public final class ReadableFiles {
    /** The directory of the pod's own Kubernetes credentials, which a wider root is not meant to include. */
    private static final String CLUSTER = "/run/secrets/kubernetes.io";

    private final Path directory;
    private final SecretRules rules;

    /**
     * Creates a view of the files below the roots of the rules.
     * @param directory base of relative paths
     */
    public ReadableFiles(Path directory, SecretRules rules) {
        this.directory = directory.toAbsolutePath();
        this.rules = rules;
    }

    /** The target of a path. */
    public sealed interface Found {
        /**
         * A path below one of the roots.
         * @param path without links
         */
        record Inside(Path path) implements Found {}

        /**
         * An unreachable path below one of the roots.
         *
         * @param why the reason
         */
        record Unreachable(IOException why) implements Found {}

        /**
         * A path elsewhere.
         * @param remedy the line of configuration that would allow it
         */
        record Outside(String remedy) implements Found {}
    }

    /**
     * Returns the location of a path, whether or not it is allowed.
     *
     * @throws InvalidPathException if the path is invalid
     */
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    /**
     * Returns the current target of a path.
     *
     * @param path absolute, or relative to the directory
     * @throws InvalidPathException if the path is invalid
     */
    public Found findBlocking(String path) {
        Path written = directory.resolve(path).normalize();
        boolean seemsInside = false;
        List<Path> real = new ArrayList<>();
        for (String root : rules.roots()) {
            Path named = directory.resolve(root).normalize();
            Path led = realBlocking(named);
            real.add(led);
            seemsInside |= covers(named, written) || covers(led, written);
        }
        try {
            Path found = written.toRealPath();
            return real.stream().anyMatch(root -> covers(root, found))
                    ? new Found.Inside(found)
                    : outside(seemsInside ? found : written);
        } catch (IOException unreachable) {
            return seemsInside ? new Found.Unreachable(unreachable) : outside(written);
        }
    }

    private static boolean covers(Path root, Path file) {
        return file.startsWith(root) && (root.startsWith(CLUSTER) || !file.startsWith(CLUSTER));
    }

    private static Path realBlocking(Path root) {
        try {
            return root.toRealPath();
        } catch (IOException notThere) {
            return root;
        }
    }

    private Found outside(Path file) {
        Path folder = file.getParent();
        return new Found.Outside(rules.lineWithRoot((folder == null ? file : folder).toString()));
    }
}
