package io.policyengine.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit of this build. */
public final class Version implements IVersionProvider {
    private static final String RESOURCE = "/policy-engine.properties";

    /** Returns the version as text, such as {@code 1.2.0}. */
    public static String text() {
        return property("version");
    }

    /**
     * Returns the commit that was built, abbreviated, with {@code -dirty} if files differed from it; {@code unknown}
     * for a build outside of a repository.
     */
    public static String commit() {
        return property("commit");
    }

    /** Returns the version of the JVM that runs this process, such as {@code 25.0.1}. */
    public static String java() {
        return System.getProperty("java.version", "unknown");
    }

    /** Returns version, commit and Java on one line. */
    public static String line() {
        return "policy-engine " + text() + " (commit " + commit() + ", Java " + java() + ")";
    }

    private static String property(String name) {
        try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }
}
