package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.NormalPath;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A purge of stored responses that an operator requests.
 *
 * @param scope whether one path, all paths with a prefix, or all responses are purged
 * @param authority authority of the responses, in lower case; empty for any
 * @param path path in normal form with its query, or the prefix; empty for all
 */
public record Purge(Scope scope, String authority, String path) {
    /** The purge of all responses. */
    public static final Purge ALL = new Purge(Scope.ALL, "", "");

    /** Maximum length of a purge in characters: its scope, authority and path. */
    private static final int MAX_LENGTH = 8192;

    private static final char SEPARATOR = '\n';

    /** The kinds of responses that a purge removes. */
    enum Scope {
        PATH,
        PREFIX,
        ALL
    }

    /**
     * Parses the parameters of a purge.
     *
     * @param parameters path, path_prefix or all, and optionally authority
     * @throws IllegalArgumentException if they are invalid
     */
    public static Purge of(Map<String, String> parameters) {
        String authority = HeaderMap.lowerCase(parameters.getOrDefault("authority", ""));
        Purge purge;
        if (parameters.containsKey("all")) {
            purge = new Purge(Scope.ALL, authority, "");
        } else if (parameters.containsKey("path")) {
            purge = new Purge(Scope.PATH, authority, pathIn(parameters, "path"));
        } else {
            purge = new Purge(Scope.PREFIX, authority, pathIn(parameters, "path_prefix"));
        }
        if (purge.scope != Scope.ALL && !purge.path.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash");
        }
        if (purge.text().length() > MAX_LENGTH || authority.indexOf(SEPARATOR) >= 0) {
            throw new IllegalArgumentException(
                    "authority and path together may have at most " + MAX_LENGTH + " characters, without line ends");
        }
        return purge;
    }

    private static String pathIn(Map<String, String> parameters, String name) {
        return NormalPath.of(Octets.fromText(parameters.getOrDefault(name, "")));
    }

    /** Returns whether the purge applies to the response to this request. */
    boolean concerns(RequestView request) {
        if (!authority.isEmpty() && !authority.equals(HeaderMap.lowerCase(request.authority()))) {
            return false;
        }
        return switch (scope) {
            case ALL -> true;
            case PATH -> request.path().equals(path);
            case PREFIX -> request.path().startsWith(path);
        };
    }

    String text() {
        return scope.name() + SEPARATOR + authority + SEPARATOR + path;
    }

    /** Parses the text form of a purge; null if it is invalid. */
    static @Nullable Purge parse(String text) {
        String[] parts = text.split(String.valueOf(SEPARATOR), 3);
        for (Scope scope : Scope.values()) {
            if (parts.length == 3 && scope.name().equals(parts[0])) {
                return new Purge(scope, parts[1], parts[2]);
            }
        }
        return null;
    }
}
