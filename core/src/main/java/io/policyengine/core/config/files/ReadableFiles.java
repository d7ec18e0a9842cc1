package io.policyengine.core.config.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that {@link SecretRules} permit references to read: files below the configured roots, after links are
 * resolved. Results disclose nothing about other files, not even their existence. {@value #CLUSTER} is excluded unless
 * a root lies inside it.
 */
public final class ReadableFiles {
    /**
     * The directory of the pod's own Kubernetes credentials. A root above this directory does not include the
     * directory.
     */
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

    /** The result of looking up a path. */
    public sealed interface ResolvedPath {
        /**
         * A path to a file below one of the roots.
         * @param path with links resolved
         */
        record Inside(Path path) implements ResolvedPath {}

        /**
         * A path below one of the roots that does not lead to a file.
         *
         * @param why the reason
         */
        record Unreachable(IOException why) implements ResolvedPath {}

        /**
         * A path outside of all roots.
         * @param remedy the line of configuration that would permit it
         */
        record Outside(String remedy) implements ResolvedPath {}
    }

    /**
     * Resolves a path against the directory, without checking the rules.
     *
     * @throws InvalidPathException if the path is invalid
     */
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    /**
     * Follows the links of a path and checks whether the rules permit the file at its end.
     *
     * @param path absolute, or relative to the directory
     * @throws InvalidPathException if the path is invalid
     */
    public ResolvedPath findBlocking(String path) {
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
                    ? new ResolvedPath.Inside(found)
                    : outside(seemsInside ? found : written);
        } catch (IOException unreachable) {
            return seemsInside ? new ResolvedPath.Unreachable(unreachable) : outside(written);
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

    private ResolvedPath outside(Path file) {
        Path folder = file.getParent();
        return new ResolvedPath.Outside(rules.lineWithRoot((folder == null ? file : folder).toString()));
    }
}
