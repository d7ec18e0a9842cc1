package io.policyengine.worker;

import io.policyengine.core.policy.PolicyFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Finds the policies in jars on the class path. If a policy cannot be loaded, the failure names its jar. */
final class PolicyServices {
    private static final String LIST = "META-INF/services/" + PolicyFactory.class.getName();

    private PolicyServices() {}

    /** Loads all policies. Throws {@link IllegalArgumentException} if one of them cannot be loaded. */
    static List<PolicyFactory<?>> find(ClassLoader loader) {
        List<PolicyFactory<?>> found = new ArrayList<>();
        try {
            @SuppressWarnings("rawtypes")
            Iterator<PolicyFactory> factories =
                    ServiceLoader.load(PolicyFactory.class, loader).iterator();
            while (factories.hasNext()) {
                found.add(factories.next());
            }
        } catch (ServiceConfigurationError | LinkageError broken) {
            Throwable cause = broken.getCause() == null ? broken : broken.getCause();
            throw new IllegalArgumentException(
                    "a policy of " + listedBy(loader, String.valueOf(broken.getMessage())) + " cannot be loaded: "
                            + cause,
                    broken);
        }
        return found;
    }

    /** Returns the name of a class's jar, or a placeholder if the class belongs to the Java runtime or has no file. */
    static String jarOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL place = source == null ? null : source.getLocation();
        return place == null ? "no jar" : fileName(place.getPath());
    }

    /**
     * Returns the jars that declare the policy class named in the message. If no declared class is named, returns all
     * jars that declare policies.
     */
    private static String listedBy(ClassLoader loader, String message) {
        List<String> named = new ArrayList<>();
        List<String> all = new ArrayList<>();
        try {
            for (URL list : Collections.list(loader.getResources(LIST))) {
                String jar = fileName(URI.create(list.getPath()).getPath().replaceFirst("!?/" + LIST + "$", ""));
                all.add(jar);
                if (classNames(list).anyMatch(message::contains)) {
                    named.add(jar);
                }
            }
        } catch (IOException unreadable) {
            return "a jar on the class path";
        }
        return String.join(" or ", named.isEmpty() ? all : named);
    }

    private static Stream<String> classNames(URL list) throws IOException {
        try (InputStream text = list.openStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(name -> !name.isEmpty());
        }
    }

    private static String fileName(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }
}
