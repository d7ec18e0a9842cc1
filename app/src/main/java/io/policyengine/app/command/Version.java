package io.policyengine.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
public final class Version implements IVersionProvider {
    private static final String RESOURCE = "/policy-engine.properties";

    /** Returns the version as text, such as {@code 1.2.0}. */
    public static String text() {
        try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            properties.load(resource);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "policy-engine " + text() + " (Java " + Runtime.version().feature() + ")"
        };
    }
}
