package io.policyengine.core.config.files;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules for the files and variables that a configuration may reference. Without rules, an author of routes could
 * read any file and variable of the process.
 */
public record SecretRules(
        @Doc("Folders from which files may be read. Links are resolved first. Relative paths start at the conf"
                + " directory.")
        @Default("[\".\", \"/run/secrets\"]")
        List<String> roots,

        @Doc("Environment variables that references may name. A name is exact, or a prefix if it ends in `*`.")
        @Default("[\"POLICY_ENGINE_*\"]")
        List<String> env) {
    /** The rules in force if the configuration contains no rules. */
    public static final SecretRules DEFAULTS =
            new SecretRules(List.of(".", "/run/secrets"), List.of("POLICY_ENGINE_*"));

    static final String KEY = "secrets";

    public SecretRules {
        roots = List.copyOf(roots);
        env = List.copyOf(env);
    }

    /** Returns whether a reference may name this variable. */
    public boolean allowsVariable(String name) {
        return env.stream()
                .anyMatch(allowed -> allowed.endsWith("*")
                        ? name.startsWith(allowed.substring(0, allowed.length() - 1))
                        : name.equals(allowed));
    }

    /** Returns the line of configuration that permits another folder in addition. */
    public String lineWithRoot(String root) {
        return line("roots", roots, root);
    }

    /** Returns the line of configuration that permits another variable in addition. */
    public String lineWithVariable(String name) {
        return line("env", env, name);
    }

    private static String line(String key, List<String> present, String more) {
        return KEY + ": { " + key + ": "
                + Stream.concat(present.stream(), Stream.of(more))
                        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                        .collect(Collectors.joining(", ", "[", "]"))
                + " }";
    }
}
