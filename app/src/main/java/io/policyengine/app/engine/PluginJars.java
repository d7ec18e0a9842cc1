package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.ZipFile;

/** Checks the jars on the class path, except for the program's own. */
final class PluginJars {
    private PluginJars() {}

    /**
     * Rejects unreadable jars. The JVM would silently skip such a jar with its policies.
     *
     * @throws CommandFailure if a jar is unreadable
     */
    static void requireReadableBlocking() {
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(path -> path.endsWith(".jar") && new File(path).exists())
                .skip(1)
                .forEach(PluginJars::requireReadableBlocking);
    }

    private static void requireReadableBlocking(String path) {
        try {
            new ZipFile(path).close();
        } catch (IOException unreadable) {
            throw CommandFailure.usage(path + " cannot be read: " + unreadable.getMessage());
        }
    }
}
